-- What connected sites and apps hold of an account. No token is here: a token names its grant and how many came before it, and
-- the grant keeps how many have been used, and the digest of the last one.
create table grants (
    account_id bytea not null,
    grant_id bytea not null,
    client text not null,
    session_id bytea not null,
    reach text not null,
    scope text not null,
    proved_at bigint not null,
    proved_by text not null,
    started_at bigint not null,
    seen_at bigint not null,
    used bigint not null,
    live bytea,
    ended_at bigint,
    primary key (account_id, grant_id)
);
create index grants_seen on grants (seen_at);
create index grants_ended on grants (ended_at) where ended_at is not null;
