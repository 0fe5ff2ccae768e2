-- Made and locked in one, so that the first wrong codes of a network are counted one after the other.
insert into network_tries (network, wrong, since) values ($1, 0, 0)
on conflict (network) do update set network = excluded.network
returning wrong, since
