update flows set stage = $1, expires_at = $2 where digest = $3
