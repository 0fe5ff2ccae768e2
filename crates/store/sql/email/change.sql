update emails set address = $1, stored = $2, proven_at = $3, unreachable_at = null where account_id = $4
