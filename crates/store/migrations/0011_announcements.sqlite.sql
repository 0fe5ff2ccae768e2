-- What the service is told of its accounts: a row for each event and endpoint. While it waits, place is its place in the line of
-- its account and endpoint. since_at is since when it stands as it does. awaited: the erasure of the account waits for its receipt.
-- over_at: when it ended, where nothing waits for it.
create table announcements (
    decision blob not null,
    n integer not null,
    endpoint text not null,
    account_id blob not null,
    kind text not null,
    detail text not null,
    email text,
    at integer not null,
    state text not null,
    since_at integer not null,
    place integer,
    awaited integer,
    over_at integer,
    tries integer not null,
    reply text,
    primary key (decision, n)
) strict, without rowid;
create index announcements_of_account on announcements (account_id, endpoint, place);
create index announcements_of_endpoint on announcements (endpoint, at, decision, n);
create index announcements_state on announcements (state, since_at);
create index announcements_over on announcements (state, over_at) where over_at is not null;

-- The lines in which something waits. The first of a line may be taken from due_at on; taking it moves that time to the end of
-- the lease.
create table announcement_lines (
    endpoint text not null,
    account_id blob not null,
    last integer not null,
    due_at integer not null,
    worker blob,
    primary key (endpoint, account_id)
) strict, without rowid;
create index announcement_lines_due on announcement_lines (endpoint, due_at);

-- When an erasure that waits for receipts is looked at again; without it, when the grace is over.
alter table accounts add column erase_at integer;
drop index accounts_withdrawn;
create index accounts_erasure on accounts (coalesce(erase_at, withdrawn_until)) where withdrawn_until is not null;
