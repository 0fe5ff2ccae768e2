update accounts set lost_stored = $1, lost_from = $2 where id = $3
