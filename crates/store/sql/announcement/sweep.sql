-- The plus keeps SQLite from walking all that is over instead of looking up the few found below.
delete from announcements
where +over_at <= $1 and (decision, n) in (
    select decision, n from announcements where state = $2 and over_at <= $1 order by over_at limit $3
)
