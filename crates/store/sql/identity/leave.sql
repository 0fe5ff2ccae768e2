delete from identities where account_id = $1 and provider = $2
