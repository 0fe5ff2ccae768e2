//! The rows of each table that grows.
//!
//! Every list of columns is written out, so that a new column without a default is missed at once.

use super::NOW;
use super::spelling::Spelling;

/// The kinds of things, whose numbers are scattered apart.
const ACCOUNT: u32 = 1;
pub(crate) const SESSION: u32 = 2;
pub(crate) const DEVICE: u32 = 3;
const DECISION: u32 = 4;
pub(crate) const PASSKEY: u32 = 5;
const ADDRESS: u32 = 6;
const SUBJECT: u32 = 7;
/// This and the next.
const PASSING: u32 = 8;
const PASSWORD: u32 = 10;
const SALT: u32 = 11;

/// Members came one every 20 seconds.
fn created_at(n: &str) -> String {
    format!("({} + ({n}) * 20000 % 20000000000)", NOW - 21_600_000_000)
}

/// The id of member `n`.
pub(crate) fn account(spelling: Spelling, n: &str) -> String {
    spelling.id(ACCOUNT, n, &created_at(n))
}

/// The address of member `n`.
pub(crate) fn address(spelling: Spelling, n: &str) -> String {
    format!("{} || '.' || ({n}) || '@example.jp'", spelling.word(ADDRESS, n, 0))
}

/// Whoever is signed in has signed in within the last 20 days.
fn signed_in_at(n: &str) -> String {
    format!("({} + ({n}) * 7919000 % 1728000000)", NOW - 1_728_000_000)
}

const ORIGIN: &str = "'203.0.113.' || (n % 256), 'Firefox · Windows'";

/// One line of each member's activity list; the later the line, the later it happened.
pub(crate) fn activity(spelling: Spelling, (first, last): (i64, i64), line: i64) -> String {
    let at = format!("({} + {line} * 60000 + n % 60000)", NOW - 1_728_000_000);
    let numbered = format!("n + {line} * 1000003");
    let (whose, decision) = (account(spelling, "n"), spelling.id(DECISION, &numbered, &at));
    let session = spelling.id(SESSION, "n", &at);
    format!(
        "insert into activity (account_id, at, decision, n, kind, actor, session_id, method, address, label) \
         select {whose}, {at}, {decision}, 0, 'signed-in', 'visitor', {session}, 'email', {ORIGIN} from {}",
        spelling.numbers((first, last))
    )
}

/// The accounts, and what each has but once.
pub(crate) fn accounts(spelling: Spelling, last: i64, left: i64) -> Vec<String> {
    let numbers = |last| spelling.numbers((1, last));
    let (whose, created) = (account(spelling, "n"), created_at("n"));
    let (address, signed_in) = (address(spelling, "n"), signed_in_at("n"));
    let device = spelling.id(DEVICE, "n", &created);
    let session = spelling.id(SESSION, "n", &signed_in);
    let leaves = |value: &str| format!("case when n % {left} = 0 then {value} end");
    // 19,456 KiB, 2 passes, 1 lane; 16 bytes of salt, 32 of output.
    let salt = [0, 1, 2, 3].map(|word| spelling.word(SALT, "n", word)).join(" || ");
    let hash =
        spelling.bytes(&format!("'01004c000201' || {salt} || {}", spelling.words(PASSWORD, "n")));
    let everybody = numbers(last);
    vec![
        format!(
            "insert into accounts (id, created_at, display_name, locale, contact, contact_since, terms_version, \
             terms_at, epoch, withdrawn_at, withdrawn_until, withdrawn_methods) select {whose}, {created}, \
             case when n % 3 = 0 then '看板 花子' else '' end, 'ja', 'email', {created}, '2026-11', {created}, 0, \
             {}, {}, {} from {everybody}",
            leaves(&signed_in),
            leaves(&format!("{signed_in} + 2592000000")),
            leaves(&picture(&address, &created)),
        ),
        format!(
            "insert into emails (address, account_id, stored, proven_at, added_at) \
             select {address}, {whose}, '', {created}, {created} from {everybody}"
        ),
        format!(
            "insert into passwords (account_id, version, hash, packed, set_at) select {whose}, 1, '.', {hash}, {created} \
             from {everybody}"
        ),
        format!(
            "insert into devices (account_id, id, digest, label, first_at, last_at) \
             select {whose}, {device}, {}, 'Firefox · Windows', {created}, {signed_in} from {everybody}",
            spelling.digest(DEVICE, "n")
        ),
        format!(
            "insert into sessions (digest, id, account_id, kind, device_id, method, started_at, seen_at, proved_at, \
             proved_by, address, label) select {}, {session}, {whose}, case when n % 4 = 0 then 'app' else 'browser' end, \
             {device}, 'email', {signed_in}, {signed_in}, {signed_in}, 'email', {ORIGIN} from {everybody}",
            spelling.digest(SESSION, "n")
        ),
        format!(
            "insert into address_guards (address, wrong, last_wrong_at, tickets, devices, code_wrong, changed_at) \
             select {address}, 0, null, '', '', 0, {signed_in} from {everybody}"
        ),
        passkeys(spelling, last / 5),
        links(spelling, last / 3),
    ]
}

