delete from passwords where account_id = $1
