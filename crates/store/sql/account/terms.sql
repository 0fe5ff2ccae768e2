update accounts set terms_version = $1, terms_at = $2 where id = $3
