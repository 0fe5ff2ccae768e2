//! What events change of an account, its password, sessions and devices.
//!
//! An address is claimed by its primary key: if somebody else has it after all, the whole decision is undone. As with
//! `apply`, a change of something that is not there changes nothing.

use accounts::{
    Account, AccountId, Addressed, Device, DeviceId, Email, EmailMethod, Event, Instant, KeptEmail,
    Line, Locale, Lost, Method, PasswordChange, PasswordHash, Session, SessionId, Suspension,
    TermsAccepted,
};

use super::{identity, passkey};

use crate::driver::{Statement, Tx};
use crate::fault::Fault;
use crate::sql;
use crate::text::{self, Word, bytes, maybe_at};

pub(super) async fn created(tx: &mut dyn Tx, account: &Account) -> Result<(), Fault> {
    let suspended = account.suspended.as_ref();
    let terms = account.terms.as_ref();
    let values = [
        bytes(&account.id.0),
        account.created_at.0.into(),
        account.display_name.as_str().into(),
        account.locale.word().into(),
        account.contact.name().into(),
        account.contact_since.0.into(),
        maybe_at(suspended.map(|suspension| suspension.at)),
        suspended.map(|suspension| suspension.reason.as_str()).into(),
        terms.map(|terms| terms.version.as_str()).into(),
        maybe_at(terms.map(|terms| terms.at)),
        account.epoch.into(),
    ];
    tx.tell(&CREATED, &values).await?;
    for link in &account.links {
        identity::claim(tx, account.id, link).await?;
    }
    passkey::claim_all(tx, account.id, &account.passkeys).await?;
    let Some(method) = &account.email else {
        return Ok(());
    };
    email_added(tx, account.id, method).await?;
    let Some(password) = &method.password else {
        return Ok(());
    };
    let change = (password.version, &password.hash, PasswordChange::Chosen);
    password_set(tx, account.id, change, password.set_at).await
}

/// Writes those events that `write` sends here.
#[expect(clippy::wildcard_enum_match_arm, reason = "`write` lists the events that come here")]
pub(super) async fn about_account(tx: &mut dyn Tx, event: &Event) -> Result<(), Fault> {
    match event {
        Event::PasswordSet { account, version, hash, change, at } => {
            password_set(tx, *account, (*version, hash, *change), *at).await
        }
        Event::PasswordVoided { account, version, cause: _, at } => {
            password_voided(tx, *account, *version, *at).await
        }
        Event::PendingCancelled { account, epoch: now } => epoch(tx, *account, *now).await,
        Event::ProfileChanged { account, display_name, locale } => {
            profile(tx, *account, display_name, *locale).await
        }
        Event::TermsAccepted { account, terms: accepted } => terms(tx, *account, accepted).await,
        Event::Suspended { account, suspension: of } => suspension(tx, *account, Some(of)).await,
        Event::Resumed { account } => suspension(tx, *account, None).await,
        _ => Err(Fault::Bug("an event came to the wrong place".to_owned())),
    }
}

/// Writes those events that `write` sends here.
#[expect(clippy::wildcard_enum_match_arm, reason = "`write` lists the events that come here")]
pub(super) async fn about_methods(tx: &mut dyn Tx, event: &Event) -> Result<(), Fault> {
    match event {
        Event::EmailChanged { account, email, proven_at } => {
            email_changed(tx, *account, email, *proven_at).await
        }
        Event::EmailReached { account, unreachable_at } => {
            email_reached(tx, *account, *unreachable_at).await
        }
        Event::EmailAdded { account, method } => email_added(tx, *account, method).await,
        Event::EmailRemoved { account, cause: _ } => email_removed(tx, *account).await,
        Event::ContactChanged { account, contact: chosen, since } => {
            contact(tx, *account, *chosen, *since).await
        }
        Event::LostNoted { account, lost: noted } => lost(tx, *account, noted.as_ref()).await,
        _ => Err(Fault::Bug("an event came to the wrong place".to_owned())),
    }
}

/// Writes those events that `write` sends here.
#[expect(clippy::wildcard_enum_match_arm, reason = "`write` lists the events that come here")]
pub(super) async fn about_sessions(tx: &mut dyn Tx, event: &Event) -> Result<(), Fault> {
    match event {
        Event::SessionStarted { session, cause: _, number: _ } => session_started(tx, session).await,
        Event::SessionEnded { account, session, reason: _ } => {
            session_ended(tx, *account, *session).await
        }
        Event::SessionSeen { account, session, at } => session_seen(tx, *account, *session, *at).await,
        Event::SessionProved { account, session, method, at } => {
            session_proved(tx, *account, *session, (*at, *method)).await
        }
        Event::DeviceKnown { account, device } => device_known(tx, *account, device).await,
        Event::DeviceForgotten { account, device, reason: _ } => {
            device_forgotten(tx, *account, *device).await
        }
        _ => Err(Fault::Bug("an event came to the wrong place".to_owned())),
    }
}

