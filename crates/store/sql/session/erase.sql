delete from sessions where account_id = $1
