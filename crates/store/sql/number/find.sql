select id, account_id, kind, about, key_id, issued_at, expires_at, spent_at from numbers where id = $1
