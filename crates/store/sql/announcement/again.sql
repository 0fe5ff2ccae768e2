update announcements set state = 'waiting', since_at = $1, place = $2, over_at = null, tries = 0
where decision = $3 and n = $4 and place is null
