insert into emails (address, account_id, stored, proven_at, added_at, added_by) values ($1, $2, $3, $4, $5, $6)
