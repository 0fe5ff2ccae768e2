-- The plus keeps SQLite from walking all that is due instead of looking up the few found below.
delete from grants
where +seen_at <= $1 and (account_id, grant_id) in (
    select account_id, grant_id from grants where seen_at <= $1 order by seen_at limit $2
)
