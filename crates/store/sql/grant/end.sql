update grants set ended_at = $1 where account_id = $2 and grant_id = $3 and ended_at is null
