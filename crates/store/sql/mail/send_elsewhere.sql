-- The number in a mail belongs to the address that it was written to.
update mails set recipient = $1, number_id = null
where decision = $2 and n = $3 and worker = $4 and state = 'waiting'
