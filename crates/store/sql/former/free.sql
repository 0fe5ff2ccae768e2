insert into former_identities (issuer, subject, account_id, way, until_at) values ($1, $2, $3, $4, $5)
on conflict (issuer, subject)
do update set account_id = excluded.account_id, way = excluded.way, until_at = excluded.until_at
