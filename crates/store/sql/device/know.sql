insert into devices (account_id, id, digest, label, first_at, last_at) values ($1, $2, $3, $4, $5, $6)
on conflict (account_id, id) do update
set digest = excluded.digest, label = excluded.label, first_at = excluded.first_at, last_at = excluded.last_at
