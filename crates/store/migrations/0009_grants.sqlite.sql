-- What connected sites and apps hold of an account. No token is here: a token names its grant and how many came before it, and
-- the grant keeps how many have been used, and the digest of the last one.
create table grants (
    account_id blob not null,
    grant_id blob not null,
    client text not null,
    session_id blob not null,
    reach text not null,
    scope text not null,
    proved_at integer not null,
    proved_by text not null,
    started_at integer not null,
    seen_at integer not null,
    used integer not null,
    live blob,
    ended_at integer,
    primary key (account_id, grant_id)
) strict, without rowid;
create index grants_seen on grants (seen_at);
create index grants_ended on grants (ended_at) where ended_at is not null;