/// The method of somebody who has left.
fn picture(address: &str, created: &str) -> String {
    format!(
        "'{{\"email\":{{\"stored\":\"' || {address} || '\",\"proven_at\":' || {created} || ',\"added\":{{\"at\":' || \
         {created} || ',\"by\":null}}}},\"links\":[],\"passkeys\":[],\"contact\":\"email\",\"contact_since\":' || \
         {created} || '}}'"
    )
}

/// Every fifth member has a passkey.
fn passkeys(spelling: Spelling, last: i64) -> String {
    let (n, created) = ("n * 5", created_at("n * 5"));
    let (across, up) = (spelling.words(PASSKEY, n), spelling.words(PASSWORD, n));
    // As COSE spells a point of P-256.
    let key = spelling.bytes(&format!("'a5010203262001215820' || {across} || '225820' || {up}"));
    format!(
        "insert into passkeys (credential, account_id, id, public_key, name, aaguid, transports, backup, counter, \
         added_at, added_by, used_at) select {}, {}, {}, {key}, 'iCloud キーチェーン', {}, 'hybrid,internal', 'backed-up', \
         0, {created}, {}, {created} from {}",
        spelling.digest(PASSKEY, n),
        account(spelling, n),
        spelling.id(PASSKEY, n, &created),
        spelling.id(PASSKEY, "1", "0"),
        spelling.id(SESSION, n, &created),
        spelling.numbers((1, last))
    )
}

/// Every third member has a link.
fn links(spelling: Spelling, last: i64) -> String {
    let (n, created) = ("n * 3", created_at("n * 3"));
    let address = address(spelling, n);
    format!(
        "insert into identities (issuer, subject, account_id, provider, address, stored, proven_at, relay, added_at, \
         added_by) select 'https://accounts.google.com', {}, {}, 'google', {address}, {address}, {created}, 'own', \
         {created}, {} from {}",
        subject(n),
        account(spelling, n),
        spelling.id(SESSION, n, &created),
        spelling.numbers((1, last))
    )
}

/// A subject of 21 digits, scattered.
fn subject(n: &str) -> String {
    format!(
        "'1' || substr('' || (10000000000 + (({n}) + {SUBJECT}) * 625341585 % 4294967296), 2) || \
         substr('' || (20000000000 + (({n}) + {SUBJECT}) * 461845907 % 4294967296), 2)"
    )
}

const GRANTS: &str = "account_id, grant_id, client, reach, scope, session_id, proved_at, proved_by, started_at, seen_at, \
                      used, live, ended_at";

