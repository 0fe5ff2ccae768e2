update passkeys set counter = $1, backup = $2, used_at = $3 where account_id = $4 and id = $5
