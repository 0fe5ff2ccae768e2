select id as session_id, account_id, digest, kind, device_id, method, started_at, seen_at, proved_at, proved_by, address, label
from sessions
where account_id = $1
order by started_at, id
