delete from numbers
where expires_at <= $1 and id in (
    select id from numbers where expires_at <= $1 order by expires_at limit $2
)
