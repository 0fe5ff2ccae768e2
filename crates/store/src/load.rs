//! Scope to snapshot: what a decision sees, in plain sight or under lock.
//!
//! Locks are taken in one order, so that two decisions can wait for each other but never both: flow, trip, guard of the
//! address, network, accounts. All that belongs to one of these is read after its lock and only changed under it, so the
//! snapshot stays true until the commit. The clock is read after the last lock, so that time follows the order of the
//! decisions. On SQLite there is one writer, and the same walk runs without locks.

mod account;
mod address;
mod grant;
mod identity;
mod number;
mod passkey;

use accounts::{
    Account, AccountId, AddressState, CredentialState, DeviceId, Email, Flow, Holder, Identity,
    IdentityState, Instant, Line, Millis, NetworkTries, OwnEmail, Scope, Session, Snapshot, Trip,
};

use crate::driver::{Statement, Tx};
use crate::fault::Fault;
use crate::outgoing;

pub(crate) use account::{methods_of, read_account, read_session};
pub(crate) use address::{find_challenge, owner};
pub(crate) use identity::{LINK, PROVE, SIGN_IN, holders, read_maybe_link};
pub(crate) use number::find as find_number;
pub(crate) use passkey::read_passkey;

/// A [`Statement`] that finds one row by its key and, on PostgreSQL, locks it.
macro_rules! locking {
    ($name:literal, [$($kind:ident),* $(,)?]) => {
        $crate::Statement {
            name: $name,
            sqlite: include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/sql/", $name, ".sql")),
            postgres: concat!(
                include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/sql/", $name, ".sql")),
                "for update"
            ),
            params: &[$($crate::Kind::$kind),*],
        }
    };
}
use locking;

/// What a decision would see now. Nothing is locked or written: an address without a guard has the default one.
pub(crate) async fn plainly(tx: &mut dyn Tx, scope: &Scope) -> Result<(Snapshot, Instant), Fault> {
    snapshot(tx, scope, Hold::Nothing).await
}

/// What a decision sees, kept as it is until the end of the transaction. Makes the guard that is missing.
pub(crate) async fn locked(tx: &mut dyn Tx, scope: &Scope) -> Result<(Snapshot, Instant), Fault> {
    snapshot(tx, scope, Hold::Rows).await
}

/// Whether rows are kept from others until the end of the transaction.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Hold {
    Nothing,
    Rows,
}

async fn snapshot(tx: &mut dyn Tx, scope: &Scope, hold: Hold) -> Result<(Snapshot, Instant), Fault> {
    let named = named(tx, scope, hold).await?;
    let in_question = in_question(tx, scope, named.whose()).await?;
    // An address that nobody has costs the same questions as a member's, so that the time tells nothing
    // (R-SIGNIN-2, R-RESET-6).
    let asked_for = in_question.or_else(|| named.email.as_ref().map(|_| NOBODY));
    if hold == Hold::Rows {
        lock(tx, scope, asked_for).await?;
    }
    let now = tx.now().await.map(Instant)?;
    let account = match asked_for {
        Some(id) => account::whole(tx, id, (scope.numbers, now)).await?,
        None => None,
    };
    if hold == Hold::Rows && named.moved(account.as_ref()) {
        return Err(Fault::Contention(
            "what was asked about changed hands while it was looked at".to_owned(),
        ));
    }
    let elsewhere = match &account {
        Some(account) => identity::elsewhere(tx, account).await?,
        None => Vec::new(),
    };
    // Looked for after the account was locked, for another node may just have heard it.
    let heard = match &scope.report {
        Some(report) => identity::report(tx, report).await?,
        None => None,
    };
    let spent = match &scope.ceremony {
        Some(challenge) => passkey::spent(tx, challenge).await?,
        None => None,
    };
    // Looked for after the account was locked, for its owner may just have ended it.
    let presented = match &scope.session {
        Some(digest) => account::session(tx, digest).await?,
        None => None,
    };
    let hanging = grant::hanging(tx, presented.as_ref(), account.as_ref()).await?;
    let grant = grant::named(tx, scope, account.as_ref()).await?;
    let device = device(scope, account.as_ref(), presented.as_ref());
    let Named { flow, trip, network, identity, credential, .. } = named;
    let address = match (named.email, named.guard) {
        (Some(email), Some(guard)) => {
            let owned = Owned { owner: named.owner, holders: named.holders };
            Some(address_of(tx, email, (guard, owned), (scope, now)).await?)
        }
        _ => None,
    };
    let awaited = awaited(tx, scope, account.as_ref()).await?;
    let snapshot = Snapshot {
        address,
        account,
        presented,
        hanging,
        device,
        flow,
        trip,
        heard,
        identity,
        credential,
        spent,
        elsewhere,
        network,
        grant,
        awaited,
    };
    Ok((snapshot, now))
}

