update signing_keys set retired_at = case when retired_at <= $1 then retired_at else $1 end, gone_at = $1
where algorithm = $2 and number < $3 and (gone_at is null or gone_at > $1)
