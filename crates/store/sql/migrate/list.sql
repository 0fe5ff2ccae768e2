select number, name, checksum, applied_at
from migrations
order by number
