//! What events change of identities, trips, and of accounts that are withdrawn.
//!
//! An identity is claimed by its primary key: if somebody else has it after all, the whole decision is undone and the
//! second look gives the proper answer (I3). Erasing leaves the id of the account in its activity, and nothing personal.

use accounts::{AccountId, Event, Former, Identity, Instant, Intent, Link, Methods, Trip, Withdrawal};

use super::address::session_of;
use super::{account, passkey};
use crate::driver::{Statement, Tx, Value};
use crate::fault::Fault;
use crate::load::{LINK, PROVE, SIGN_IN};
use crate::text::{self, Word, bytes, maybe_at};
use crate::{outgoing, sql};

/// Writes those events that `write` sends here.
#[expect(clippy::wildcard_enum_match_arm, reason = "`write` lists the events that come here")]
pub(super) async fn write(tx: &mut dyn Tx, now: Instant, event: &Event) -> Result<(), Fault> {
    match event {
        Event::LinkAdded { account, link } => claim(tx, *account, link).await,
        Event::LinkRemoved { account, provider, cause: _ } => {
            let values = [now.0.into(), bytes(&account.0), provider.as_str().into()];
            tx.tell(&TOKEN_DUE, &values).await?;
            let values = [bytes(&account.0), provider.as_str().into()];
            tx.tell(&LEFT, &values).await
        }
        Event::LinkChanged { account: _, link, change: _ } => changed(tx, link).await,
        Event::IdentityFreed { identity, former } => freed(tx, identity, former).await,
        Event::MethodsPutBack { account, methods } => put_back(tx, *account, methods, now).await,
        Event::Withdrawn { account, withdrawal, told: _ } => withdrawn(tx, *account, withdrawal).await,
        Event::Restored { account } => {
            let values =
                [Value::from(None::<i64>), None::<i64>.into(), None::<&str>.into(), bytes(&account.0)];
            tx.tell(&WITHDRAWN, &values).await?;
            outgoing::release(tx, *account).await?;
            // What was freed with it, and did not come back, leads to it no more.
            tx.tell(&FORMER_ERASED, &[bytes(&account.0)]).await
        }
        Event::Erased { account } => erased(tx, *account).await,
        Event::TripStarted { trip } => started(tx, trip).await,
        Event::TripEnded { state } => tx.tell(&TRIP_ENDED, &[bytes(&state.0)]).await,
        Event::ReportHeard { report, at } => {
            tx.tell(&HEARD, &[report.as_str().into(), at.0.into()]).await
        }
        _ => Err(Fault::Bug("an event came to the wrong place".to_owned())),
    }
}

/// Makes an identity the account's.
pub(super) async fn claim(tx: &mut dyn Tx, account: AccountId, link: &Link) -> Result<(), Fault> {
    let address = link.address.as_ref();
    let values = [
        link.identity.issuer().into(),
        link.identity.subject().into(),
        bytes(&account.0),
        link.provider.as_str().into(),
        address.map(|address| address.email.key()).into(),
        address.map(|address| address.email.as_stored()).into(),
        maybe_at(address.map(|address| address.proven_at)),
        address.map_or("own", |address| address.relay.word()).into(),
        maybe_at(address.and_then(|address| address.unreachable_at)),
        link.added.at.0.into(),
        link.added.by.as_ref().map(|session| session.0.as_slice()).into(),
        maybe_at(link.held_at),
    ];
    tx.tell(&CLAIMED, &values).await?;
    let key = [link.identity.issuer().into(), link.identity.subject().into()];
    tx.tell(&TOKEN_NEEDED, &key).await?;
    tx.tell(&FORMER_ENDED, &key).await
}

async fn changed(tx: &mut dyn Tx, link: &Link) -> Result<(), Fault> {
    let address = link.address.as_ref();
    let values = [
        address.map(|address| address.email.key()).into(),
        address.map(|address| address.email.as_stored()).into(),
        maybe_at(address.map(|address| address.proven_at)),
        address.map_or("own", |address| address.relay.word()).into(),
        maybe_at(address.and_then(|address| address.unreachable_at)),
        maybe_at(link.held_at),
        link.identity.issuer().into(),
        link.identity.subject().into(),
    ];
    tx.tell(&CHANGED, &values).await
}

async fn freed(tx: &mut dyn Tx, identity: &Identity, former: &Former) -> Result<(), Fault> {
    let values = [
        identity.issuer().into(),
        identity.subject().into(),
        bytes(&former.account.0),
        former.way.word().into(),
        former.until.0.into(),
    ];
    tx.tell(&FREED, &values).await
}

/// All that the account has goes, and all that it had comes. What comes is claimed in one order, so that two accounts
/// which take the same back at once do not wait for each other.
async fn put_back(
    tx: &mut dyn Tx,
    id: AccountId,
    methods: &Methods,
    now: Instant,
) -> Result<(), Fault> {
    account::email_removed(tx, id).await?;
    all_left(tx, id, now).await?;
    passkey::all_left(tx, id).await?;
    if let Some(email) = &methods.email {
        account::claim_email(tx, id, email).await?;
    }
    let mut links = methods.links.iter().collect::<Vec<_>>();
    links.sort_by_key(|link| &link.identity);
    for link in links {
        claim(tx, id, link).await?;
    }
    passkey::claim_all(tx, id, &methods.passkeys).await?;
    account::contact(tx, id, methods.contact, methods.contact_since).await
}

