select sum(case when refused_at is not null then 1 else 0 end) as refused,
    sum(case when complained_at is not null then 1 else 0 end) as complained
from (select refused_at, complained_at from suppressed limit $1) as a_part
