delete from mails where account_id = $1 and state <> 'waiting'
