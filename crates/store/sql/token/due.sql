update identity_tokens set due_at = $1, tries = 0
where (issuer, subject) in (select issuer, subject from identities where account_id = $2 and provider = $3)
