delete from spent_ceremonies
where expires_at <= $1 and challenge in (
    select challenge from spent_ceremonies where expires_at <= $1 order by expires_at limit $2
)
