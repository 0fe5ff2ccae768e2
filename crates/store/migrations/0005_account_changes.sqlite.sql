-- Which accounts have changed lately, for nodes that remember whom they have seen.
create table account_changes (
    at integer not null,
    account_id blob not null,
    primary key (at, account_id)
) strict, without rowid;
