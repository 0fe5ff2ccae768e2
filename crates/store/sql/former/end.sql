delete from former_identities where issuer = $1 and subject = $2
