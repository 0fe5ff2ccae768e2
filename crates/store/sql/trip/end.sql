delete from trips where state = $1