/// Rows that pass: of each kind those with these numbers, their time an expression of `n`.
pub(crate) fn passing(spelling: Spelling, range: (i64, i64), at: &str) -> Vec<String> {
    let id = spelling.id(PASSING, "n", at);
    let other = spelling.id(PASSING + 1, "n", at);
    let third = spelling.id(PASSING + 2, "n", at);
    let (digest, whose) = (spelling.digest(PASSING, "n"), account(spelling, "n"));
    // Each member has as many grants as any other.
    let elsewhere = account(spelling, "n + 10000000");
    let (address, subject) = (address(spelling, "n"), subject("n"));
    let numbers = spelling.numbers(range);
    let insert = |table: &str, columns: &str, values: String| {
        format!("insert into {table} ({columns}) select {values} from {numbers}")
    };
    let identity = format!("'https://appleid.apple.com', {subject}");
    let held = "'reader-app', 'offline', 'openid offline_access'";
    vec![
        insert(
            "flows",
            "digest, purpose, stored, stage, wrong, started_at, expires_at",
            format!("{digest}, 'register', {address}, 'code', 0, {at} - 1800000, {at}"),
        ),
        insert(
            "challenges",
            "id, address, purpose, kind, digits, key_id, issued_at, expires_at, spent_at",
            format!("{id}, {address}, 'register', 'code', 12, 7, {at}, {at} + 1800000, null"),
        ),
        insert(
            "numbers",
            "id, address, account_id, kind, about, key_id, issued_at, expires_at, spent_at",
            format!("{id}, {address}, {whose}, 'not-me', {other}, 7, {at} - 604800000, {at}, null"),
        ),
        insert(
            "changes",
            "account_id, id, kind, at, until_at, method, by_session",
            format!("{whose}, {id}, 'password', {at} - 259200000, {at}, null, {other}"),
        ),
        insert(
            "network_tries",
            "network, wrong, since",
            format!("'2001:db8:' || {} || '::/64', 4, {at}", spelling.word(PASSING, "n", 1)),
        ),
        insert(
            "trips",
            "state, browser, provider, intent, next, started_at, expires_at",
            format!("{digest}, {digest}, 'google', 'sign-in', '/account', {at} - 600000, {at}"),
        ),
        // None of tomorrow: a reading of the notes would take them all for news.
        insert("account_changes", "at, account_id", format!("{at} - 2592000000, {whose}")),
        insert("spent_ceremonies", "challenge, expires_at", format!("{digest}, {at}")),
        insert(
            "provider_reports",
            "report, heard_at",
            format!("'https://appleid.apple.com ' || {}, {at}", spelling.word(PASSING, "n", 2)),
        ),
        insert(
            "former_identities",
            "issuer, subject, account_id, way, until_at",
            format!("{identity}, {whose}, 'removed', {at}"),
        ),
        insert(
            "identity_tokens",
            "issuer, subject, provider, sealed, kept_at, due_at, tries",
            format!("{identity}, 'apple', {digest}, {at}, case when n % 10 = 0 then {at} end, 0"),
        ),
        insert(
            "address_guards",
            "address, wrong, last_wrong_at, tickets, devices, code_wrong, changed_at",
            format!("'x' || {address}, 1, {at}, '', '', 0, {at}"),
        ),
        // Those that are held are used; what nobody uses any more has ended before it is swept.
        format!(
            "insert into grants ({GRANTS}) select {elsewhere}, {id}, {held}, {other}, {at}, 'email', {at}, \
             {at} + 63072000000, 1, {digest}, null from {numbers} where n % 10 = 0"
        ),
        format!(
            "insert into grants ({GRANTS}) select {elsewhere}, {third}, {held}, {other}, {at}, 'email', {at}, {at}, \
             1, {digest}, {at} + 36000000000 from {numbers} where n % 10 = 5"
        ),
        // Those that are over were used lately: each sweep finds its own.
        insert(
            "grants",
            GRANTS,
            format!(
                "{whose}, {other}, {held}, {id}, {at}, 'email', {at}, {at} + 31536000000, 1, {digest}, {at}"
            ),
        ),
        insert(
            "suppressed",
            "address, stored, since_at, refused_at, refusals, decision, n, words, kept_until",
            format!("'x' || {address}, 'x' || {address}, {at}, {at}, 1, {digest}, 0, '', {at}"),
        ),
        insert(
            "paces",
            "receiver, free_at, people_at, others_at, eased, eased_at, kept_until",
            format!("'x' || {address}, {at}, {at}, {at}, 2000, {at}, {at}"),
        ),
        insert(
            "announcements",
            "decision, n, endpoint, account_id, kind, detail, email, at, state, since_at, place, awaited, over_at, tries, reply",
            format!(
                "{id}, 0, case when n % 2 = 0 then 'web' else 'shop' end, {whose}, 'account.created', '', {address}, {at}, \
                 case n % 50 when 0 then 'waiting' when 1 then 'given-up' else 'received' end, {at}, \
                 case when n % 50 = 0 then n end, null, case when n % 50 > 0 then {at} end, 1, '200'"
            ),
        ),
        insert(
            "announcement_lines",
            "endpoint, account_id, last, due_at, worker",
            format!("case when n % 2 = 0 then 'web' else 'shop' end, {whose}, n, {at}, null"),
        ),
        mails(spelling, range, ("n", at), "case n % 50 when 0 then 'given-up' else 'sent' end"),
    ]
}

/// Mails about sign-ins; whose they are, when they were written and their state are expressions of `n`.
pub(crate) fn mails(
    spelling: Spelling,
    range: (i64, i64),
    (whose, at): (&str, &str),
    state: &str,
) -> String {
    format!(
        "insert into mails (decision, n, kind, recipient, locale, account_id, at, method, address, label, written_at, \
         state, due_at, tries) select {}, 0, 'sign-in', {}, 'ja', {}, {at}, 'email', {ORIGIN}, {at}, {state}, {at}, 1 \
         from {}",
        spelling.id(PASSING, "n", at),
        address(spelling, whose),
        account(spelling, whose),
        spelling.numbers(range)
    )
}
