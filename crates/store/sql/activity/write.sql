insert into activity (account_id, at, decision, n, kind, actor, session_id, method, address, label)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
