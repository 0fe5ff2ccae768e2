insert into flows (digest, purpose, stored, stage, wrong, started_at, expires_at)
values ($1, $2, $3, $4, $5, $6, $7)
