select due_at from announcement_lines where endpoint = $1 order by due_at limit 1