/// Claims the address of an `email` method. If somebody else has it after all, the whole decision is undone.
pub(super) async fn email_added(
    tx: &mut dyn Tx,
    account: AccountId,
    method: &EmailMethod,
) -> Result<(), Fault> {
    let EmailMethod { email, proven_at, added, password: _, unreachable_at: _ } = method;
    claim_email(tx, account, &KeptEmail { email: email.clone(), proven_at: *proven_at, added: *added })
        .await
}

/// As `email_added`, of a method that is put back.
pub(super) async fn claim_email(
    tx: &mut dyn Tx,
    account: AccountId,
    kept: &KeptEmail,
) -> Result<(), Fault> {
    let values = [
        kept.email.key().into(),
        bytes(&account.0),
        stored(&kept.email).into(),
        kept.proven_at.0.into(),
        kept.added.at.0.into(),
        kept.added.by.as_ref().map(|session| session.0.as_slice()).into(),
    ];
    tx.tell(&EMAIL_CLAIMED, &values).await
}

/// The spelling that mail is sent to, or nothing where it is the one by which the address is found, which stands beside it.
fn stored(email: &Email) -> &str {
    if email.as_stored() == email.key() { "" } else { email.as_stored() }
}

pub(super) async fn email_removed(tx: &mut dyn Tx, account: AccountId) -> Result<(), Fault> {
    tx.tell(&EMAIL_LEFT, &[bytes(&account.0)]).await
}

pub(super) async fn contact(
    tx: &mut dyn Tx,
    account: AccountId,
    contact: Addressed,
    since: Instant,
) -> Result<(), Fault> {
    let values = [contact.name().into(), since.0.into(), bytes(&account.0)];
    tx.tell(&CONTACT, &values).await
}

pub(super) async fn lost(
    tx: &mut dyn Tx,
    account: AccountId,
    lost: Option<&Lost>,
) -> Result<(), Fault> {
    let values = [
        lost.map(|lost| lost.email.as_stored()).into(),
        maybe_at(lost.map(|lost| lost.from)),
        bytes(&account.0),
    ];
    tx.tell(&LOST, &values).await
}

async fn password_set(
    tx: &mut dyn Tx,
    account: AccountId,
    (version, hash, change): (i64, &PasswordHash, PasswordChange),
    at: Instant,
) -> Result<(), Fault> {
    let statement = match change {
        PasswordChange::Chosen | PasswordChange::Reset | PasswordChange::Added => &PASSWORD_CHOSEN,
        PasswordChange::Rehashed => &PASSWORD_REHASHED,
    };
    let [hash, packed] = text::hash(hash);
    let values = [bytes(&account.0), version.into(), hash, packed, at.0.into()];
    tx.tell(statement, &values).await
}

async fn password_voided(
    tx: &mut dyn Tx,
    account: AccountId,
    version: i64,
    at: Instant,
) -> Result<(), Fault> {
    let values = [bytes(&account.0), version.into(), at.0.into()];
    tx.tell(&PASSWORD_VOIDED, &values).await
}

/// If somebody else has the address after all, the whole decision is undone.
async fn email_changed(
    tx: &mut dyn Tx,
    account: AccountId,
    email: &Email,
    proven_at: Instant,
) -> Result<(), Fault> {
    let values = [email.key().into(), stored(email).into(), proven_at.0.into(), bytes(&account.0)];
    tx.tell(&EMAIL_CHANGED, &values).await
}

async fn email_reached(
    tx: &mut dyn Tx,
    account: AccountId,
    unreachable_at: Option<Instant>,
) -> Result<(), Fault> {
    tx.tell(&EMAIL_REACHED, &[maybe_at(unreachable_at), bytes(&account.0)]).await
}

async fn epoch(tx: &mut dyn Tx, account: AccountId, epoch: i64) -> Result<(), Fault> {
    tx.tell(&EPOCH, &[epoch.into(), bytes(&account.0)]).await
}

async fn profile(
    tx: &mut dyn Tx,
    account: AccountId,
    display_name: &Line,
    locale: Locale,
) -> Result<(), Fault> {
    let values = [display_name.as_str().into(), locale.word().into(), bytes(&account.0)];
    tx.tell(&PROFILE, &values).await
}

async fn terms(tx: &mut dyn Tx, account: AccountId, terms: &TermsAccepted) -> Result<(), Fault> {
    let values = [terms.version.as_str().into(), terms.at.0.into(), bytes(&account.0)];
    tx.tell(&TERMS, &values).await
}

async fn suspension(
    tx: &mut dyn Tx,
    account: AccountId,
    suspension: Option<&Suspension>,
) -> Result<(), Fault> {
    let values = [
        maybe_at(suspension.map(|suspension| suspension.at)),
        suspension.map(|suspension| suspension.reason.as_str()).into(),
        bytes(&account.0),
    ];
    tx.tell(&SUSPENSION, &values).await
}

