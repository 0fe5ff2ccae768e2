select id from accounts where id = $1
