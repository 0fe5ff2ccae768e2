-- A withdrawal that one endpoint has received and another waits for, with what came after it.
insert into announcements
    (decision, n, endpoint, account_id, kind, detail, email, at, state, since_at, place, awaited, over_at, tries, reply)
values
    (X'0192f0c0000070008000000000000091', 0, 'web', X'0192f0c0000070008000000000000001', 'account.contact_changed', '',
    'gone@example.jp', 1790000700000, 'received', 1790000701000, null, null, 1790000701000, 1, '200'),
    (X'0192f0c0000070008000000000000092', 0, 'shop', X'0192f0c0000070008000000000000001', 'account.withdrawn', '1790000800000',
    null, 1790000700000, 'waiting', 1790000700000, 1, 1, null, 3, '503 busy'),
    (X'0192f0c0000070008000000000000093', 0, 'shop', X'0192f0c0000070008000000000000001', 'account.restored', '',
    null, 1790000702000, 'waiting', 1790000702000, 2, null, null, 0, null);
insert into announcement_lines (endpoint, account_id, last, due_at, worker)
values ('shop', X'0192f0c0000070008000000000000001', 2, 1790000760000, null);
