-- A member whose password is void while a reset is under way, and who changed her address a day before.
update accounts set epoch = 3 where id = X'0192f0c0000070008000000000000002';
update address_guards set cooling_until = 1790002200000 where address = 'hanako@example.jp';
insert into passwords (account_id, version, hash, set_at) values
    (X'0192f0c0000070008000000000000002', 5, '', 1790000500000);
insert into challenges (id, address, purpose, kind, digits, key_id, issued_at, expires_at, spent_at) values
    (X'0192f0c0000070008000000000000043', 'a..b.@docomo.ne.jp', 'reset', 'code', 12, 7, 1790000300000, 1790002100000,
    1790000400000),
    (X'0192f0c0000070008000000000000044', 'nobody@example.jp', 'reset', 'nobody', 12, 7, 1790000300000, 1790002100000,
    null),
    (X'0192f0c0000070008000000000000045', 'former@example.jp', 'reset', 'undo-offered', 12, 7, 1790000300000,
    1790002100000, null),
    (X'0192f0c0000070008000000000000046', 'next@example.jp', 'change-email', 'code', 12, 7, 1790000300000, 1790002100000,
    null);
insert into flows
    (digest, purpose, stored, stage, wrong, started_at, expires_at, account_id, epoch, session_id, code_id, form)
values
    (X'd300000000000000000000000000000000000000000000000000000000000003', 'reset', 'a..b.@docomo.ne.jp', 'proven', 0,
    1790000300000, 1790002200000, X'0192f0c0000070008000000000000002', 3, null, X'0192f0c0000070008000000000000043',
    X'd400000000000000000000000000000000000000000000000000000000000001'),
    (X'd300000000000000000000000000000000000000000000000000000000000004', 'change-email', 'next@example.jp', 'code', 0,
    1790000300000, 1790002200000, X'0192f0c0000070008000000000000001', 0, X'0192f0c0000070008000000000000011', null,
    null);
insert into changes (account_id, id, kind, at, until_at, from_stored, from_proven_at) values
    (X'0192f0c0000070008000000000000002', X'0192f0c0000070008000000000000061', 'email', 1789990000000, 1790249200000,
    'former@example.jp', 1780000000000),
    (X'0192f0c0000070008000000000000002', X'0192f0c0000070008000000000000062', 'password', 1789990100000, 1790249300000,
    null, null);
insert into numbers (id, address, account_id, kind, about, key_id, issued_at, expires_at, spent_at) values
    (X'0192f0c0000070008000000000000071', 'former@example.jp', X'0192f0c0000070008000000000000002', 'undo',
    X'0192f0c0000070008000000000000061', 7, 1789990000000, 1790249200000, null),
    (X'0192f0c0000070008000000000000072', 'hanako@example.jp', X'0192f0c0000070008000000000000001', 'not-me',
    X'0192f0c0000070008000000000000012', 7, 1790000400000, 1790605200000, 1790000450000);
insert into mails
    (decision, n, kind, recipient, locale, account_id, challenge_id, at, useless_at, method, address, label, written_at,
    state, due_at, tries, worker, reply, number_id, until_at)
values
    (X'0192f0c0000070008000000000000057', 0, 'email-changed', 'former@example.jp', 'en',
    X'0192f0c0000070008000000000000002', null, 1789990000000, null, null, '192.0.2.7', 'Firefox · Windows',
    1789990000000, 'waiting', 1790000400000, 0, null, null, X'0192f0c0000070008000000000000071', null),
    (X'0192f0c0000070008000000000000058', 0, 'reset-verified', 'a..b.@docomo.ne.jp', 'en',
    X'0192f0c0000070008000000000000002', null, 1790000400000, null, null, '192.0.2.7', 'Firefox · Windows',
    1790000400000, 'waiting', 1790000400000, 0, null, null, null, 1790002200000);
