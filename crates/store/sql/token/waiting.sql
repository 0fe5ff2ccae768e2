select issuer, subject, provider, sealed, tries
from identity_tokens
where due_at is not null and due_at <= $1
order by due_at
limit $2
