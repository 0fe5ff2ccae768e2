-- Somebody signed out everywhere a moment ago.
insert into account_changes (at, account_id) values (1790000300000, X'0192f0c0000070008000000000000005');
