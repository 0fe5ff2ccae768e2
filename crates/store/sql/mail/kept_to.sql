select decision, n, kind, recipient, locale, account_id, written_at, state, due_at, tries, useless_at, worker, reply, report,
    reported_at, report_words
from mails where state = $1 and lower(recipient) = $2 order by due_at desc, decision desc, n desc limit $3
