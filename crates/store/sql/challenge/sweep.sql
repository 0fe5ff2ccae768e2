delete from challenges
where issued_at <= $1 and id in (
    select id from challenges where issued_at <= $1 order by issued_at limit $2
)
