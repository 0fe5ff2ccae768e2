select decision, n, endpoint, account_id, kind, detail, email, at, state, since_at, place, awaited, tries, reply
from announcements
where endpoint = $1 and at >= $2 and at <= $3 and (at, decision, n) > ($2, $4, $5) and place is null
order by at, decision, n limit $6
