delete from numbers where account_id = $1
