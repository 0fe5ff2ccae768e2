-- What the service is told of its accounts: a row for each event and endpoint. While it waits, place is its place in the line of
-- its account and endpoint. since_at is since when it stands as it does. awaited: the erasure of the account waits for its receipt.
-- over_at: when it ended, where nothing waits for it.
create table announcements (
    decision bytea not null,
    n bigint not null,
    endpoint text not null,
    account_id bytea not null,
    kind text not null,
    detail text not null,
    email text,
    at bigint not null,
    state text not null,
    since_at bigint not null,
    place bigint,
    awaited bigint,
    over_at bigint,
    tries bigint not null,
    reply text,
    primary key (decision, n)
);
create index announcements_of_account on announcements (account_id, endpoint, place);
create index announcements_of_endpoint on announcements (endpoint, at, decision, n);
create index announcements_state on announcements (state, since_at);
create index announcements_over on announcements (state, over_at) where over_at is not null;

-- The lines in which something waits. The first of a line may be taken from due_at on; taking it moves that time to the end of
-- the lease.
create table announcement_lines (
    endpoint text not null,
    account_id bytea not null,
    last bigint not null,
    due_at bigint not null,
    worker bytea,
    primary key (endpoint, account_id)
);
create index announcement_lines_due on announcement_lines (endpoint, due_at);

-- When an erasure that waits for receipts is looked at again; without it, when the grace is over.
alter table accounts add column erase_at bigint;
drop index accounts_withdrawn;
create index accounts_erasure on accounts (coalesce(erase_at, withdrawn_until)) where withdrawn_until is not null;
