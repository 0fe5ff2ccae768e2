update address_guards
set code_wrong = $1, code_since = $2, code_long_until = $3, changed_at = $4
where address = $5
