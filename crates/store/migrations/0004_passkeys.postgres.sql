-- Passkeys, and the questions of ours that authenticators have answered.

alter table accounts add column passkey_declined_at bigint;

alter table mails add column passkey_name text;

-- A credential id is one account's.
create table passkeys (
    credential bytea not null primary key,
    account_id bytea not null,
    id bytea not null,
    public_key bytea not null,
    name text not null,
    aaguid bytea not null,
    transports text not null,
    backup text not null,
    counter bigint not null,
    added_at bigint not null,
    added_by bytea,
    used_at bigint
);
create index passkeys_account on passkeys (account_id, id);

-- What was answered is kept until an answer would be too late anyway.
create table spent_ceremonies (
    challenge bytea not null primary key,
    expires_at bigint not null
);
create index spent_ceremonies_expires on spent_ceremonies (expires_at);
