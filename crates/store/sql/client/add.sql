insert into clients (client, settings, secrets, changed_at) values ($1, $2, $3, $4)
on conflict (client) do nothing
