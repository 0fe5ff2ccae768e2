-- Accounts, ways in, sessions, guards and the outbox.
-- Instants are milliseconds since 1970-01-01 UTC. Every unique identifier is the primary key of a table of its own.

create table accounts (
    id bytea not null primary key,
    created_at bigint not null,
    display_name text not null,
    locale text not null,
    contact text not null,
    suspended_at bigint,
    suspended_reason text,
    terms_version text,
    terms_at bigint
);

create table emails (
    address text not null primary key,
    account_id bytea not null,
    stored text not null,
    proven_at bigint not null
);
create index emails_account on emails (account_id);

create table passwords (
    account_id bytea not null primary key,
    version bigint not null,
    hash text not null,
    set_at bigint not null
);

create table sessions (
    digest bytea not null primary key,
    id bytea not null,
    account_id bytea not null,
    kind text not null,
    device_id bytea not null,
    method text not null,
    started_at bigint not null,
    seen_at bigint not null,
    proved_at bigint not null,
    address text not null,
    label text not null
);
create index sessions_account on sessions (account_id, id);
create index sessions_seen on sessions (kind, seen_at);

create table devices (
    account_id bytea not null,
    id bytea not null,
    digest bytea not null,
    label text not null,
    first_at bigint not null,
    last_at bigint not null,
    primary key (account_id, id)
);
create unique index devices_digest on devices (account_id, digest);

-- One row for an address that was guessed at or asked a code for, whether or not an account has it.
create table address_guards (
    address text not null primary key,
    wrong bigint not null,
    last_wrong_at bigint,
    locked_at bigint,
    told_at bigint,
    tickets text not null,
    devices text not null,
    code_wrong bigint not null,
    code_since bigint,
    code_long_until bigint,
    changed_at bigint not null
);
create index address_guards_at_rest on address_guards (changed_at) where locked_at is null and tickets = '';

create table challenges (
    id bytea not null primary key,
    address text not null,
    purpose text not null,
    kind text not null,
    digits bigint not null,
    key_id bigint not null,
    issued_at bigint not null,
    expires_at bigint not null,
    spent_at bigint
);
create index challenges_address on challenges (address, issued_at);
create index challenges_issued on challenges (issued_at);

create table flows (
    digest bytea not null primary key,
    purpose text not null,
    stored text not null,
    stage text not null,
    wrong bigint not null,
    started_at bigint not null,
    expires_at bigint not null
);
create index flows_expires on flows (expires_at);

create table network_tries (
    network text not null primary key,
    wrong bigint not null,
    since bigint not null
);
create index network_tries_since on network_tries (since);

create table activity (
    account_id bytea not null,
    at bigint not null,
    decision bytea not null,
    n bigint not null,
    kind text not null,
    actor text not null,
    session_id bytea,
    method text,
    address text not null,
    label text not null,
    primary key (account_id, at, decision, n)
);

-- The outbox. While a mail waits, due_at is when somebody may take it: at the earliest when a lease has run out.
-- When it has ended, due_at is when that was.
create table mails (
    decision bytea not null,
    n bigint not null,
    kind text not null,
    recipient text not null,
    locale text not null,
    account_id bytea,
    challenge_id bytea,
    at bigint not null,
    useless_at bigint,
    method text,
    address text not null,
    label text not null,
    written_at bigint not null,
    state text not null,
    due_at bigint not null,
    tries bigint not null,
    worker bytea,
    reply text,
    primary key (decision, n)
);
create index mails_due on mails (state, due_at);
