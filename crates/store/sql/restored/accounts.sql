select count(*) as accounts from accounts
