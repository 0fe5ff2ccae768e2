insert into changes (account_id, id, kind, at, until_at, from_stored, from_proven_at)
values ($1, $2, $3, $4, $5, $6, $7)
