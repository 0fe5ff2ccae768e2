-- The methods of providers and the passkeys come in one answer: one way to the server and back for both.
select issuer, subject, provider, stored as link_stored, proven_at as link_proven_at, relay, unreachable_at, added_at,
    added_by, held_at, null as credential, null as id, null as public_key, null as name, null as aaguid,
    null as transports, null as backup, null as counter, null as used_at
from identities
where account_id = $1
union all
select null, null, null, null, null, null, null, added_at,
    added_by, null, credential, id, public_key, name, aaguid,
    transports, backup, counter, used_at
from passkeys
where account_id = $1
order by added_at, provider, id
