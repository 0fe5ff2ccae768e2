-- Passkeys, and the questions of ours that authenticators have answered.

alter table accounts add column passkey_declined_at integer;

alter table mails add column passkey_name text;

-- A credential id is one account's.
create table passkeys (
    credential blob not null primary key,
    account_id blob not null,
    id blob not null,
    public_key blob not null,
    name text not null,
    aaguid blob not null,
    transports text not null,
    backup text not null,
    counter integer not null,
    added_at integer not null,
    added_by blob,
    used_at integer
) strict, without rowid;
create index passkeys_account on passkeys (account_id, id);

-- What was answered is kept until an answer would be too late anyway.
create table spent_ceremonies (
    challenge blob not null primary key,
    expires_at integer not null
) strict, without rowid;
create index spent_ceremonies_expires on spent_ceremonies (expires_at);
