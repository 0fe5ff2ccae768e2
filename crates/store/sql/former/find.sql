select account_id, way, until_at from former_identities where issuer = $1 and subject = $2
