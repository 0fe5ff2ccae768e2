-- What came back: what servers said of a mail after the relay had taken it (1 delayed, 2 refused for now, 3 refused for good,
-- 4 complained of), since when an `email` method is not reached, and addresses that are written to with care.
alter table mails add column report bigint;
alter table mails add column reported_at bigint;
alter table mails add column report_words text;
create index mails_reported on mails (reported_at) where reported_at is not null;

alter table emails add column unreachable_at bigint;

create table suppressed (
    address text not null primary key,
    stored text not null,
    since_at bigint not null,
    refused_at bigint,
    open_refused_at bigint,
    complained_at bigint,
    refusals bigint not null,
    decision bytea not null,
    n bigint not null,
    words text not null,
    kept_until bigint not null
);
create index suppressed_kept on suppressed (kept_until);
