select digest, purpose, stored, stage, wrong, started_at, expires_at from flows where digest = $1
