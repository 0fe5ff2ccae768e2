insert into emails (address, account_id, stored, proven_at) values ($1, $2, $3, $4)
