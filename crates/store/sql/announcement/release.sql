update announcements set awaited = null where account_id = $1 and awaited is not null