/// The addresses, identities and credential ids are free at once; what a provider gave is due to be revoked (R-WITHDRAW-1).
async fn withdrawn(tx: &mut dyn Tx, id: AccountId, withdrawal: &Withdrawal) -> Result<(), Fault> {
    let values = [
        withdrawal.at.0.into(),
        withdrawal.until.0.into(),
        text::methods(&withdrawal.methods).into(),
        bytes(&id.0),
    ];
    tx.tell(&WITHDRAWN, &values).await?;
    account::lost(tx, id, None).await?;
    account::email_removed(tx, id).await?;
    passkey::all_left(tx, id).await?;
    all_left(tx, id, withdrawal.at).await
}

/// The identities are free, and what their providers gave is due to be revoked, until somebody has them again.
async fn all_left(tx: &mut dyn Tx, id: AccountId, at: Instant) -> Result<(), Fault> {
    tx.tell(&ALL_TOKENS_DUE, &[at.0.into(), bytes(&id.0)]).await?;
    tx.tell(&ALL_LEFT, &[bytes(&id.0)]).await
}

async fn erased(tx: &mut dyn Tx, id: AccountId) -> Result<(), Fault> {
    for statement in ERASED {
        tx.tell(statement, &[bytes(&id.0)]).await?;
    }
    Ok(())
}

async fn started(tx: &mut dyn Tx, trip: &Trip) -> Result<(), Fault> {
    let (intent, bound) = match &trip.intent {
        Intent::SignIn => (SIGN_IN, None),
        Intent::Link(bound) => (LINK, Some(bound)),
        Intent::Prove(bound) => (PROVE, Some(bound)),
    };
    let values = [
        bytes(&trip.state.0),
        bytes(&trip.browser.0),
        trip.provider.as_str().into(),
        intent.into(),
        bound.map(|bound| bound.account.0.as_slice()).into(),
        bound.map(|bound| bound.epoch).into(),
        session_of(bound).into(),
        trip.next.as_str().into(),
        trip.started_at.0.into(),
        trip.expires_at.0.into(),
    ];
    tx.tell(&TRIP_STARTED, &values).await
}

pub(super) const STATEMENTS: &[Statement] = &[
    CLAIMED,
    CHANGED,
    LEFT,
    ALL_LEFT,
    FREED,
    FORMER_ENDED,
    WITHDRAWN,
    TOKEN_DUE,
    ALL_TOKENS_DUE,
    TOKEN_NEEDED,
    TRIP_STARTED,
    TRIP_ENDED,
    HEARD,
    ACCOUNT_ERASED,
    PASSWORD_ERASED,
    DEVICES_ERASED,
    SESSIONS_ERASED,
    GRANTS_ERASED,
    CHANGES_ERASED,
    NUMBERS_ERASED,
    FORMER_ERASED,
    ACTIVITY_ERASED,
    MAILS_ERASED,
    ANNOUNCED_ERASED,
];

/// What is personal of an account, in the order in which it goes.
const ERASED: &[Statement] = &[
    SESSIONS_ERASED,
    GRANTS_ERASED,
    DEVICES_ERASED,
    PASSWORD_ERASED,
    passkey::ALL_LEFT,
    CHANGES_ERASED,
    NUMBERS_ERASED,
    FORMER_ERASED,
    ACTIVITY_ERASED,
    MAILS_ERASED,
    ANNOUNCED_ERASED,
    ACCOUNT_ERASED,
];

const CLAIMED: Statement =
    sql!("identity/claim", [Text, Text, Bytes, Text, Text, Text, Int, Text, Int, Int, Bytes, Int]);
const CHANGED: Statement = sql!("identity/change", [Text, Text, Int, Text, Int, Int, Text, Text]);
const LEFT: Statement = sql!("identity/leave", [Bytes, Text]);
const ALL_LEFT: Statement = sql!("identity/leave_all", [Bytes]);
const FREED: Statement = sql!("former/free", [Text, Text, Bytes, Text, Int]);
const FORMER_ENDED: Statement = sql!("former/end", [Text, Text]);
const WITHDRAWN: Statement = sql!("account/withdraw", [Int, Int, Text, Bytes]);
const TOKEN_DUE: Statement = sql!("token/due", [Int, Bytes, Text]);
const ALL_TOKENS_DUE: Statement = sql!("token/due_all", [Int, Bytes]);
const TOKEN_NEEDED: Statement = sql!("token/needed", [Text, Text]);
const TRIP_STARTED: Statement =
    sql!("trip/start", [Bytes, Bytes, Text, Text, Bytes, Int, Bytes, Text, Int, Int]);
const TRIP_ENDED: Statement = sql!("trip/end", [Bytes]);
const HEARD: Statement = sql!("report/heard", [Text, Int]);
const ACCOUNT_ERASED: Statement = sql!("account/erase", [Bytes]);
const PASSWORD_ERASED: Statement = sql!("password/erase", [Bytes]);
const DEVICES_ERASED: Statement = sql!("device/erase", [Bytes]);
const SESSIONS_ERASED: Statement = sql!("session/erase", [Bytes]);
const GRANTS_ERASED: Statement = sql!("grant/erase", [Bytes]);
const CHANGES_ERASED: Statement = sql!("change/erase", [Bytes]);
const NUMBERS_ERASED: Statement = sql!("number/erase", [Bytes]);
const FORMER_ERASED: Statement = sql!("former/erase", [Bytes]);
const ACTIVITY_ERASED: Statement = sql!("activity/erase", [Bytes]);
const MAILS_ERASED: Statement = sql!("mail/erase", [Bytes]);
const ANNOUNCED_ERASED: Statement = sql!("announcement/forget", [Bytes]);
