delete from changes where account_id = $1 and id = $2
