delete from trips
where expires_at <= $1 and state in (select state from trips where expires_at <= $1 order by expires_at limit $2)
