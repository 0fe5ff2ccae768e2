insert into identity_tokens (issuer, subject, provider, sealed, kept_at, due_at, tries)
select $1, $2, $3, $4, $5, case when count(*) = 0 then $6 end, 0 from identities where issuer = $1 and subject = $2
on conflict (issuer, subject) do update
set provider = excluded.provider, sealed = excluded.sealed, kept_at = excluded.kept_at, due_at = excluded.due_at, tries = 0
