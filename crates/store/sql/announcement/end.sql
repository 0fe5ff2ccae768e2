-- Only a receipt pays what is awaited.
update announcements set state = $1, since_at = $2, place = null, awaited = $3, tries = tries + 1, reply = $4
where decision = $5 and n = $6
