insert into identity_tokens (issuer, subject, provider, sealed, kept_at, due_at, tries)
values ($1, $2, $3, $4, $5, null, 0)
on conflict (issuer, subject)
do update set provider = excluded.provider, sealed = excluded.sealed, kept_at = excluded.kept_at, due_at = null, tries = 0
