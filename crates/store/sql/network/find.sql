select wrong, since from network_tries where network = $1
