update identity_tokens set due_at = null, tries = 0 where issuer = $1 and subject = $2
