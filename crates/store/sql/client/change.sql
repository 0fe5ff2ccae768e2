update clients set settings = $1, secrets = $2, changed_at = $3 where client = $4 and changed_at = $5
