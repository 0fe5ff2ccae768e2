-- Every request of somebody signed in asks this. Of the providers' methods it takes the contact alone.
select s.id as session_id, s.account_id, s.digest, s.kind, s.device_id, s.method, s.started_at, s.seen_at,
    s.proved_at, s.proved_by, s.address, s.label, a.created_at, a.display_name, a.locale, a.contact, a.contact_since, a.suspended_at,
    a.suspended_reason, a.withdrawn_at, a.withdrawn_until, a.withdrawn_methods, a.lost_stored, a.lost_from, a.terms_version,
    a.terms_at, a.epoch, a.passkey_declined_at, coalesce(nullif(e.stored, ''), e.address) as stored, e.proven_at,
    e.added_at as email_added_at, e.unreachable_at as email_unreachable_at, e.added_by as email_added_by, p.version, p.hash, p.packed, p.set_at,
    i.issuer, i.subject, i.provider, i.stored as link_stored, i.proven_at as link_proven_at, i.relay, i.unreachable_at,
    i.added_at, i.added_by, i.held_at
from sessions s
join accounts a on a.id = s.account_id
left join emails e on e.account_id = a.id
left join passwords p on p.account_id = a.id
left join identities i on i.account_id = a.id and i.provider = a.contact
where s.digest = $1
