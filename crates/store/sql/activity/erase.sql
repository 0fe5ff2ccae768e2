update activity set address = '', label = '' where account_id = $1
