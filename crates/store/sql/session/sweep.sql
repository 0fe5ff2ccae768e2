-- One that something hangs from ends by a decision first, so that whoever hangs from it is told. The plus keeps SQLite from walking
-- all that is due instead of looking up the few found below. A kind never changes.
delete from sessions
where +seen_at <= $1 and digest in (
    select digest from sessions where kind = $2 and seen_at <= $1 order by seen_at limit $3
) and not exists (
    select 1 from grants g
    where g.account_id = sessions.account_id and g.session_id = sessions.id and g.reach <> 'offline' and g.ended_at is null
)
