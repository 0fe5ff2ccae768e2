-- Only what says more than is known is noted, so nothing said twice is noted twice.
update mails set report = $1, reported_at = $2, report_words = $3
where decision = $4 and n = $5 and tries > 0 and coalesce(report, 0) < $1
