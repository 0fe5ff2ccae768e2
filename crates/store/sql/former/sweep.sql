delete from former_identities
where until_at <= $1 and (issuer, subject) in (
    select issuer, subject from former_identities where until_at <= $1 order by until_at limit $2
)
