update mails set due_at = $1, worker = null, reply = $2
where decision = $3 and n = $4 and worker = $5 and state = 'waiting'
