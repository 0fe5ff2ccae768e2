update numbers set spent_at = $1 where id = $2 and spent_at is null
