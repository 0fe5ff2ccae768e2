select account_id from identities where issuer = $1 and subject = $2
