insert into accounts
    (id, created_at, display_name, locale, contact, contact_since, suspended_at, suspended_reason, terms_version,
    terms_at, epoch)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
