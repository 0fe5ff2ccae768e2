-- The plus keeps SQLite from walking all that is over instead of looking up the few found below. What an erasure waits for stays.
delete from announcements
where +since_at <= $1 and place is null and (decision, n) in (
    select decision, n from announcements where state = $2 and awaited is null and since_at <= $1 order by since_at limit $3
)
