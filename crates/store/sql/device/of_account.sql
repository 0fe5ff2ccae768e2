select id, digest, label, first_at, last_at from devices where account_id = $1 order by last_at, id
