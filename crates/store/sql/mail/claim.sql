with due as (
    select decision, n from mails where state = 'waiting' and due_at <= $1 order by due_at limit $2
)
update mails set due_at = $3, worker = $4, tries = tries + 1
from due
where mails.decision = due.decision and mails.n = due.n
returning mails.decision, mails.n, kind, recipient, locale, account_id, challenge_id, at, useless_at, method, address,
    label, written_at, tries, number_id, until_at, before_stored, after_stored, passkey_name, place_at
