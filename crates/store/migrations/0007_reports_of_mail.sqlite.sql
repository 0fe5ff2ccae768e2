-- What came back: what servers said of a mail after the relay had taken it (1 delayed, 2 refused for now, 3 refused for good,
-- 4 complained of), since when an `email` method is not reached, and addresses that are written to with care.
alter table mails add column report integer;
alter table mails add column reported_at integer;
alter table mails add column report_words text;
create index mails_reported on mails (reported_at) where reported_at is not null;

alter table emails add column unreachable_at integer;

create table suppressed (
    address text not null primary key,
    stored text not null,
    since_at integer not null,
    refused_at integer,
    open_refused_at integer,
    complained_at integer,
    refusals integer not null,
    decision blob not null,
    n integer not null,
    words text not null,
    kept_until integer not null
) strict, without rowid;
create index suppressed_kept on suppressed (kept_until);
