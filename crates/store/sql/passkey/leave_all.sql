delete from passkeys where account_id = $1
