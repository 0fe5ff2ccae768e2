-- The mail that put the address on the list says who took it off.
update mails set report_words = $1 where decision = $2 and n = $3
