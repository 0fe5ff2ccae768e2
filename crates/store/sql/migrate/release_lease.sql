update migration_lease
set expires_at = 0
where id = 1 and holder = $1
