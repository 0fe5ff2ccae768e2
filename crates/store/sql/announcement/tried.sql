update announcements set tries = tries + 1, reply = $1 where decision = $2 and n = $3
