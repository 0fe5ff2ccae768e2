update challenges set spent_at = $1 where spent_at is null
