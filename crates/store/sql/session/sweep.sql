delete from sessions
where kind = $1 and seen_at <= $2 and digest in (
    select digest from sessions where kind = $1 and seen_at <= $2 order by seen_at limit $3
)
