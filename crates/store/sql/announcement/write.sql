insert into announcements (decision, n, endpoint, account_id, kind, detail, email, at, state, since_at, place, awaited, tries)
values ($1, $2, $3, $4, $5, $6, $7, $8, 'waiting', $9, $10, $11, 0)
