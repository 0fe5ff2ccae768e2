-- The plus keeps SQLite from walking all that is due instead of looking up the few found below. A kind never changes.
delete from sessions
where +seen_at <= $1 and digest in (
    select digest from sessions where kind = $2 and seen_at <= $1 order by seen_at limit $3
)
