update signing_keys set retired_at = $1, gone_at = $2
where algorithm = $3 and number < $4 and (retired_at is null or retired_at > $1)
