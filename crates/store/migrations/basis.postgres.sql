create table if not exists migrations (
    number bigint primary key,
    name text not null,
    checksum text not null,
    applied_at bigint not null
);

create table if not exists meta (
    name text primary key,
    value text not null
);

create table if not exists migration_lease (
    id bigint primary key check (id = 1),
    holder text not null,
    expires_at bigint not null
);
