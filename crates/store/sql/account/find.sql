select a.id as account_id, a.created_at, a.display_name, a.locale, a.contact, a.contact_since, a.suspended_at,
    a.suspended_reason, a.withdrawn_at, a.withdrawn_until, a.withdrawn_methods, a.lost_stored, a.lost_from, a.terms_version,
    a.terms_at, a.epoch, a.passkey_declined_at, coalesce(nullif(e.stored, ''), e.address) as stored, e.proven_at,
    e.added_at as email_added_at, e.unreachable_at as email_unreachable_at, e.added_by as email_added_by, p.version, p.hash, p.packed, p.set_at
from accounts a
left join emails e on e.account_id = a.id
left join passwords p on p.account_id = a.id
where a.id = $1
