-- The way back in: grants of a verified code, numbers in mails, and changes that can be undone.

alter table accounts add column epoch integer not null default 0;
alter table address_guards add column cooling_until integer;

alter table flows add column account_id blob;
alter table flows add column epoch integer;
alter table flows add column session_id blob;
alter table flows add column code_id blob;
alter table flows add column form blob;

alter table mails add column number_id blob;
alter table mails add column until_at integer;

-- One row for a number that was mailed; the number itself is derived from the id. What it is about is a session or a
-- change.
create table numbers (
    id blob not null primary key,
    address text not null,
    account_id blob not null,
    kind text not null,
    about blob not null,
    key_id integer not null,
    issued_at integer not null,
    expires_at integer not null,
    spent_at integer
) strict, without rowid;
create index numbers_address on numbers (address, kind, expires_at);
create index numbers_account on numbers (account_id, issued_at);
create index numbers_expires on numbers (expires_at);

create table changes (
    account_id blob not null,
    id blob not null,
    kind text not null,
    at integer not null,
    until_at integer not null,
    from_stored text,
    from_proven_at integer,
    primary key (account_id, id)
) strict, without rowid;
create index changes_until on changes (until_at);
