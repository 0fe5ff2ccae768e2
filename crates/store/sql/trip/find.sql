select state, browser, provider, intent, account_id, epoch, session_id, next, started_at, expires_at
from trips
where state = $1
