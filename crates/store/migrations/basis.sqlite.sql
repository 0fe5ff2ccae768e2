create table if not exists migrations (
    number integer primary key,
    name text not null,
    checksum text not null,
    applied_at integer not null
) strict;

create table if not exists meta (
    name text primary key,
    value text not null
) strict, without rowid;

create table if not exists migration_lease (
    id integer primary key check (id = 1),
    holder text not null,
    expires_at integer not null
) strict;
