delete from address_guards
where locked_at is null and tickets = '' and changed_at <= $1 and address in (
    select address from address_guards
    where locked_at is null and tickets = '' and changed_at <= $1
    order by changed_at
    limit $2
)
