-- That something was told stays; what was personal of it goes.
update announcements set email = null, awaited = null where account_id = $1 and (email is not null or awaited is not null)
