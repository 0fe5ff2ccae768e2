delete from provider_reports
where heard_at <= $1 and report in (
    select report from provider_reports where heard_at <= $1 order by heard_at limit $2
)
