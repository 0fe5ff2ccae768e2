-- How fast mails go to a receiver: places in its two lines, and how long it was last told to wait between two mails. A mail
-- that may not leave yet has its place.
create table paces (
    receiver text not null primary key,
    free_at bigint not null,
    people_at bigint not null,
    others_at bigint not null,
    eased bigint not null,
    eased_at bigint not null,
    kept_until bigint not null
);
create index paces_kept on paces (kept_until);

alter table mails add column place_at bigint;
