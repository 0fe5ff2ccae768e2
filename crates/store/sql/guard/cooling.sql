update address_guards set cooling_until = $1, changed_at = $2 where address = $3
