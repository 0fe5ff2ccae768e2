delete from flows
where expires_at <= $1 and digest in (
    select digest from flows where expires_at <= $1 order by expires_at limit $2
)
