select address, stored, since_at, refused_at, open_refused_at, complained_at, refusals, decision, n, words
from suppressed where address = $1 and kept_until > $2
