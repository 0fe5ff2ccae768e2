select p.account_id, p.credential, p.id, p.public_key, p.name, p.aaguid, p.transports, p.backup, p.counter, p.added_at,
    p.added_by, p.used_at, coalesce(nullif(e.stored, ''), e.address) as stored
from passkeys p
left join emails e on e.account_id = p.account_id
where p.credential = $1
