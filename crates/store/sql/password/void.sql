-- Nothing matches an empty hash; the number stays above all that was ever checked, also where there was no password.
insert into passwords (account_id, version, hash, set_at) values ($1, $2, '', $3)
on conflict (account_id) do update
set version = excluded.version, hash = excluded.hash, packed = null, set_at = excluded.set_at