/// Endpoints that owe the receipt of the account's withdrawal, where the scope asks for them.
async fn awaited(
    tx: &mut dyn Tx,
    scope: &Scope,
    account: Option<&Account>,
) -> Result<Vec<Line>, Fault> {
    match account.filter(|_| scope.receipts) {
        Some(account) => outgoing::awaited(tx, account.id).await,
        None => Ok(Vec::new()),
    }
}

/// Keeps others from deciding about the account in question, and about that of the presented session, which a sign-in displaces
/// with all that hangs from it. In the order of their ids, so that two that displace each other do not wait for each other.
async fn lock(tx: &mut dyn Tx, scope: &Scope, asked_for: Option<AccountId>) -> Result<(), Fault> {
    let presented = match &scope.session {
        Some(digest) => account::session(tx, digest).await?.map(|session| session.account),
        None => None,
    };
    let both = [asked_for, presented].into_iter().flatten();
    for id in both.collect::<std::collections::BTreeSet<_>>() {
        account::lock(tx, id).await?;
    }
    Ok(())
}

/// What a scope names, before it is known whose it is.
struct Named {
    flow: Option<Flow>,
    trip: Option<Trip>,
    email: Option<Email>,
    guard: Option<address::Guard>,
    network: Option<NetworkTries>,
    owner: Option<(AccountId, Email)>,
    holders: Vec<Holder>,
    identity: Option<IdentityState>,
    credential: Option<CredentialState>,
}

impl Named {
    fn whose(&self) -> Whose {
        Whose {
            bound: self.flow.as_ref().and_then(|flow| flow.bound).map(|bound| bound.account),
            owner: self.owner.as_ref().map(|(owner, _)| *owner),
            shown: self.identity.as_ref().and_then(|state| state.owner),
            keeper: self.credential.as_ref().and_then(|state| state.owner),
        }
    }

    /// Whether what was named changed hands before the account was locked.
    fn moved(&self, account: Option<&Account>) -> bool {
        let email = self.email.as_ref();
        has_left(account, self.owner.as_ref().map(|(owner, _)| *owner), email)
            || has_parted(account, self.identity.as_ref())
            || passkey::has_moved(account, self.credential.as_ref())
            || holds_otherwise(account, &self.holders, email)
    }
}

async fn named(tx: &mut dyn Tx, scope: &Scope, hold: Hold) -> Result<Named, Fault> {
    let flow = match &scope.flow {
        Some(digest) => address::flow(tx, digest, hold).await?,
        None => None,
    };
    let trip = match &scope.trip {
        Some(state) => identity::trip(tx, state, hold).await?,
        None => None,
    };
    let email = scope.address.clone().or_else(|| flow.as_ref().and_then(|flow| flow.email.clone()));
    let identity = scope.identity.clone().or_else(|| in_hand(flow.as_ref()));
    let guard = match &email {
        Some(email) => Some(address::guard(tx, email, hold).await?),
        None => None,
    };
    let network = match &scope.network {
        Some(network) => address::network(tx, network, hold).await?,
        None => None,
    };
    let (owner, holders) = match &email {
        Some(email) => (owner(tx, email.key()).await?, holders(tx, email).await?),
        None => (None, Vec::new()),
    };
    let identity = match &identity {
        Some(identity) => Some(identity::state(tx, identity).await?),
        None => None,
    };
    let credential = match &scope.credential {
        Some(credential) => Some(passkey::state(tx, credential).await?),
        None => None,
    };
    Ok(Named { flow, trip, email, guard, network, owner, holders, identity, credential })
}

/// Whose an address is, and who holds it through a provider.
struct Owned {
    owner: Option<(AccountId, Email)>,
    holders: Vec<Holder>,
}

async fn address_of(
    tx: &mut dyn Tx,
    email: Email,
    (guard, owned): (address::Guard, Owned),
    (scope, now): (&Scope, Instant),
) -> Result<AddressState, Fault> {
    let challenges = address::challenges(tx, &email, day_before(now)).await?;
    let numbers = number::of_address(tx, &email, scope.numbers, now).await?;
    let address::Guard { guesses, code_tries, cooling_until } = guard;
    let (owner, stored) = owned.owner.unzip();
    Ok(AddressState {
        email,
        owner,
        stored,
        holders: owned.holders,
        guesses,
        code_tries,
        cooling_until,
        challenges,
        numbers,
    })
}

