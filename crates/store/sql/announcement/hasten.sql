-- The plus keeps SQLite from walking all of the endpoint instead of looking up the few found below.
update announcement_lines set due_at = $1, worker = null
where +due_at > $2 and (endpoint, account_id) in (
    select endpoint, account_id from announcement_lines where endpoint = $3 and due_at > $2 order by due_at limit $4
)
