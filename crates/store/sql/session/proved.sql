update sessions set proved_at = $1, proved_by = $2 where account_id = $3 and id = $4
