with due as (
    select report from mails where reported_at > $1 order by reported_at limit $2
)
select report, count(*) as mails from due group by report
