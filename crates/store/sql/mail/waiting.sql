with due as (
    select kind, written_at, due_at from mails where state = 'waiting' order by due_at limit $1
)
select kind, count(*) as mails, min(written_at) as oldest, min(due_at) as first_due from due group by kind
