insert into paces (receiver, free_at, people_at, others_at, eased, eased_at, kept_until)
values ($1, 0, 0, 0, 0, 0, $2)
on conflict (receiver) do nothing
