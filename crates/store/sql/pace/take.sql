-- Taken for this transaction: whoever asks at the same time waits for its end.
update paces set kept_until = $1 where receiver = $2
returning free_at, people_at, others_at, eased, eased_at
