delete from devices where account_id = $1
