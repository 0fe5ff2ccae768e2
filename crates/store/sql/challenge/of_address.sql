select id, purpose, kind, digits, key_id, issued_at, expires_at, spent_at
from challenges
where address = $1 and issued_at > $2
order by issued_at, id
