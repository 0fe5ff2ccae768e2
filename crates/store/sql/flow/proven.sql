update flows
set stage = $1, expires_at = $2, account_id = $3, epoch = $4, session_id = $5, code_id = $6, form = $7
where digest = $8
