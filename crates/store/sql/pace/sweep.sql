delete from paces
where kept_until <= $1 and receiver in (
    select receiver from paces where kept_until <= $1 order by kept_until limit $2
)
