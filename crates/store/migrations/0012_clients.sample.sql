-- A site with a secret, and an app without one.
insert into clients (client, settings, secrets, changed_at)
values
    ('comic-site', '{"redirect_uris":"https://comic.example.jp/callback"}',
    '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08', 1790000700000),
    ('comic-app', '{"redirect_uris":"jp.example.comic:/callback"}', '', 1790000701000);
