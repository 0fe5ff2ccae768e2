delete from mails
where state = $1 and due_at <= $2 and (decision, n) in (
    select decision, n from mails where state = $1 and due_at <= $2 order by due_at limit $3
)
