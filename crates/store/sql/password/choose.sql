insert into passwords (account_id, version, hash, packed, set_at) values ($1, $2, $3, $4, $5)
on conflict (account_id) do update
set version = excluded.version, hash = excluded.hash, packed = excluded.packed, set_at = excluded.set_at
