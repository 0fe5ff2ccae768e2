insert into flows
    (digest, purpose, stored, stage, wrong, started_at, expires_at, account_id, epoch, session_id, shown, waits_for)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
