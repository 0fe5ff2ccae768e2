with due as (
    select endpoint, account_id from announcement_lines where endpoint = $1 and due_at <= $2 order by due_at limit $3
)
update announcement_lines set due_at = $4, worker = $5
from due
where announcement_lines.endpoint = due.endpoint and announcement_lines.account_id = due.account_id
returning announcement_lines.account_id
