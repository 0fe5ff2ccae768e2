select kind, count(*) as mails, min(written_at) as oldest, min(due_at) as due
from (select kind, written_at, due_at from mails where state = 'waiting' order by due_at limit $1) as waiting
group by kind
