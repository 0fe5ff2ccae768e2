//! The table of settings: every key, its kind, its default and its explanation.
//!
//! This is the only place where a key is described; see `table` for what a row means. The order is the order of
//! the sample file. A default must be safe and fit a service with a million members; an explanation must tell
//! an operator who has never seen the program what changes when the value does.

use super::form::Form;
use super::table::{Entry, Kind};

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

/// Every setting.
#[rustfmt::skip]
pub(super) const ENTRIES: &[Entry] = &[
    Entry::new("service.name", Kind::LocaleText,
        "The name of the service, on every page and in the subject of every mail. One text, or one for each language: { ja = \"…\", en = \"…\" }.")
        .required("\"Example\""),
    Entry::new("service.base_url", Kind::Origin,
        "The address that browsers use, as scheme and host without a path. Every link, cookie and mail is made from it and never from a request's headers. It must be https, but for this machine itself.")
        .required("\"https://accounts.example.com\""),
    Entry::new("service.contact", Kind::Contact,
        "A mail address or URL where members reach people who can help. It is shown when an account is locked and at the end of every mail.")
        .required_to_serve("\"support@example.com\""),
    Entry::new("service.time_zone", Kind::TimeZone,
        "The time zone in which pages and mails give times, by its name in the tz database.")
        .default("\"Asia/Tokyo\""),
    Entry::new("service.default_locale", Kind::Choice(&["ja", "en"]),
        "The language for those whose browser asks for neither Japanese nor English.")
        .default("\"ja\""),
    Entry::new("service.accent", Kind::Colour,
        "The one colour of buttons and links, as #rrggbb. It is darkened or lightened where text would be hard to read on it.")
        .default("\"#1f5277\""),
    Entry::new("service.logo", Kind::Path,
        "An SVG or PNG file shown at the top of every page instead of the name.")
        .example("\"logo.svg\""),
    Entry::new("service.overrides", Kind::Path,
        "A folder with templates and texts that replace the built-in ones of the same name.")
        .example("\"overrides\""),
    Entry::new("service.footer", Kind::Links,
        "Links at the foot of every page, such as terms and privacy: a list of { ja = \"…\", en = \"…\", url = \"…\" }.")
        .default("[]"),
    Entry::new("service.methods_order", Kind::Ids(Form::Method),
        "The order in which pages offer the login methods. What is not named follows: email, google, apple, passkey, then other providers by name. A provider that is not configured is not shown wherever it stands.")
        .default("[\"email\", \"google\", \"apple\", \"passkey\"]"),

    Entry::new("listen.address", Kind::Listen,
        "IP address and port to listen on. Only the proxy should be able to reach it.")
        .default("\"127.0.0.1:7878\""),
    Entry::new("listen.trusted_proxies", Kind::Networks,
        "Address ranges of the proxies whose forwarded header is believed. From anybody else the header is ignored. With none, the address of the connection counts, which behind a proxy makes all members look like one network.")
        .default("[]"),
    Entry::new("listen.forwarded_header", Kind::Choice(&["x-forwarded-for", "forwarded"]),
        "The header in which a trusted proxy tells the member's address. The proxy must set it itself.")
        .default("\"x-forwarded-for\""),
    Entry::new("listen.metrics_address", Kind::Listen,
        "IP address and port on which the figures of this process can be read at /metrics (OpenMetrics, as Prometheus reads it). Without it they are told to nobody. It must be an address of this machine or of a private network, or listen.metrics_token must be set. What the figures mean: docs/metrics.md.")
        .example("\"127.0.0.1:7879\""),
    Entry::new("listen.metrics_token", Kind::Secret,
        "What must be brought as Authorization: Bearer to read the figures, at least 24 characters. Without it anybody may read them who reaches the address."),

    Entry::new("database.url", Kind::Database,
        "sqlite: and a path (one process, no server), or postgres://user@host/name (any number of processes). The password does not belong here but in database.password.")
        .default("\"sqlite:genkan.sqlite\""),
    Entry::new("database.password", Kind::Secret,
        "The password for PostgreSQL. It has no use with SQLite."),
    Entry::new("database.pool", Kind::Integer(1, 256),
        "Connections to the database kept by one process.")
        .default("16"),
    Entry::new("database.statement_timeout", Kind::Duration(1, 5 * MINUTE),
        "The longest that one statement may take before it is given up.")
        .default("\"5s\""),
    Entry::new("database.statements", Kind::Choice(&["unnamed", "named"]),
        "How PostgreSQL is told what to do. named: each statement is prepared once for each connection and its plan is kept, which spares the server most of its work; not behind a pooler that gives each transaction another connection (PgBouncer in transaction mode), where genkan does not start with it. unnamed: works behind every pooler, and each statement is planned anew each time. `genkan doctor` says whether a pooler is seen. It has no use with SQLite.").default("\"unnamed\""),

    Entry::new("keys.file", Kind::Path,
        "The key file made by `genkan keys new`. Every process of one service needs the same file, and its backup belongs elsewhere than the database's.")
        .required_to_serve("\"genkan-keys.toml\""),

    Entry::new("mail.smtp.url", Kind::Smtp,
        "smtps://host (TLS from the first byte, port 465) or smtp://host (STARTTLS is demanded, port 587). On this machine itself smtp:// is without TLS; ?tls=required or ?tls=none says it outright.")
        .required_to_serve("\"smtps://smtp.example.com\""),
    Entry::new("mail.smtp.user", Kind::Text,
        "The user to sign in with at the mail server. Without it mail is handed over without signing in.")
        .example("\"genkan\""),
    Entry::new("mail.smtp.password", Kind::Secret,
        "The password of that user."),
    Entry::new("mail.smtp.ca_file", Kind::Path,
        "A PEM file of the authorities that may vouch for the mail server, instead of the system's.")
        .example("\"mail-ca.pem\""),
    Entry::new("mail.smtp.connections", Kind::Integer(1, 64),
        "Connections to the mail server kept by one process.")
        .default("4"),
    Entry::new("mail.sender_address", Kind::MailAddress,
        "The address that mail comes from. Members are told to let it through, so it should never change.")
        .required_to_serve("\"no-reply@example.com\""),
    Entry::new("mail.sender_name", Kind::LocaleText,
        "The name beside that address. Without it, the service's name.")
        .example("\"Example\""),
    Entry::new("mail.reply_to", Kind::MailAddress,
        "Where answers go. Without it, to the sender address.")
        .example("\"support@example.com\""),
    Entry::new("mail.message_id_domain", Kind::HostName,
        "The domain in the identifiers of mails. Without it, the domain of the sender address.")
        .example("\"example.com\""),
    Entry::new("mail.retry_for", Kind::Duration(10 * MINUTE, 7 * DAY),
        "How long a mail is tried again before it is given up, visibly.")
        .default("\"24h\""),
    Entry::new("mail.workers", Kind::Integer(1, 64),
        "Mails sent at the same time by one process.")
        .default("4"),
    Entry::new("mail.carrier_addresses", Kind::Choice(&["quoted", "raw"]),
        "How old addresses of Japanese carriers (a..b.@docomo.ne.jp) are spelled for the mail server and in the mail: between quotes, as the standard asks, or as they stand, where the mail server takes them no other way.")
        .default("\"quoted\""),
    Entry::new("mail.japanese", Kind::Choice(&["utf-8", "iso-2022-jp"]),
        "In which letters Japanese mails are written. ISO-2022-JP is for readers on old telephones; a mail with a letter that it does not have (髙, ①, an emoji) goes out in UTF-8 all the same.")
        .default("\"utf-8\""),

    Entry::new("mail.pace.others", Kind::Integer(1, 60_000),
        "Mails a minute to each domain that mail.pace.domains does not name. Without it they leave as fast as they come; a receiver that says it gets too many gets fewer for a while in any case.")
        .example("300"),
    Entry::new("mail.pace.domains", Kind::Ids(Form::Pace),
        "Mails a minute to a domain and all below it, which share them. A tenth of them may leave at once after a pause. Codes leave before notices.")
        .default("[]")
        .example("[\"docomo.ne.jp 120\", \"ezweb.ne.jp 120\", \"softbank.ne.jp 120\"]"),

    Entry::new("mail.reports.address", Kind::MailAddress,
        "The address that mail comes back to, which may have at most 14 letters before the @. Without it, the sender address, and a report is believed by the Message-ID and the recipient that it names. SPF must hold for its domain.")
        .example("\"bounces@example.com\""),
    Entry::new("mail.reports.signed", Kind::Switch,
        "Whether every mail has a return address of its own (bounces+…@example.com), which nobody can forge; a report that came to no such address is then not believed. The mail server must deliver what follows a + to the same mailbox. With false a report is believed by the Message-ID and the recipient that it names.")
        .default("true"),
    Entry::new("mail.reports.maildir", Kind::Path,
        "A Maildir into which the mail server delivers that address. It is read every minute, and what was read is moved to its cur.")
        .example("\"/var/mail/bounces/Maildir\""),
    Entry::new("mail.reports.hook_secret", Kind::Secret,
        "The secret with which messages to /hooks/mail/standard are signed (Standard Webhooks), as whsec_ and base64 of 24 to 64 bytes. Without it they are not heard."),
    Entry::new("mail.reports.sendgrid_key", Kind::Secret,
        "The verification key of SendGrid's signed event webhook, for /hooks/mail/sendgrid. Without it that is not heard."),
    Entry::new("mail.reports.mailgun_key", Kind::Secret,
        "The webhook signing key of Mailgun, for /hooks/mail/mailgun. Without it that is not heard."),
    Entry::new("mail.reports.postmark_secret", Kind::Secret,
        "The password that Postmark posts to /hooks/mail/postmark with, for the user postmark: 24 to 128 letters, digits, -, ., _ or ~. With it every mail asks Postmark to keep its Message-ID and to name it in reports. Without it that is not heard."),
    Entry::new("mail.reports.ses_topic", Kind::Id(Form::SnsTopic),
        "The topic of Amazon SNS through which Amazon SES says what became of mails, for /hooks/mail/ses. Its subscription is confirmed by itself. Without it that is not heard.")
        .example("\"arn:aws:sns:ap-northeast-1:123456789012:genkan-mail\""),

    Entry::new("mail.dkim.domain", Kind::HostName,
        "The domain that vouches for the mail. Without it, that of the sender address; another one must belong to the same registered domain.")
        .example("\"example.com\""),
    Entry::new("mail.dkim.rsa_selector", Kind::Id(Form::Selector),
        "The name under which the public half of the RSA key stands in DNS: SELECTOR._domainkey.DOMAIN. With it and its file, mail is signed.")
        .example("\"2026a-rsa\""),
    Entry::new("mail.dkim.rsa_key_file", Kind::Path,
        "The private RSA key in PEM, of 2048 to 4096 bits, readable by the service alone. `genkan keys dkim` makes it and prints the DNS record.")
        .example("\"dkim-2026a-rsa.pem\""),
    Entry::new("mail.dkim.ed25519_selector", Kind::Id(Form::Selector),
        "The same for a second key, of the kind Ed25519. Mail then carries two signatures: not every receiver can check this kind yet.")
        .example("\"2026a-ed25519\""),
    Entry::new("mail.dkim.ed25519_key_file", Kind::Path,
        "The private Ed25519 key in PEM, readable by the service alone.")
        .example("\"dkim-2026a-ed25519.pem\""),

    Entry::new("provider.google.client_id", Kind::Id(Form::GoogleClient),
        "The id of the OAuth client of the type web application. With it, Google is offered to members.")
        .required_in_group("\"1234567890-abc.apps.googleusercontent.com\""),
    Entry::new("provider.google.client_secret", Kind::Secret,
        "The secret of that client. Google shows it once.")
        .required_in_group(""),
    Entry::new("provider.google.native_client_ids", Kind::Ids(Form::GoogleClient),
        "Client ids for which apps may present Google's tokens: that of each iOS and Android client, and the web client's once more where an app asks for tokens made out to it, as Android apps do. With none, apps cannot sign in with Google's own dialogue.")
        .default("[]"),

    Entry::new("provider.apple.client_id", Kind::Id(Form::AppleIdentifier),
        "The Services ID. With it, Apple is offered to members.")
        .required_in_group("\"com.example.signin\""),
    Entry::new("provider.apple.team_id", Kind::Id(Form::AppleTen),
        "The Team ID of the developer account.")
        .required_in_group("\"ABCDE12345\""),
    Entry::new("provider.apple.key_id", Kind::Id(Form::AppleTen),
        "The Key ID of a key for Sign in with Apple.")
        .required_in_group("\"ABC123DEFG\""),
    Entry::new("provider.apple.private_key_file", Kind::Path,
        "The .p8 file of that key. Apple lets it be downloaded once; it must be readable by the service alone.")
        .required_in_group("\"AuthKey_ABC123DEFG.p8\""),
    Entry::new("provider.apple.native_client_ids", Kind::Ids(Form::AppleIdentifier),
        "Bundle ids of apps that sign in with Apple's own dialogue.")
        .default("[]"),

    Entry::new("provider.*.label", Kind::LocaleText,
        "The name of the provider on its button and in mails.")
        .required_in_group("{ ja = \"例のID\", en = \"Example ID\" }"),
    Entry::new("provider.*.issuer", Kind::Issuer,
        "The address that the provider calls itself by, exactly as its configuration at /.well-known/openid-configuration says it, also about a / at the end. It must be https, but for this machine itself.")
        .required_in_group("\"https://id.example.net\""),
    Entry::new("provider.*.client_id", Kind::Id(Form::Client),
        "The client id that the provider has given to this service.")
        .required_in_group("\"genkan\""),
    Entry::new("provider.*.client_secret", Kind::Secret,
        "The secret of that client.")
        .required_in_group(""),
    Entry::new("provider.*.scopes", Kind::Ids(Form::Scope),
        "What is asked of the provider. openid must be among it; without email, members type and prove an address themselves.")
        .default("[\"openid\", \"email\", \"profile\"]"),
    Entry::new("provider.*.native_client_ids", Kind::Ids(Form::Client),
        "Client ids that the provider's tokens may be made out to when an app presents them.")
        .default("[]"),
    Entry::new("provider.*.believe_email", Kind::Switch,
        "Whether an address counts as proven when the provider says so (email_verified is true). With false every member proves it by a code. Set it so where anybody can enter any address at the provider.")
        .default("true"),

    Entry::new("passkey.enabled", Kind::Switch,
        "Whether members can add passkeys and sign in with them. With false none is offered and none lets anybody in; those that are there stay with their accounts. Browsers know passkeys only where service.base_url is https with a host name (or http://localhost): elsewhere there are none either.")
        .default("true"),
    Entry::new("passkey.rp_id", Kind::HostName,
        "The domain that passkeys belong to: the host of service.base_url, or a domain above it (example.com for accounts.example.com), so that they outlive a move to another host below it. Without it, the host of service.base_url. Choose it before the first member adds one: it can never be changed without losing all passkeys.")
        .example("\"example.com\""),
    Entry::new("passkey.related_origins", Kind::Ids(Form::WebOrigin),
        "Other origins of the same service whose pages may use these passkeys, such as its site for another country (related origin requests of WebAuthn Level 3). Browsers look for the list at /.well-known/webauthn of passkey.rp_id and read at most 5 different names from it.")
        .default("[]"),
    Entry::new("passkey.max", Kind::Integer(1, 100),
        "How many passkeys an account may have.")
        .default("20"),

    Entry::new("app.ios", Kind::Ids(Form::IosApp),
        "Apps for iPhone, iPad and Mac: the Team ID, a dot and the bundle id of each. They stand in /.well-known/apple-app-site-association.")
        .default("[]"),
    Entry::new("app.android", Kind::Ids(Form::AndroidApp),
        "Apps for Android: the package name, a space, and the SHA-256 fingerprint of the certificate that it is signed with, as keytool prints it; once for each certificate (that of Google Play's signing, and that of your own builds). They stand in /.well-known/assetlinks.json, and passkeys are taken from them.")
        .default("[]"),

    Entry::new("app.unknown", Kind::Choice(&["pass", "refuse"]),
        "Whether a caller of the API that does not say in Genkan-App what it is passes every demand below, or is refused by every one that is in force.")
        .default("\"pass\""),
    Entry::new("app.minimum.*.client", Kind::Id(Form::AppWord),
        "The app, as it calls itself in Genkan-App: <client>/<version>. Large and small letters are alike.")
        .required_in_group("\"Novel\""),
    Entry::new("app.minimum.*.platform", Kind::Id(Form::AppWord),
        "Only where the app says this platform: Novel/3.1.0 (iOS). Without it, on every one.")
        .example("\"iOS\""),
    Entry::new("app.minimum.*.capability", Kind::Choice(&["sign-in", "register", "add-method", "manage", "all"]),
        "What the version is needed for. A reset, \"not me\", an undo and ending sessions are never refused.")
        .default("\"all\""),
    Entry::new("app.minimum.*.version", Kind::Id(Form::AppVersion),
        "The oldest version that may. Compared number by number: 3.9 is older than 3.10.")
        .required_in_group("\"3.1.0\""),
    Entry::new("app.minimum.*.from", Kind::Id(Form::Day),
        "From when on older ones are refused: a day, which begins at midnight in service.time_zone, or an instant. Until then they are told in a header. Without it, at once.")
        .example("\"2026-12-01\""),
    Entry::new("app.minimum.*.message", Kind::LocaleText,
        "What the app's user reads, instead of a sentence that asks for an update and names the version.")
        .example("{ ja = \"更新をお願いします。\", en = \"Please update.\" }"),
    Entry::new("app.minimum.*.update_url", Kind::Url,
        "Where the new version is to be had. The app is told.")
        .example("\"https://example.com/update\""),

    Entry::new("registration.open", Kind::Switch,
        "Whether new members can register. false closes it on every page and for every app at once.")
        .default("true"),

    Entry::new("terms.version", Kind::Text,
        "The version of the terms that members accept, for example its date. When it changes, every member is asked once at the next sign-in. Without it nobody is asked.")
        .example("\"2026-04-01\""),
    Entry::new("terms.url", Kind::LocaleUrl,
        "Where the terms can be read: one URL, or one for each language. Needed with terms.version.")
        .example("{ ja = \"https://example.com/ja/terms\", en = \"https://example.com/en/terms\" }"),

    Entry::new("code.life", Kind::Duration(5 * MINUTE, 2 * HOUR),
        "How long a one-time code is good for.")
        .default("\"30m\""),
    Entry::new("code.gap", Kind::Duration(10, 10 * MINUTE),
        "The shortest time between two codes to one address.")
        .default("\"60s\""),
    Entry::new("code.alive", Kind::Integer(1, 10),
        "How many codes for one address and purpose can be good at the same time.")
        .default("3"),
    Entry::new("code.tries_per_browser", Kind::Integer(3, 100),
        "Wrong codes that one browser may enter within the life of a code.")
        .default("10"),
    Entry::new("code.tries_per_network", Kind::Integer(10, 10_000),
        "Wrong codes that may come from one network within the life of a code.")
        .default("100"),

    Entry::new("reset.cooldown", Kind::Duration(5 * MINUTE, 2 * HOUR),
        "After a one-time code for a reset was entered: how long no new one is mailed, and how long the new password can be set in that browser.")
        .default("\"30m\""),
    Entry::new("reset.provider_lost_wait", Kind::Duration(DAY, 30 * DAY),
        "How long a member waits who signs in through a provider alone and says that it can no longer be used. Any sign-in until then stops it; afterwards a code mailed to the address sets up a password.")
        .default("\"24h\""),

    Entry::new("notice.not_me_life", Kind::Duration(DAY, 30 * DAY),
        "How long the number in the mail about a sign-in is good, with which a member who did not sign in ends every session.")
        .default("\"7d\""),
    Entry::new("notice.undo_life", Kind::Duration(DAY, 30 * DAY),
        "How long a change of an account can be undone with the number from the mail about it. An address must have been on the account for as long to have that right.")
        .default("\"72h\""),

    Entry::new("lock.wrong_passwords", Kind::Integer(1, 100),
        "Wrong passwords after which an account is locked. Together with lock.wrong_passwords_known_device times device.known it may not exceed 100.")
        .default("10"),
    Entry::new("lock.wrong_passwords_known_device", Kind::Integer(1, 100),
        "Wrong passwords, counted apart, after which a device known to the account loses that standing.")
        .default("5"),
    Entry::new("lock.forget_after", Kind::Duration(DAY, 365 * DAY),
        "After how long without another wrong password a count below the limit is forgotten. A lock is never forgotten.")
        .default("\"30d\""),
    Entry::new("lock.scope", Kind::Choice(&["password", "account"]),
        "What a lock refuses on devices that the account does not know: password, which is what can be guessed; or account, every login method. A reset is never refused by a lock.")
        .default("\"password\""),

    Entry::new("session.browser_idle", Kind::Duration(10 * MINUTE, 400 * DAY),
        "After how long without a visit a browser is signed out.")
        .default("\"30d\""),
    Entry::new("session.browser_total", Kind::Duration(10 * MINUTE, 400 * DAY),
        "After how long a browser is signed out in any case. Browsers keep no cookie for longer than 400 days.")
        .default("\"400d\""),
    Entry::new("session.app_idle", Kind::Duration(HOUR, 400 * DAY),
        "After how long without use an app is signed out.")
        .default("\"90d\""),
    Entry::new("session.fresh", Kind::Duration(MINUTE, HOUR),
        "How long a shown login method counts as a fresh proof for changes to the account.")
        .default("\"10m\""),

    Entry::new("signing.rotate_every", Kind::Duration(7 * DAY, 400 * DAY),
        "How long a key signs before the next one takes over, by itself. What it signed stays good.")
        .default("\"90d\""),
    Entry::new("signing.publish_ahead", Kind::Duration(HOUR, 7 * DAY),
        "How long a key is published before it signs, so that whoever keeps the published keys for a while knows it in time. Shorter than signing.rotate_every.")
        .default("\"1d\""),

    Entry::new("gate.audience", Kind::Text,
        "For whom the signed identity is that a proxy hands on (aud): services behind the proxy must refuse any other. Without it the base URL.")
        .example("\"https://accounts.example.com\""),
    Entry::new("gate.redirect", Kind::Switch,
        "Whether people on the way to a page are led to the sign-in by the answer itself, for proxies that pass it on. It only happens where the proxy sends X-Forwarded-Method; the samples in deploy/proxies do so where the answer is passed on.")
        .default("true"),

    Entry::new("device.known", Kind::Integer(1, 20),
        "How many devices an account knows; the longest unused one goes first.")
        .default("10"),
    Entry::new("device.forget_after", Kind::Duration(30 * DAY, 400 * DAY),
        "After how long without use a device is forgotten.")
        .default("\"400d\""),

    Entry::new("password.min", Kind::Integer(8, 64),
        "The fewest characters of a password.")
        .default("8"),
    Entry::new("password.max", Kind::Integer(64, 256),
        "The most characters of a password.")
        .default("256"),
    Entry::new("password.min_guesses", Kind::Integer(10_000, 1_000_000_000_000),
        "A password that can be guessed with fewer guesses than this (by zxcvbn, which knows common words, names and keyboards) is refused.")
        .default("1000000"),
    Entry::new("password.breached_url", Kind::Url,
        "A service that answers as Have I Been Pwned's range search does; a password found there is refused. Only five characters of a digest are sent. Without it nothing is asked.")
        .example("\"https://api.pwnedpasswords.com/range/\""),

    Entry::new("password.hash.memory_kib", Kind::Integer(7_168, 1_048_576),
        "Memory for one hash, in KiB. Stored hashes are raised at the next sign-in. Memory times passes may not fall below 35840, which is what OWASP asks for.")
        .default("19456"),
    Entry::new("password.hash.passes", Kind::Integer(1, 16),
        "Passes over that memory.")
        .default("2"),
    Entry::new("password.hash.lanes", Kind::Integer(1, 16),
        "Lanes of one hash. They are computed one after the other, so more do not make it faster.")
        .default("1"),
    Entry::new("password.hash.threads", Kind::Integer(0, 256),
        "Hashes computed at the same time; 0 is one for each processor.")
        .default("0"),
    Entry::new("password.hash.queue", Kind::Integer(1, 10_000),
        "Sign-ins that may wait for a hash. Whoever comes when it is full is asked to try again in a moment.")
        .default("200"),
    Entry::new("password.hash.deadline", Kind::Duration(1, 10),
        "The longest that a sign-in waits for its hash.")
        .default("\"3s\""),

    Entry::new("limits.sign_in_per_network", Kind::Rate,
        "Passwords tried from one network (an IPv4 address or an IPv6 /64). Behind one address of a mobile carrier there can be thousands of members, and the lock protects each account by itself, so this only stops floods.")
        .default("\"600 per 10m\""),
    Entry::new("limits.code_requests_per_network", Kind::Rate,
        "Mails with a code that may be asked for from one network, for registration and all else.")
        .default("\"300 per 10m\""),
    Entry::new("limits.writes_per_network", Kind::Rate,
        "Changes of any other kind from one network.")
        .default("\"6000 per 10m\""),
    Entry::new("limits.new_addresses", Kind::Rate,
        "Mails to addresses that are nobody's yet (registration) that may be asked for from all networks together, on each node. It bounds what a flood can make this service send to strangers. Beyond it, whoever registers is asked to come again in a moment; resets and sign-ins go on.")
        .default("\"6000 per 10m\""),
    Entry::new("limits.body_kib", Kind::Integer(8, 1_024),
        "The largest request, in KiB.")
        .default("64"),
    Entry::new("limits.request_timeout", Kind::Duration(1, 5 * MINUTE),
        "The longest that a request may take, from its first byte to the answer.")
        .default("\"30s\""),
    Entry::new("limits.header_timeout", Kind::Duration(1, 10 * MINUTE),
        "The longest that a connection may take to send the headers of a request, also when it is at rest between two. It must be longer than the proxy keeps idle connections (nginx: 60s), or a request could meet a connection that is just being closed.")
        .default("\"75s\""),
    Entry::new("limits.answer_timeout", Kind::Duration(1, 10 * MINUTE),
        "The longest that a client may take to read an answer, from the moment on at which nothing more can be sent to it.")
        .default("\"1m\""),
    Entry::new("limits.connections", Kind::Integer(10, 1_000_000),
        "Connections open at the same time. When somebody comes beyond that, those are closed that have waited longest for their client. More than the system lets one process open cannot be had (LimitNOFILE); the log says at the start how many there are.")
        .default("10000"),

    Entry::new("withdraw.grace", Kind::Duration(0, 365 * DAY),
        "How long after a withdrawal the personal data is erased. Until then the member can take it back with a number from the mail. 0d erases at once.")
        .default("\"30d\""),

    Entry::new("withdraw.erase_at_latest", Kind::Duration(DAY, 365 * DAY),
        "How much longer an erasure waits at most for endpoints that are to receive the withdrawal before it (webhook.NAME.receipts). Then the data is erased all the same, and the log says so as an error.")
        .default("\"30d\""),

    Entry::new("client.*.redirect_uris", Kind::Ids(Form::RedirectUri),
        "Where the code may be sent after the sign-in, compared letter by letter; of an address at 127.0.0.1 or [::1] the port is free.")
        .required_in_group("[\"https://novel.example.jp/callback\"]"),
    Entry::new("client.*.label", Kind::LocaleText,
        "The name of the site or app as members read it, where they see what is connected with their account. Without it they read the client's id.")
        .example("{ ja = \"物語の灯\", en = \"Story Lamp\" }"),
    Entry::new("client.*.secrets", Kind::Secret,
        "The client's secret, at least 32 characters drawn at random; two with a blank between them while one is exchanged. Without it the client is an app, which can keep no secret.")
        .example(""),
    Entry::new("client.*.signed_out_uris", Kind::Ids(Form::RedirectUri),
        "Where a person may be sent after a sign-out, compared letter by letter.")
        .default("[]"),
    Entry::new("client.*.scopes", Kind::Ids(Form::Scope),
        "What the client may ask for. offline_access keeps an app signed in when the browser signs out; account lets an app of the service's own (first_party) manage its member's account by the API. What is asked beyond it is not given.")
        .default("[\"openid\", \"profile\", \"email\", \"offline_access\"]"),
    Entry::new("client.*.algorithm", Kind::Choice(&["ES256", "EdDSA", "RS256"]),
        "How its ID tokens are signed. RS256 is for libraries that know no other.")
        .default("\"ES256\""),
    Entry::new("client.*.sector", Kind::HostName,
        "Where it is set, the client knows members by names that only the clients of this sector have, instead of by the account's id. It cannot be changed without all of its members becoming strangers to it, and the oldest key of keys.file must be kept.")
        .example("\"comic.example.jp\""),
    Entry::new("client.*.audience", Kind::Ids(Form::Client),
        "Client ids of services that read its access tokens, and may ask about them.")
        .default("[]"),
    Entry::new("client.*.pushed_requests", Kind::Choice(&["optional", "required"]),
        "Whether the client must push what it asks for to /oauth/par before it sends a browser (RFC 9126), so that nothing of it can be changed on the way.")
        .default("\"optional\""),
    Entry::new("client.*.dpop", Kind::Choice(&["optional", "required"]),
        "Whether the client must bind its tokens to a key of its own (DPoP, RFC 9449), so that a stolen token is worth nothing without it. Whoever shows a key gets bound tokens in any case.")
        .default("\"optional\""),
    Entry::new("client.*.pkce", Kind::Choice(&["required", "optional"]),
        "Whether the client must show that it began the sign-in that it ends (PKCE with S256). Only one that has a secret may go without.")
        .default("\"required\""),
    Entry::new("client.*.first_party", Kind::Switch,
        "Whether the client is the service's own app and may ask for passwords, codes and passkeys itself, without a browser (docs/apps.md). Set it for nobody else's: such a client sees what its members type.")
        .default("false"),

    Entry::new("client.*.backchannel_logout_uri", Kind::Url,
        "Where the client is told that a session is over in which it was given something (OpenID Connect Back-Channel Logout). It must be https; http is for this machine itself, with allow_private. Redirects are not followed.")
        .example("\"https://novel.example.jp/backchannel-logout\""),
    Entry::new("client.*.allow_private", Kind::Switch,
        "Whether backchannel_logout_uri may be on this machine or in a private network. With false such an address is not connected to, wherever its name leads.")
        .default("false"),

    Entry::new("webhook.kept", Kind::Duration(DAY, 365 * DAY),
        "How long what was received is kept, so that it can be told once more (`genkan webhook replay`). What was given up is kept for 90 days at least.")
        .default("\"30d\""),

    Entry::new("webhook.*.url", Kind::Url,
        "Where events are posted, signed as Standard Webhooks says. It must be https; http is for this machine itself, with allow_private. Redirects are not followed.")
        .required_in_group("\"https://www.example.com/hooks/accounts\""),
    Entry::new("webhook.*.secrets", Kind::Secret,
        "What events are signed with: whsec_ and base64 of 24 to 64 bytes, as `openssl rand -base64 32` makes them. Several, with blanks between them, while one is exchanged for another: each event is then signed with all of them.")
        .required_in_group(""),
    Entry::new("webhook.*.events", Kind::Ids(Form::Announcement),
        "The types of events that this endpoint is told. With none, all of them.")
        .default("[]")
        .example("[\"account.contact_changed\", \"account.withdrawn\", \"account.erased\"]"),
    Entry::new("webhook.*.receipts", Kind::Switch,
        "Whether an account is erased only after this endpoint has received that it was withdrawn (withdraw.erase_at_latest is the longest that this takes).")
        .default("false"),
    Entry::new("webhook.*.include_email", Kind::Switch,
        "Whether the member's address stands in account.created and account.contact_changed. It stands nowhere else.")
        .default("false"),
    Entry::new("webhook.*.allow_private", Kind::Switch,
        "Whether the endpoint may be on this machine or in a private network. With false such an address is not connected to, wherever its name leads.")
        .default("false"),
    Entry::new("webhook.*.retry_for", Kind::Duration(10 * MINUTE, 30 * DAY),
        "How long an event is tried again before it is given up, visibly.")
        .default("\"3d\""),

    Entry::new("traces.url", Kind::Url,
        "Where spans of requests are told: the whole address of a collector that takes OTLP over HTTP as JSON, such as http://127.0.0.1:4318/v1/traces. Without it nothing is traced. What the spans are: docs/operations.md.")
        .example("\"http://127.0.0.1:4318/v1/traces\""),
    Entry::new("traces.authorization", Kind::Secret,
        "What the collector wants as Authorization, such as Bearer and a token. Only over https, or to this machine itself."),
    Entry::new("traces.per_thousand", Kind::Integer(1, 1_000),
        "How many of a thousand requests and mails are traced. A trusted proxy that sends traceparent has decided already.")
        .default("10"),

    Entry::new("log.format", Kind::Choice(&["json", "text"]),
        "json for machines, text for people.")
        .default("\"json\""),
    Entry::new("log.level", Kind::Choice(&["error", "warn", "info", "debug", "trace"]),
        "How much is written. No level writes secrets.")
        .default("\"info\""),
];
