-- A mail that came back for good, and the address that it was for.
insert into suppressed
    (address, stored, since_at, refused_at, open_refused_at, complained_at, refusals, decision, n, words, kept_until)
values
    ('gone@example.jp', 'gone@example.jp', 1790000700000, 1790000700000, 1790000700000, null, 1,
    X'0192f0c0000070008000000000000071', 0, 'smtp; 550 5.1.1 user unknown', 1797776700000),
    ('angry@example.jp', 'angry@example.jp', 1790000700000, null, null, 1790000700000, 0,
    X'0192f0c0000070008000000000000072', 0, 'abuse', 1797776700000);
