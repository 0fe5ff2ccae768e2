-- A complaint stays: the mailbox is there, and its reader did not want such mail.
update suppressed set refused_at = null, open_refused_at = null, refusals = 0
where address = $1 and refused_at is not null
