update identities
set address = $1, stored = $2, proven_at = $3, relay = $4, unreachable_at = $5, held_at = $6
where issuer = $7 and subject = $8
