select due_at from mails where state = 'waiting' order by due_at limit 1
