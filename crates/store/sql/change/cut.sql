update changes set before = $1 where account_id = $2 and id = $3
