update accounts set contact = $1, contact_since = $2 where id = $3
