delete from former_identities where account_id = $1
