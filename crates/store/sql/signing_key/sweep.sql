delete from signing_keys where gone_at <= $1
