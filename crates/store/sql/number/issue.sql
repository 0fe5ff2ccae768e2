insert into numbers (id, address, account_id, kind, about, key_id, issued_at, expires_at, spent_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
