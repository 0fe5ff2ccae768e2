select state, count(*) as mails from mails group by state
