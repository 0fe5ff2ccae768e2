update numbers set spent_at = $1 where account_id = $2 and issued_at >= $3 and spent_at is null
