-- A password hash as bytes. A row that has it says so by one full stop in `hash`; where `hash` says anything else, that is it.
alter table passwords add column packed blob;
