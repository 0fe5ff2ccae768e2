-- Made and locked in one, also where somebody else makes it now. An untouched row (changed_at 0) is swept soon.
insert into address_guards (address, wrong, tickets, devices, code_wrong, changed_at) values ($1, 0, '', '', 0, 0)
on conflict (address) do update set address = excluded.address
returning wrong, last_wrong_at, locked_at, told_at, tickets, devices, code_wrong, code_since, code_long_until,
    cooling_until
