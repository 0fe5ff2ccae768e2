update announcement_lines set due_at = $1, worker = null where endpoint = $2 and account_id = $3 and worker = $4
