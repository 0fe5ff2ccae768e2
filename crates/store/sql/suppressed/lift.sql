delete from suppressed where address = $1