/// The identity that a flow goes on with.
fn in_hand(flow: Option<&Flow>) -> Option<Identity> {
    flow.and_then(|flow| flow.shown.as_ref()).map(|shown| shown.identity.clone())
}

/// Whether the owner of the identity gave it up between the look at it and the lock of the account.
fn has_parted(account: Option<&Account>, state: Option<&IdentityState>) -> bool {
    let Some(state) = state else {
        return false;
    };
    let owned = account.filter(|account| state.owner == Some(account.id));
    owned.is_some_and(|account| !account.links.iter().any(|link| link.identity == state.identity))
}

/// Whose the things are that a scope names.
struct Whose {
    bound: Option<AccountId>,
    owner: Option<AccountId>,
    shown: Option<AccountId>,
    keeper: Option<AccountId>,
}

/// Whether the owner of the address gave it up between the look at the address and the lock of the account.
fn has_left(account: Option<&Account>, owner: Option<AccountId>, email: Option<&Email>) -> bool {
    let (Some(account), Some(email)) = (account.filter(|a| Some(a.id) == owner), email) else {
        return false;
    };
    !account.email.as_ref().is_some_and(|method| method.email.same_as(email))
}

/// Whether what the account has the address through, and how, changed between the look at the address and the lock of
/// the account.
fn holds_otherwise(account: Option<&Account>, holders: &[Holder], email: Option<&Email>) -> bool {
    let (Some(account), Some(email)) = (account, email) else {
        return false;
    };
    let lost = account.lost.as_ref().filter(|lost| lost.email.same_as(email)).map(|lost| lost.from);
    let own = if account.email.is_some() { OwnEmail::Has } else { OwnEmail::None };
    let through = |provider| {
        let address = account.link(provider).and_then(|link| link.address.as_ref());
        address.is_some_and(|address| address.email.same_as(email))
    };
    let seen = holders.iter().filter(|holder| holder.account == account.id);
    let as_seen = |h: &&Holder| through(h.provider) && h.lost_from == lost && h.email == own;
    let now = account.links.iter().filter(|link| through(link.provider)).count();
    !seen.clone().all(|holder| as_seen(&holder)) || seen.count() != now
}

/// The account in question. Where an identity, a credential id, an address or a flow is named, it is its owner, the
/// flow's or nobody: whoever happens to be signed in is not meant.
async fn in_question(tx: &mut dyn Tx, scope: &Scope, whose: Whose) -> Result<Option<AccountId>, Fault> {
    if scope.account.is_some() {
        return Ok(scope.account);
    }
    if scope.identity.is_some() {
        return Ok(whose.shown);
    }
    if scope.credential.is_some() {
        return Ok(whose.keeper);
    }
    if scope.address.is_some() {
        return Ok(whose.owner);
    }
    if scope.flow.is_some() {
        return Ok(whose.bound.or(whose.owner));
    }
    match &scope.session {
        Some(digest) => Ok(account::session(tx, digest).await?.map(|session| session.account)),
        None => Ok(None),
    }
}

/// The device that shows its secret; else the one the account's own presented session runs on.
fn device(scope: &Scope, account: Option<&Account>, presented: Option<&Session>) -> Option<DeviceId> {
    let account = account?;
    let shown = account.devices.iter().find(|device| Some(device.digest) == scope.device);
    let own = || {
        let session = presented.filter(|session| session.account == account.id)?;
        account.devices.iter().find(|device| device.id == session.device)
    };
    shown.or_else(own).map(|device| device.id)
}

/// No account's id: those are UUIDv7.
const NOBODY: AccountId = AccountId([0; 16]);

/// Mails of the last 24 hours count (R-RESET-2).
pub(crate) fn day_before(now: Instant) -> Instant {
    now.minus(Millis::days(1))
}

/// The statements by which snapshots are loaded.
pub(crate) fn statements() -> Vec<Statement> {
    [
        address::STATEMENTS,
        account::STATEMENTS,
        grant::STATEMENTS,
        identity::STATEMENTS,
        passkey::STATEMENTS,
        number::STATEMENTS,
    ]
    .concat()
}

#[cfg(test)]
mod tests;
