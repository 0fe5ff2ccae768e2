-- The plus keeps SQLite from walking all that is due instead of looking up the few found below. A mail that has ended
-- never waits again.
delete from mails
where +due_at <= $1 and (decision, n) in (
    select decision, n from mails where state = $2 and due_at <= $1 order by due_at limit $3
)
