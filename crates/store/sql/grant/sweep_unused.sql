-- One that is not over ends by a decision first, so that its client is told. The plus keeps SQLite from walking all that is due
-- instead of looking up the few found below.
delete from grants
where +seen_at <= $1 and ended_at is not null and (account_id, grant_id) in (
    select account_id, grant_id from grants where seen_at <= $1 order by seen_at limit $2
)
