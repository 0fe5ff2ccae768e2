update migration_lease
set expires_at = $1
where id = 1 and holder = $2
