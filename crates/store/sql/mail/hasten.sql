-- Later than any wait or lease: written by a clock that has been set back since.
update mails set due_at = $1, worker = null where state = 'waiting' and due_at > $2
