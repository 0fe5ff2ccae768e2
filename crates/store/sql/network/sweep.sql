delete from network_tries
where since <= $1 and network in (
    select network from network_tries where since <= $1 order by since limit $2
)
