-- What is not said now stays as it was.
insert into suppressed
    (address, stored, since_at, refused_at, open_refused_at, complained_at, refusals, decision, n, words, kept_until)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
on conflict (address) do update set
    stored = excluded.stored,
    refused_at = coalesce(excluded.refused_at, suppressed.refused_at),
    open_refused_at = coalesce(excluded.open_refused_at, suppressed.open_refused_at),
    complained_at = coalesce(excluded.complained_at, suppressed.complained_at),
    refusals = suppressed.refusals + excluded.refusals,
    decision = excluded.decision,
    n = excluded.n,
    words = excluded.words,
    kept_until = excluded.kept_until
