-- What another node takes at this moment is passed over.
with due as materialized (
    select issuer, subject from identity_tokens where due_at is not null and due_at <= $1 order by due_at limit $2
    for update skip locked
)
update identity_tokens set due_at = $3, tries = tries + 1
from due
where identity_tokens.issuer = due.issuer and identity_tokens.subject = due.subject
returning identity_tokens.issuer, identity_tokens.subject, provider, sealed, tries
