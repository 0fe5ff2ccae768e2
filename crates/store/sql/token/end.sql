delete from identity_tokens where issuer = $1 and subject = $2 and due_at is not null
