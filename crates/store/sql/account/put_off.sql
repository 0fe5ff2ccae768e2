update accounts set erase_at = $1 where id = $2 and withdrawn_until is not null
