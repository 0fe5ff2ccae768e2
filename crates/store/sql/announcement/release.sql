update announcements set awaited = null, over_at = case when place is null then since_at end
where account_id = $1 and awaited is not null
