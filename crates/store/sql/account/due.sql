select id from accounts
where withdrawn_until is not null and withdrawn_until <= $1
order by withdrawn_until
limit $2
