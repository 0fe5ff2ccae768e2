-- Ways in by a provider, several on one account, the contact among them, and the end of an account.

alter table accounts add column contact_since integer not null default 0;
update accounts set contact_since = created_at;
alter table accounts add column withdrawn_at integer;
alter table accounts add column withdrawn_until integer;
alter table accounts add column withdrawn_methods text;
alter table accounts add column lost_stored text;
alter table accounts add column lost_from integer;
create index accounts_withdrawn on accounts (withdrawn_until) where withdrawn_until is not null;

alter table emails add column added_at integer not null default 0;
alter table emails add column added_by blob;
update emails set added_at = (select a.created_at from accounts a where a.id = emails.account_id);

alter table sessions add column proved_by text not null default 'email';

-- A flow without an address has an empty one.
alter table flows add column shown text;
alter table flows add column waits_for blob;

alter table changes add column method text;
alter table changes add column by_session blob;
alter table changes add column before text;

alter table mails add column before_stored text;
alter table mails add column after_stored text;
create index mails_account on mails (account_id) where account_id is not null;

create table identities (
    issuer text not null,
    subject text not null,
    account_id blob not null,
    provider text not null,
    address text,
    stored text,
    proven_at integer,
    relay text not null,
    unreachable_at integer,
    added_at integer not null,
    added_by blob,
    held_at integer,
    primary key (issuer, subject)
) strict, without rowid;
create unique index identities_account on identities (account_id, provider);
create index identities_address on identities (address) where address is not null;

-- Whose an identity was until lately, while that can be taken back.
create table former_identities (
    issuer text not null,
    subject text not null,
    account_id blob not null,
    way text not null,
    until_at integer not null,
    primary key (issuer, subject)
) strict, without rowid;
create index former_identities_until on former_identities (until_at);
create index former_identities_account on former_identities (account_id);

-- What a provider gave to be revoked with at the end, sealed by a key outside the database.
create table identity_tokens (
    issuer text not null,
    subject text not null,
    provider text not null,
    sealed blob not null,
    kept_at integer not null,
    due_at integer,
    tries integer not null,
    primary key (issuer, subject)
) strict, without rowid;
create index identity_tokens_due on identity_tokens (due_at) where due_at is not null;

create table trips (
    state blob not null primary key,
    browser blob not null,
    provider text not null,
    intent text not null,
    account_id blob,
    epoch integer,
    session_id blob,
    next text not null,
    started_at integer not null,
    expires_at integer not null
) strict, without rowid;
create index trips_expires on trips (expires_at);

create table provider_reports (
    report text not null primary key,
    heard_at integer not null
) strict, without rowid;
create index provider_reports_heard on provider_reports (heard_at);
