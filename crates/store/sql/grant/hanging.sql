select account_id, grant_id, client, session_id, reach, scope, proved_at, proved_by, started_at, seen_at, used, live, ended_at
from grants
where account_id = $1 and session_id = $2 and reach <> 'offline' and ended_at is null
order by started_at, grant_id
