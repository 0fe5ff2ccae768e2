select id from accounts
where withdrawn_until is not null and coalesce(erase_at, withdrawn_until) <= $1
order by coalesce(erase_at, withdrawn_until)
limit $2
