update identity_tokens set due_at = $1, tries = 0 where issuer = $2 and subject = $3
