update address_guards
set wrong = $1, last_wrong_at = $2, locked_at = $3, told_at = $4, tickets = $5, devices = $6, changed_at = $7
where address = $8
