update grants set used = $1, live = $2, seen_at = $3 where account_id = $4 and grant_id = $5
