select wrong, last_wrong_at, locked_at, told_at, tickets, devices, code_wrong, code_since, code_long_until,
    cooling_until
from address_guards
where address = $1
