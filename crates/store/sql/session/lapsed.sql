-- Accounts of sessions that are over and that something hangs from.
with due as (
    select account_id, id from sessions where kind = $1 and seen_at <= $2 order by seen_at limit $3
)
select due.account_id
from due
join grants g on g.account_id = due.account_id and g.session_id = due.id and g.reach <> 'offline' and g.ended_at is null
