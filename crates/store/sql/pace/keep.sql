update paces set free_at = $1, people_at = $2, others_at = $3, eased = $4, eased_at = $5, kept_until = $6
where receiver = $7
