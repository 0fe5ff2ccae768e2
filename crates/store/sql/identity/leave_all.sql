delete from identities where account_id = $1
