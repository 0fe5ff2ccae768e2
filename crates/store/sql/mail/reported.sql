select report, count(*) as mails
from (select report from mails where reported_at > $1 order by reported_at desc limit $2) as lately
group by report
