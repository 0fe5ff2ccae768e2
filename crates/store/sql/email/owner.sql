select account_id, stored from emails where address = $1
