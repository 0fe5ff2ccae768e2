insert into announcement_lines (endpoint, account_id, last, due_at) values ($1, $2, 1, $3)
on conflict (endpoint, account_id) do update set last = announcement_lines.last + 1
returning last
