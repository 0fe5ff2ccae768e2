select id, purpose, kind, digits, key_id, issued_at, expires_at, spent_at from challenges where id = $1
