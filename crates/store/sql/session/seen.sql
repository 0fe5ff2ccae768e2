update sessions set seen_at = $1 where account_id = $2 and id = $3
