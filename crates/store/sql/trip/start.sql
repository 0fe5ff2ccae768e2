insert into trips
    (state, browser, provider, intent, account_id, epoch, session_id, next, started_at, expires_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
