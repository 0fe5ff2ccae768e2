insert into migration_lease (id, holder, expires_at)
values (1, $1, $2)
on conflict (id) do update
set holder = $1, expires_at = $2
where migration_lease.expires_at <= $3 or migration_lease.holder = $1
