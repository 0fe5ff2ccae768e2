update emails set unreachable_at = $1 where account_id = $2
