delete from emails where account_id = $1
