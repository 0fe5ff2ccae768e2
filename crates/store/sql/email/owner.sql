select account_id from emails where address = $1
