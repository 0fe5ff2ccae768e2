delete from clients where client = $1
