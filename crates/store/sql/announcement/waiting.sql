with due as (
    select endpoint, since_at from announcements where state = 'waiting' order by since_at limit $1
)
select endpoint, count(*) as announcements, min(since_at) as oldest from due group by endpoint
