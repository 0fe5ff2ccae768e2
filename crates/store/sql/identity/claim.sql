insert into identities
    (issuer, subject, account_id, provider, address, stored, proven_at, relay, unreachable_at, added_at, added_by, held_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
