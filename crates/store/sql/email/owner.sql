select account_id, coalesce(nullif(stored, ''), address) as stored from emails where address = $1
