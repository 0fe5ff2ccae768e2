delete from flows where digest = $1
