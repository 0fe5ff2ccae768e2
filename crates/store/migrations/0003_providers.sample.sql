-- A member who came by Google and added Apple behind a relay, one who cannot use her provider any more, and one who left.
insert into accounts
    (id, created_at, display_name, locale, contact, suspended_at, suspended_reason, terms_version, terms_at, epoch,
    contact_since, withdrawn_at, withdrawn_until, withdrawn_methods, lost_stored, lost_from)
values
    (X'0192f0c0000070008000000000000003', 1789900000000, 'Jiro', 'ja', 'google', null, null, null, null, 0,
    1789900000000, null, null, null, 'jiro@example.ne.jp', 1790086400000),
    (X'0192f0c0000070008000000000000004', 1789800000000, '', 'en', 'email', null, null, null, null, 1,
    1789800000000, 1790000000000, 1792592000000,
    '{"email":{"stored":"left@example.jp","proven_at":1789800000000,"added":{"at":1789800000000,"by":null}},"links":[{"provider":"google","issuer":"https://accounts.google.com","subject":"left-1","address":{"stored":"left@gmail.com","proven_at":1789850000000,"relay":"own","unreachable_at":null},"added":{"at":1789850000000,"by":"0192f0c0000070008000000000000011"},"held_at":null}],"contact":"email","contact_since":1789800000000}',
    null, null);
insert into identities
    (issuer, subject, account_id, provider, address, stored, proven_at, relay, unreachable_at, added_at, added_by, held_at)
values
    ('https://accounts.google.com', '110169484474386276334', X'0192f0c0000070008000000000000003', 'google',
    'jiro@example.ne.jp', 'jiro@example.ne.jp', 1789900000000, 'own', null, 1789900000000, null, null),
    ('https://appleid.apple.com', '001999.f0c0.0001', X'0192f0c0000070008000000000000003', 'apple',
    'q7x2@privaterelay.appleid.com', 'q7x2@privaterelay.appleid.com', 1789950000000, 'private', 1789990000000,
    1789950000000, X'0192f0c0000070008000000000000012', 1789995000000),
    ('https://id.example.org', 'nameless', X'0192f0c0000070008000000000000001', 'example-id', null, null, null, 'own', null,
    1789960000000, X'0192f0c0000070008000000000000011', null);
insert into former_identities (issuer, subject, account_id, way, until_at) values
    ('https://accounts.google.com', 'left-1', X'0192f0c0000070008000000000000004', 'withdrawn', 1792592000000),
    ('https://appleid.apple.com', 'gone-1', X'0192f0c0000070008000000000000001', 'removed', 1790249200000);
insert into identity_tokens (issuer, subject, provider, sealed, kept_at, due_at, tries) values
    ('https://appleid.apple.com', '001999.f0c0.0001', 'apple', X'0102030405', 1789950000000, null, 0),
    ('https://appleid.apple.com', 'gone-1', 'apple', X'0607080910', 1789950000000, 1790000000000, 2);
insert into trips
    (state, browser, provider, intent, account_id, epoch, session_id, next, started_at, expires_at)
values
    (X'd500000000000000000000000000000000000000000000000000000000000001',
    X'd600000000000000000000000000000000000000000000000000000000000001', 'google', 'sign-in', null, null, null, '/account',
    1790000300000, 1790000900000),
    (X'd500000000000000000000000000000000000000000000000000000000000002',
    X'd600000000000000000000000000000000000000000000000000000000000002', 'apple', 'link',
    X'0192f0c0000070008000000000000001', 0, X'0192f0c0000070008000000000000011', '', 1790000300000, 1790000900000);
insert into provider_reports (report, heard_at) values ('https://appleid.apple.com 5f1c', 1790000000000);
insert into flows
    (digest, purpose, stored, stage, wrong, started_at, expires_at, account_id, epoch, session_id, code_id, form, shown,
    waits_for)
values
    (X'd300000000000000000000000000000000000000000000000000000000000005', 'register-identity', '', 'address', 0,
    1790000300000, 1790002100000, null, null, null, null, null,
    '{"provider":"example-id","issuer":"https://id.example.org","subject":"new","address":null,"vouched":"no","relay":"own","name":"花子"}',
    null),
    (X'd300000000000000000000000000000000000000000000000000000000000006', 'offer', 'hanako@example.jp', 'proven', 0,
    1790000300000, 1790000900000, null, null, null, null, null,
    '{"provider":"google","issuer":"https://accounts.google.com","subject":"h-1","address":"hanako@example.jp","vouched":"yes","relay":"own","name":"Hanako"}',
    X'0192f0c0000070008000000000000001');
insert into changes (account_id, id, kind, at, until_at, method, by_session, before) values
    (X'0192f0c0000070008000000000000003', X'0192f0c0000070008000000000000063', 'added', 1789950000000, 1790209200000,
    'apple', X'0192f0c0000070008000000000000012',
    '{"email":null,"links":[{"provider":"google","issuer":"https://accounts.google.com","subject":"110169484474386276334","address":{"stored":"jiro@example.ne.jp","proven_at":1789900000000,"relay":"own","unreachable_at":null},"added":{"at":1789900000000,"by":null},"held_at":null}],"contact":"google","contact_since":1789900000000}');
insert into numbers (id, address, account_id, kind, about, key_id, issued_at, expires_at, spent_at) values
    (X'0192f0c0000070008000000000000073', 'left@example.jp', X'0192f0c0000070008000000000000004', 'restore', X'', 7,
    1790000000000, 1792592000000, null),
    (X'0192f0c0000070008000000000000074', 'jiro@example.ne.jp', X'0192f0c0000070008000000000000003', 'lost', X'', 7,
    1790000000000, 1790001800000, 1790000100000);
