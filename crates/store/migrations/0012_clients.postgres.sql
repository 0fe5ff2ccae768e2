-- Sites and apps that operators have added by command. settings holds the names and values of a client's settings as JSON;
-- secrets the digests of its secrets in hex, with blanks between them. A client of the settings file is not here.
create table clients (
    client text not null primary key,
    settings text not null,
    secrets text not null,
    changed_at bigint not null
);
