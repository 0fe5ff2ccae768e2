insert into passwords (account_id, version, hash, set_at) values ($1, $2, $3, $4)
on conflict (account_id) do update
set version = excluded.version, hash = excluded.hash, set_at = excluded.set_at
