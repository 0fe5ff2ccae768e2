select issuer, subject, provider, stored as link_stored, proven_at as link_proven_at, relay, unreachable_at, added_at,
    added_by, held_at
from identities
where account_id = $1
order by added_at, provider
