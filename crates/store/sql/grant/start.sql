insert into grants
    (account_id, grant_id, client, session_id, reach, scope, proved_at, proved_by, started_at, seen_at, used, ended_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
