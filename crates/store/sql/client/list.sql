select client, settings, secrets, changed_at from clients order by client
