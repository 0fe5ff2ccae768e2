-- A member whose password is kept as bytes, and whose address is written as it is compared.
insert into accounts
    (id, created_at, display_name, locale, contact, suspended_at, suspended_reason, terms_version, terms_at, epoch,
    contact_since, withdrawn_at, withdrawn_until, withdrawn_methods, lost_stored, lost_from, passkey_declined_at)
values
    (X'0192f0c0000070008000000000000006', 1790000000000, '', 'ja', 'email', null, null, null, null, 0, 1790000000000, null,
    null, null, null, null, null);
insert into emails (address, account_id, stored, proven_at, added_at, added_by) values
    ('kiyoshi@example.jp', X'0192f0c0000070008000000000000006', '', 1790000000000, 1790000000000, null);
insert into passwords (account_id, version, hash, packed, set_at) values
    (X'0192f0c0000070008000000000000006', 2, '.',
    X'01004c000201000102030405060708090a0b0c0d0e0f404142434445464748494a4b4c4d4e4f505152535455565758595a5b5c5d5e5f',
    1790000100000);
