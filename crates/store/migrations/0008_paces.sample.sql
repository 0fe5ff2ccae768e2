-- A receiver that asked for fewer mails.
insert into paces (receiver, free_at, people_at, others_at, eased, eased_at, kept_until)
values ('busy.example', 1790000702000, 1790000700000, 1790000760000, 2000, 1790000700000, 1790007960000);
