select decision, n, endpoint, account_id, kind, detail, email, at, state, since_at, place, awaited, tries, reply
from announcements where endpoint = $1 and account_id = $2 and place is not null order by place limit 1
