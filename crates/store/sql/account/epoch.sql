update accounts set epoch = $1 where id = $2
