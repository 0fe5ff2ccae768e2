insert into account_changes (at, account_id) values ($1, $2) on conflict do nothing
