insert into sessions
    (digest, id, account_id, kind, device_id, method, started_at, seen_at, proved_at, proved_by, address, label)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
