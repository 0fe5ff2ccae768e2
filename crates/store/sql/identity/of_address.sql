select i.account_id, i.provider, i.stored, a.locale, a.lost_stored, a.lost_from, e.address as own_email
from identities i
join accounts a on a.id = i.account_id
left join emails e on e.account_id = i.account_id
where i.address = $1
order by i.account_id, i.provider
