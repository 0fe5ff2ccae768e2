-- An app that is signed in, and a site whose grant is over.
insert into grants
    (account_id, grant_id, client, session_id, reach, scope, proved_at, proved_by, started_at, seen_at, used, live, ended_at)
values
    (X'0192f0c0000070008000000000000001', X'0192f0c0000070008000000000000091', 'reader-app', X'0192f0c0000070008000000000000011',
    'offline', 'openid profile offline_access', 1790000000000, 'email', 1790000100000, 1790000200000, 1,
    X'9100000000000000000000000000000000000000000000000000000000000001', null),
    (X'0192f0c0000070008000000000000001', X'0192f0c0000070008000000000000092', 'novel-site', X'0192f0c0000070008000000000000011',
    'session', 'openid', 1790000000000, 'email', 1790000100000, 1790000100000, 0, null, 1790000300000);