async fn session_started(tx: &mut dyn Tx, session: &Session) -> Result<(), Fault> {
    let values = [
        bytes(&session.digest.0),
        bytes(&session.id.0),
        bytes(&session.account.0),
        session.kind.word().into(),
        bytes(&session.device.0),
        session.method.key().into(),
        session.started_at.0.into(),
        session.seen_at.0.into(),
        session.proved_at.0.into(),
        session.proved_by.key().into(),
        session.origin.address.as_str().into(),
        session.origin.label.as_str().into(),
    ];
    tx.tell(&SESSION_STARTED, &values).await
}

async fn session_ended(tx: &mut dyn Tx, account: AccountId, session: SessionId) -> Result<(), Fault> {
    tx.tell(&SESSION_ENDED, &[bytes(&account.0), bytes(&session.0)]).await
}

async fn session_seen(
    tx: &mut dyn Tx,
    account: AccountId,
    session: SessionId,
    at: Instant,
) -> Result<(), Fault> {
    let values = [at.0.into(), bytes(&account.0), bytes(&session.0)];
    tx.tell(&SESSION_SEEN, &values).await
}

async fn session_proved(
    tx: &mut dyn Tx,
    account: AccountId,
    session: SessionId,
    (at, method): (Instant, Method),
) -> Result<(), Fault> {
    let values = [at.0.into(), method.key().into(), bytes(&account.0), bytes(&session.0)];
    tx.tell(&SESSION_PROVED, &values).await
}

async fn device_known(tx: &mut dyn Tx, account: AccountId, device: &Device) -> Result<(), Fault> {
    let values = [
        bytes(&account.0),
        bytes(&device.id.0),
        bytes(&device.digest.0),
        device.label.as_str().into(),
        device.first_at.0.into(),
        device.last_at.0.into(),
    ];
    tx.tell(&DEVICE_KNOWN, &values).await
}

async fn device_forgotten(tx: &mut dyn Tx, account: AccountId, device: DeviceId) -> Result<(), Fault> {
    tx.tell(&DEVICE_FORGOTTEN, &[bytes(&account.0), bytes(&device.0)]).await
}

pub(super) const STATEMENTS: &[Statement] = &[
    CREATED,
    EMAIL_CLAIMED,
    PASSWORD_CHOSEN,
    PASSWORD_REHASHED,
    PASSWORD_VOIDED,
    EMAIL_CHANGED,
    EMAIL_REACHED,
    EMAIL_LEFT,
    CONTACT,
    LOST,
    EPOCH,
    PROFILE,
    TERMS,
    SUSPENSION,
    SESSION_STARTED,
    SESSION_ENDED,
    SESSION_SEEN,
    SESSION_PROVED,
    DEVICE_KNOWN,
    DEVICE_FORGOTTEN,
];

const CREATED: Statement =
    sql!("account/create", [Bytes, Int, Text, Text, Text, Int, Int, Text, Text, Int, Int]);
const EMAIL_CLAIMED: Statement = sql!("email/claim", [Text, Bytes, Text, Int, Int, Bytes]);
const EMAIL_REACHED: Statement = sql!("email/reach", [Int, Bytes]);
const EMAIL_CHANGED: Statement = sql!("email/change", [Text, Text, Int, Bytes]);
const CONTACT: Statement = sql!("account/contact", [Text, Int, Bytes]);
const LOST: Statement = sql!("account/lost", [Text, Int, Bytes]);
const PASSWORD_CHOSEN: Statement = sql!("password/choose", [Bytes, Int, Text, Bytes, Int]);
const PASSWORD_REHASHED: Statement = sql!("password/rehash", [Bytes, Int, Text, Bytes, Int]);
const PASSWORD_VOIDED: Statement = sql!("password/void", [Bytes, Int, Int]);
const EMAIL_LEFT: Statement = sql!("email/leave", [Bytes]);
const EPOCH: Statement = sql!("account/epoch", [Int, Bytes]);
const PROFILE: Statement = sql!("account/profile", [Text, Text, Bytes]);
const TERMS: Statement = sql!("account/terms", [Text, Int, Bytes]);
const SUSPENSION: Statement = sql!("account/suspension", [Int, Text, Bytes]);
const SESSION_STARTED: Statement =
    sql!("session/start", [Bytes, Bytes, Bytes, Text, Bytes, Text, Int, Int, Int, Text, Text, Text]);
const SESSION_ENDED: Statement = sql!("session/end", [Bytes, Bytes]);
const SESSION_SEEN: Statement = sql!("session/seen", [Int, Bytes, Bytes]);
const SESSION_PROVED: Statement = sql!("session/proved", [Int, Text, Bytes, Bytes]);
const DEVICE_KNOWN: Statement = sql!("device/know", [Bytes, Bytes, Bytes, Text, Int, Int]);
const DEVICE_FORGOTTEN: Statement = sql!("device/forget", [Bytes, Bytes]);
