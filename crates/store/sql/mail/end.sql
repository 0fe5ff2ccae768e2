update mails set state = $1, due_at = $2, worker = null, reply = $3
where decision = $4 and n = $5 and worker = $6 and state = 'waiting'
