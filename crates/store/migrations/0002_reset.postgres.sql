-- The way back in: grants of a verified code, numbers in mails, and changes that can be undone.

alter table accounts add column epoch bigint not null default 0;
alter table address_guards add column cooling_until bigint;

alter table flows add column account_id bytea;
alter table flows add column epoch bigint;
alter table flows add column session_id bytea;
alter table flows add column code_id bytea;
alter table flows add column form bytea;

alter table mails add column number_id bytea;
alter table mails add column until_at bigint;

-- One row for a number that was mailed; the number itself is derived from the id. What it is about is a session or a
-- change.
create table numbers (
    id bytea not null primary key,
    address text not null,
    account_id bytea not null,
    kind text not null,
    about bytea not null,
    key_id bigint not null,
    issued_at bigint not null,
    expires_at bigint not null,
    spent_at bigint
);
create index numbers_address on numbers (address, kind, expires_at);
create index numbers_account on numbers (account_id, issued_at);
create index numbers_expires on numbers (expires_at);

create table changes (
    account_id bytea not null,
    id bytea not null,
    kind text not null,
    at bigint not null,
    until_at bigint not null,
    from_stored text,
    from_proven_at bigint,
    primary key (account_id, id)
);
create index changes_until on changes (until_at);
