update accounts set passkey_declined_at = $1 where id = $2
