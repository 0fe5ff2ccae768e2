-- Every request of somebody signed in asks this.
select s.id as session_id, s.account_id, s.digest, s.kind, s.device_id, s.method, s.started_at, s.seen_at,
    s.proved_at, s.address, s.label, a.created_at, a.display_name, a.locale, a.contact, a.suspended_at,
    a.suspended_reason, a.terms_version, a.terms_at, a.epoch, e.stored, e.proven_at, p.version, p.hash, p.set_at
from sessions s
join accounts a on a.id = s.account_id
left join emails e on e.account_id = a.id
left join passwords p on p.account_id = a.id
where s.digest = $1
