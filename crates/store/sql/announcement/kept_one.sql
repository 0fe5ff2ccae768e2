select decision, n, endpoint, account_id, kind, detail, email, at, state, since_at, place, awaited, tries, reply
from announcements where decision = $1 and n = $2
