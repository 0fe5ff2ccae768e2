delete from suppressed
where kept_until <= $1 and address in (
    select address from suppressed where kept_until <= $1 order by kept_until limit $2
)
