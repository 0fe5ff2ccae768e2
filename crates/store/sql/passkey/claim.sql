insert into passkeys
    (credential, account_id, id, public_key, name, aaguid, transports, backup, counter, added_at, added_by, used_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
