select account_id, at, decision, n, kind, actor, session_id, method, address, label
from activity
where account_id = $1 and (at, decision, n) < ($2, $3, $4)
order by at desc, decision desc, n desc
limit $5
