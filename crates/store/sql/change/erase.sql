delete from changes where account_id = $1
