select address, stored, since_at, refused_at, open_refused_at, complained_at, refusals, decision, n, words
from suppressed where address > $1 order by address limit $2
