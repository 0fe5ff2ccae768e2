insert into network_tries (network, wrong, since) values ($1, $2, $3)
on conflict (network) do update set wrong = excluded.wrong, since = excluded.since
