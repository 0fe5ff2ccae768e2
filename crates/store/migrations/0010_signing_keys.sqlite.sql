-- Keys by which the house signs, sealed under a key outside the database. Of each method they are numbered in a row, so that two
-- nodes that make the next one at the same time make one.
create table signing_keys (
    id text not null,
    algorithm text not null,
    number integer not null,
    sealed blob not null,
    jwk text not null,
    made_at integer not null,
    signs_from integer not null,
    retired_at integer,
    gone_at integer,
    primary key (algorithm, number)
) strict, without rowid;
