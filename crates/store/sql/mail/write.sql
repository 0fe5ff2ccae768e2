insert into mails
    (decision, n, kind, recipient, locale, account_id, challenge_id, at, useless_at, method, address, label,
    written_at, state, due_at, tries, number_id, until_at, before_stored, after_stored, passkey_name)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 'waiting', $13, 0, $14, $15, $16, $17, $18)
