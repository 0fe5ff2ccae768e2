delete from changes
where until_at <= $1 and (account_id, id) in (
    select account_id, id from changes where until_at <= $1 order by until_at limit $2
)
