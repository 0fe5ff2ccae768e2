-- Ways in by a provider, several on one account, the contact among them, and the end of an account.

alter table accounts add column contact_since bigint not null default 0;
update accounts set contact_since = created_at;
alter table accounts add column withdrawn_at bigint;
alter table accounts add column withdrawn_until bigint;
alter table accounts add column withdrawn_methods text;
alter table accounts add column lost_stored text;
alter table accounts add column lost_from bigint;
create index accounts_withdrawn on accounts (withdrawn_until) where withdrawn_until is not null;

alter table emails add column added_at bigint not null default 0;
alter table emails add column added_by bytea;
update emails set added_at = (select a.created_at from accounts a where a.id = emails.account_id);

alter table sessions add column proved_by text not null default 'email';

-- A flow without an address has an empty one.
alter table flows add column shown text;
alter table flows add column waits_for bytea;

alter table changes add column method text;
alter table changes add column by_session bytea;
alter table changes add column before text;

alter table mails add column before_stored text;
alter table mails add column after_stored text;
create index mails_account on mails (account_id) where account_id is not null;

create table identities (
    issuer text not null,
    subject text not null,
    account_id bytea not null,
    provider text not null,
    address text,
    stored text,
    proven_at bigint,
    relay text not null,
    unreachable_at bigint,
    added_at bigint not null,
    added_by bytea,
    held_at bigint,
    primary key (issuer, subject)
);
create unique index identities_account on identities (account_id, provider);
create index identities_address on identities (address) where address is not null;

-- Whose an identity was until lately, while that can be taken back.
create table former_identities (
    issuer text not null,
    subject text not null,
    account_id bytea not null,
    way text not null,
    until_at bigint not null,
    primary key (issuer, subject)
);
create index former_identities_until on former_identities (until_at);
create index former_identities_account on former_identities (account_id);

-- What a provider gave to be revoked with at the end, sealed by a key outside the database.
create table identity_tokens (
    issuer text not null,
    subject text not null,
    provider text not null,
    sealed bytea not null,
    kept_at bigint not null,
    due_at bigint,
    tries bigint not null,
    primary key (issuer, subject)
);
create index identity_tokens_due on identity_tokens (due_at) where due_at is not null;

create table trips (
    state bytea not null primary key,
    browser bytea not null,
    provider text not null,
    intent text not null,
    account_id bytea,
    epoch bigint,
    session_id bytea,
    next text not null,
    started_at bigint not null,
    expires_at bigint not null
);
create index trips_expires on trips (expires_at);

create table provider_reports (
    report text not null primary key,
    heard_at bigint not null
);
create index provider_reports_heard on provider_reports (heard_at);
