-- Which accounts have changed lately, for nodes that remember whom they have seen.
create table account_changes (
    at bigint not null,
    account_id bytea not null,
    primary key (at, account_id)
);
