update accounts set suspended_at = $1, suspended_reason = $2 where id = $3
