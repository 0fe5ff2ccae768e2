delete from account_changes
where at <= $1 and (at, account_id) in (
    select at, account_id from account_changes where at <= $1 order by at limit $2
)
