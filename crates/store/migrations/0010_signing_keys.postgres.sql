-- Keys by which the house signs, sealed under a key outside the database. Of each method they are numbered in a row, so that two
-- nodes that make the next one at the same time make one.
create table signing_keys (
    id text not null,
    algorithm text not null,
    number bigint not null,
    sealed bytea not null,
    jwk text not null,
    made_at bigint not null,
    signs_from bigint not null,
    retired_at bigint,
    gone_at bigint,
    primary key (algorithm, number)
);
