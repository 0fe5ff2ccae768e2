update flows set account_id = $1, epoch = $2, session_id = $3, waits_for = null where digest = $4
