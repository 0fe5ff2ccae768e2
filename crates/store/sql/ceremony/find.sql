select challenge from spent_ceremonies where challenge = $1
