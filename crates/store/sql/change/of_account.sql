select id, kind, at, until_at, method, by_session, before, from_stored, from_proven_at
from changes
where account_id = $1 and until_at > $2
order by at, id
