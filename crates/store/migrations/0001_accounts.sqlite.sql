-- Accounts, ways in, sessions, guards and the outbox.
-- Instants are milliseconds since 1970-01-01 UTC. Every unique identifier is the primary key of a table of its own.

create table accounts (
    id blob not null primary key,
    created_at integer not null,
    display_name text not null,
    locale text not null,
    contact text not null,
    suspended_at integer,
    suspended_reason text,
    terms_version text,
    terms_at integer
) strict, without rowid;

create table emails (
    address text not null primary key,
    account_id blob not null,
    stored text not null,
    proven_at integer not null
) strict, without rowid;
create index emails_account on emails (account_id);

create table passwords (
    account_id blob not null primary key,
    version integer not null,
    hash text not null,
    set_at integer not null
) strict, without rowid;

create table sessions (
    digest blob not null primary key,
    id blob not null,
    account_id blob not null,
    kind text not null,
    device_id blob not null,
    method text not null,
    started_at integer not null,
    seen_at integer not null,
    proved_at integer not null,
    address text not null,
    label text not null
) strict, without rowid;
create index sessions_account on sessions (account_id, id);
create index sessions_seen on sessions (kind, seen_at);

create table devices (
    account_id blob not null,
    id blob not null,
    digest blob not null,
    label text not null,
    first_at integer not null,
    last_at integer not null,
    primary key (account_id, id)
) strict, without rowid;
create unique index devices_digest on devices (account_id, digest);

-- One row for an address that was guessed at or asked a code for, whether or not an account has it.
create table address_guards (
    address text not null primary key,
    wrong integer not null,
    last_wrong_at integer,
    locked_at integer,
    told_at integer,
    tickets text not null,
    devices text not null,
    code_wrong integer not null,
    code_since integer,
    code_long_until integer,
    changed_at integer not null
) strict, without rowid;
create index address_guards_at_rest on address_guards (changed_at) where locked_at is null and tickets = '';

create table challenges (
    id blob not null primary key,
    address text not null,
    purpose text not null,
    kind text not null,
    digits integer not null,
    key_id integer not null,
    issued_at integer not null,
    expires_at integer not null,
    spent_at integer
) strict, without rowid;
create index challenges_address on challenges (address, issued_at);
create index challenges_issued on challenges (issued_at);

create table flows (
    digest blob not null primary key,
    purpose text not null,
    stored text not null,
    stage text not null,
    wrong integer not null,
    started_at integer not null,
    expires_at integer not null
) strict, without rowid;
create index flows_expires on flows (expires_at);

create table network_tries (
    network text not null primary key,
    wrong integer not null,
    since integer not null
) strict, without rowid;
create index network_tries_since on network_tries (since);

create table activity (
    account_id blob not null,
    at integer not null,
    decision blob not null,
    n integer not null,
    kind text not null,
    actor text not null,
    session_id blob,
    method text,
    address text not null,
    label text not null,
    primary key (account_id, at, decision, n)
) strict, without rowid;

-- The outbox. While a mail waits, due_at is when somebody may take it: at the earliest when a lease has run out.
-- When it has ended, due_at is when that was.
create table mails (
    decision blob not null,
    n integer not null,
    kind text not null,
    recipient text not null,
    locale text not null,
    account_id blob,
    challenge_id blob,
    at integer not null,
    useless_at integer,
    method text,
    address text not null,
    label text not null,
    written_at integer not null,
    state text not null,
    due_at integer not null,
    tries integer not null,
    worker blob,
    reply text,
    primary key (decision, n)
) strict, without rowid;
create index mails_due on mails (state, due_at);
