-- A member with all that belongs to one, and an address that strangers have locked. Bytes are written X'..'; the tests
-- spell them for PostgreSQL.
insert into accounts
    (id, created_at, display_name, locale, contact, suspended_at, suspended_reason, terms_version, terms_at)
values
    (X'0192f0c0000070008000000000000001', 1790000000000, '花子', 'ja', 'email', 1790000500000, '看板の件', '2026-11', 1790000000000),
    (X'0192f0c0000070008000000000000002', 1790000100000, '', 'en', 'email', null, null, null, null);
insert into emails (address, account_id, stored, proven_at) values
    ('hanako@example.jp', X'0192f0c0000070008000000000000001', 'Hanako@Example.jp', 1790000000000),
    ('a..b.@docomo.ne.jp', X'0192f0c0000070008000000000000002', 'a..b.@docomo.ne.jp', 1790000100000);
insert into passwords (account_id, version, hash, set_at) values
    (X'0192f0c0000070008000000000000001', 3, '$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHQ$aGFzaA', 1790000200000);
insert into sessions
    (digest, id, account_id, kind, device_id, method, started_at, seen_at, proved_at, address, label)
values
    (X'd100000000000000000000000000000000000000000000000000000000000001', X'0192f0c0000070008000000000000011',
    X'0192f0c0000070008000000000000001', 'browser', X'0192f0c0000070008000000000000021', 'email', 1790000000000,
    1790000300000, 1790000000000, '192.0.2.7', 'Firefox · Windows'),
    (X'd100000000000000000000000000000000000000000000000000000000000002', X'0192f0c0000070008000000000000012',
    X'0192f0c0000070008000000000000001', 'app', X'0192f0c0000070008000000000000022', 'email', 1790000400000,
    1790000400000, 1790000400000, '2001:db8::7', '読書アプリ');
insert into devices (account_id, id, digest, label, first_at, last_at) values
    (X'0192f0c0000070008000000000000001', X'0192f0c0000070008000000000000021',
    X'd200000000000000000000000000000000000000000000000000000000000001', 'Firefox · Windows', 1790000000000, 1790000000000),
    (X'0192f0c0000070008000000000000001', X'0192f0c0000070008000000000000022',
    X'd200000000000000000000000000000000000000000000000000000000000002', '読書アプリ', 1790000400000, 1790000400000);
insert into address_guards
    (address, wrong, last_wrong_at, locked_at, told_at, tickets, devices, code_wrong, code_since, code_long_until,
    changed_at)
values
    ('hanako@example.jp', 2, 1790000400000, null, 1790000100000,
    '0192f0c0000070008000000000000031/strangers/1790000450000 0192f0c0000070008000000000000032/0192f0c0000070008000000000000021/1790000460000',
    '0192f0c0000070008000000000000022/1/1790000430000', 120, 1790000000000, 1790086400000, 1790000460000),
    ('nobody@example.jp', 10, 1790000400000, 1790000400000, null, '', '', 0, null, null, 1790000400000);
insert into challenges (id, address, purpose, kind, digits, key_id, issued_at, expires_at, spent_at) values
    (X'0192f0c0000070008000000000000041', 'hanako@example.jp', 'register', 'code', 12, 7, 1789999900000, 1790001700000,
    1790000000000),
    (X'0192f0c0000070008000000000000042', 'hanako@example.jp', 'register', 'account-exists', 16, 7, 1790000400000,
    1790002200000, null);
insert into flows (digest, purpose, stored, stage, wrong, started_at, expires_at) values
    (X'd300000000000000000000000000000000000000000000000000000000000001', 'register', 'Hanako@Example.jp', 'proven', 1,
    1790000400000, 1790002200000),
    (X'd300000000000000000000000000000000000000000000000000000000000002', 'register', 'nobody@example.jp', 'code', 0,
    1790000400000, 1790002200000);
insert into network_tries (network, wrong, since) values ('192.0.2.7', 4, 1790000300000);
insert into activity (account_id, at, decision, n, kind, actor, session_id, method, address, label) values
    (X'0192f0c0000070008000000000000001', 1790000000000, X'0192f0c0000070008000000000000051', 0, 'registered', 'visitor',
    null, null, '192.0.2.7', 'Firefox · Windows'),
    (X'0192f0c0000070008000000000000001', 1790000400000, X'0192f0c0000070008000000000000052', 0, 'signed-in', 'visitor',
    X'0192f0c0000070008000000000000012', 'email', '2001:db8::7', '読書アプリ'),
    (X'0192f0c0000070008000000000000001', 1790000500000, X'0192f0c0000070008000000000000053', 0, 'suspended', 'operator',
    null, null, '', '');
insert into mails
    (decision, n, kind, recipient, locale, account_id, challenge_id, at, useless_at, method, address, label, written_at,
    state, due_at, tries, worker, reply)
values
    (X'0192f0c0000070008000000000000051', 0, 'welcome', 'Hanako@Example.jp', 'ja', X'0192f0c0000070008000000000000001', null,
    1790000000000, null, 'email', '192.0.2.7', 'Firefox · Windows', 1790000000000, 'sent', 1790000001000, 1, null, '250 ok'),
    (X'0192f0c0000070008000000000000052', 0, 'sign-in', 'Hanako@Example.jp', 'ja', X'0192f0c0000070008000000000000001', null,
    1790000400000, null, 'email', '2001:db8::7', '読書アプリ', 1790000400000, 'waiting', 1790000600000, 2,
    X'01010101010101010101010101010101', '421 later'),
    (X'0192f0c0000070008000000000000054', 0, 'register-code', 'nobody@example.jp', 'en', null,
    X'0192f0c0000070008000000000000041', 1790000400000, 1790002200000, null, '192.0.2.7', 'Firefox · Windows',
    1790000400000, 'waiting', 1790000400000, 0, null, null),
    (X'0192f0c0000070008000000000000055', 0, 'locked', 'a..b.@docomo.ne.jp', 'en', X'0192f0c0000070008000000000000002', null,
    1790000400000, null, null, '192.0.2.7', 'Firefox · Windows', 1790000400000, 'given-up', 1790000410000, 8, null, '550 no'),
    (X'0192f0c0000070008000000000000056', 0, 'register-taken', 'Hanako@Example.jp', 'ja',
    X'0192f0c0000070008000000000000001', null, 1789990000000, 1789991800000, null, '192.0.2.7', 'Firefox · Windows',
    1789990000000, 'dropped', 1789991900000, 3, null, '');
