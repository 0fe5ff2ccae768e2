select account_id from passkeys where credential = $1
