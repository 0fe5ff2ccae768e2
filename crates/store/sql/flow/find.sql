select digest, purpose, stored, stage, wrong, started_at, expires_at, account_id, epoch, session_id, code_id, form,
    shown, waits_for
from flows
where digest = $1
