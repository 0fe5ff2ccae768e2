-- The newest, because there is a bound; the caller turns them round.
select id, account_id, kind, about, key_id, issued_at, expires_at, spent_at
from numbers
where address = $1 and kind = $2 and expires_at > $3
order by expires_at desc, id desc
limit $4
