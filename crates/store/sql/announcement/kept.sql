select decision, n, endpoint, account_id, kind, detail, email, at, state, since_at, place, awaited, tries, reply
from announcements where state = $1 order by since_at desc, decision desc, n desc limit $2
