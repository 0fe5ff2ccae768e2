update accounts set withdrawn_at = $1, withdrawn_until = $2, withdrawn_methods = $3, erase_at = null where id = $4
