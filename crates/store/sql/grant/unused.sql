with due as (
    select account_id, ended_at from grants where seen_at <= $1 order by seen_at limit $2
)
select account_id from due where ended_at is null
