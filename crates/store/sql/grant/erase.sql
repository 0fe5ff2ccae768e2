delete from grants where account_id = $1
