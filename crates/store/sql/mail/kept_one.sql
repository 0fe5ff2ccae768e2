select decision, n, kind, recipient, locale, account_id, written_at, state, due_at, tries, useless_at, worker, reply, report,
    reported_at, report_words
from mails where decision = $1 and n = $2
