-- A member with two passkeys who has just removed a third one, has signed in with the first, and wants no more offers.
insert into accounts
    (id, created_at, display_name, locale, contact, suspended_at, suspended_reason, terms_version, terms_at, epoch,
    contact_since, withdrawn_at, withdrawn_until, withdrawn_methods, lost_stored, lost_from, passkey_declined_at)
values
    (X'0192f0c0000070008000000000000005', 1789900000000, 'Sachiko', 'ja', 'email', null, null, null, null, 0,
    1789900000000, null, null, null, null, null, 1789950000000);
insert into emails (address, account_id, stored, proven_at, added_at, added_by) values
    ('sachiko@example.jp', X'0192f0c0000070008000000000000005', 'sachiko@example.jp', 1789900000000, 1789900000000, null);
insert into passkeys
    (credential, account_id, id, public_key, name, aaguid, transports, backup, counter, added_at, added_by, used_at)
values
    (X'a1a2a3a4a5a6a7a8', X'0192f0c0000070008000000000000005', X'0192f0c0000070008000000000000081',
    X'a401010327200621', 'iCloud キーチェーン', X'fbfc3007154e4ecc8c0b6e020557d7bd', 'internal,hybrid', 'backed-up', 0,
    1789960000000, X'0192f0c0000070008000000000000013', 1790000000000),
    (X'b1', X'0192f0c0000070008000000000000005', X'0192f0c0000070008000000000000082', X'a401010327200622', '青い鍵',
    X'00000000000000000000000000000000', '', 'single', 4294967295, 1789970000000, null, null);
insert into spent_ceremonies (challenge, expires_at) values
    (X'd700000000000000000000000000000000000000000000000000000000000001', 1790000600000);
insert into devices (account_id, id, digest, label, first_at, last_at) values
    (X'0192f0c0000070008000000000000005', X'0192f0c0000070008000000000000025',
    X'd200000000000000000000000000000000000000000000000000000000000005', 'Safari · iOS', 1790000000000, 1790000000000);
insert into sessions
    (digest, id, account_id, kind, device_id, method, started_at, seen_at, proved_at, proved_by, address, label)
values
    (X'd100000000000000000000000000000000000000000000000000000000000005', X'0192f0c0000070008000000000000013',
    X'0192f0c0000070008000000000000005', 'browser', X'0192f0c0000070008000000000000025',
    'passkey:0192f0c0000070008000000000000081', 1790000000000, 1790000300000, 1790000200000,
    'passkey:0192f0c0000070008000000000000082', '192.0.2.8', 'Safari · iOS');
insert into changes (account_id, id, kind, at, until_at, method, by_session, before) values
    (X'0192f0c0000070008000000000000005', X'0192f0c0000070008000000000000065', 'removed', 1790000250000, 1790259450000,
    'passkey:0192f0c0000070008000000000000083', X'0192f0c0000070008000000000000013',
    '{"email":{"stored":"sachiko@example.jp","proven_at":1789900000000,"added":{"at":1789900000000,"by":null}},"links":[],"passkeys":[{"id":"0192f0c0000070008000000000000083","credential":"c1c2","key":"a401010327200623","name":"前の電話","aaguid":"00000000000000000000000000000000","transports":"usb","backup":"eligible","counter":7,"added":{"at":1789910000000,"by":"0192f0c0000070008000000000000013"},"used_at":1789920000000}],"contact":"email","contact_since":1789900000000}');
insert into activity (account_id, at, decision, n, kind, actor, session_id, method, address, label) values
    (X'0192f0c0000070008000000000000005', 1790000000000, X'0192f0c0000070008000000000000095', 0, 'signed-in', 'visitor',
    X'0192f0c0000070008000000000000013', 'passkey:0192f0c0000070008000000000000081', '192.0.2.8', 'Safari · iOS');
insert into mails
    (decision, n, kind, recipient, locale, account_id, challenge_id, at, useless_at, method, address, label, written_at,
    state, due_at, tries, number_id, until_at, before_stored, after_stored, passkey_name)
values
    (X'0192f0c0000070008000000000000096', 0, 'method-removed', 'sachiko@example.jp', 'ja',
    X'0192f0c0000070008000000000000005', null, 1790000250000, null, 'passkey:0192f0c0000070008000000000000083',
    '192.0.2.8', 'Safari · iOS', 1790000250000, 'waiting', 1790000250000, 0, null, null, null, null, '前の電話');
