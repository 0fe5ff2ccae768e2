update accounts set display_name = $1, locale = $2 where id = $3
