update challenges set spent_at = $1 where id = $2
