insert into spent_ceremonies (challenge, expires_at) values ($1, $2)
