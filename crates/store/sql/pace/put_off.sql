-- It was looked at and not tried.
update mails set due_at = $1, place_at = $2, worker = null, tries = tries - 1 where decision = $3 and n = $4
