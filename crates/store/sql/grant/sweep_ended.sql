-- Kept for a while, so that its code stays used.
delete from grants
where ended_at <= $1 and (account_id, grant_id) in (
    select account_id, grant_id from grants where ended_at <= $1 order by ended_at limit $2
)
