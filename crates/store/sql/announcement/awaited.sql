select endpoint from announcements where account_id = $1 and awaited is not null
