update identity_tokens set due_at = $1, tries = $2 where issuer = $3 and subject = $4 and due_at is not null
