select a.id as account_id, a.created_at, a.display_name, a.locale, a.contact, a.suspended_at, a.suspended_reason,
    a.terms_version, a.terms_at, a.epoch, e.stored, e.proven_at, p.version, p.hash, p.set_at
from accounts a
left join emails e on e.account_id = a.id
left join passwords p on p.account_id = a.id
where a.id = $1
