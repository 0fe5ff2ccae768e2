insert into signing_keys (id, algorithm, number, sealed, jwk, made_at, signs_from) values ($1, $2, $3, $4, $5, $6, $7)
on conflict (algorithm, number) do nothing
