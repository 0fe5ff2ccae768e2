insert into changes (account_id, id, kind, at, until_at, method, by_session, before)
values ($1, $2, $3, $4, $5, $6, $7, $8)
