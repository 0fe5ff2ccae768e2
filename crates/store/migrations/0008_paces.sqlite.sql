-- How fast mails go to a receiver: places in its two lines, and how long it was last told to wait between two mails. A mail
-- that may not leave yet has its place.
create table paces (
    receiver text not null primary key,
    free_at integer not null,
    people_at integer not null,
    others_at integer not null,
    eased integer not null,
    eased_at integer not null,
    kept_until integer not null
) strict, without rowid;
create index paces_kept on paces (kept_until);

alter table mails add column place_at integer;
