-- That something was told stays; what was personal of it goes.
update announcements set email = null, awaited = null, over_at = case when place is null then since_at end
where account_id = $1 and (email is not null or awaited is not null)
