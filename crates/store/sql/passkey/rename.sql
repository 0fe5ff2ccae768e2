update passkeys set name = $1 where account_id = $2 and id = $3
