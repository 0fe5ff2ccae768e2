-- Only a receipt pays what is awaited.
update announcements set state = $1, since_at = $2, place = null, awaited = $3, over_at = $4, tries = tries + 1, reply = $5
where decision = $6 and n = $7
