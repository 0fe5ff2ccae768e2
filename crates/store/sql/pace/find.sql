select free_at, people_at, others_at, eased, eased_at from paces where receiver = $1
