update accounts set withdrawn_methods = $1 where id = $2 and withdrawn_at is not null
