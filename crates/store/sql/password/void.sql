-- Nothing matches an empty hash; the number stays above all that was ever checked.
update passwords set version = $1, hash = '', set_at = $2 where account_id = $3
