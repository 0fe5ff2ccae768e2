//! Scope to snapshot: what a decision sees, in plain sight or under lock.
//!
//! Locks are taken in one order, so that two decisions can wait for each other but never both: flow, trip, guard of the
//! address, network, accounts. All that belongs to one of these is read after its lock and only changed under it, so the
//! snapshot stays true until the commit. What does not wait for another answer is asked together (`questions`): what is named,
//! then the lock of the account with all that belongs to it. The clock is read after the last lock, so that time follows the order of the
//! decisions. On SQLite there is one writer, and the same walk runs without locks.

mod account;
mod address;
mod grant;
mod identity;
mod number;
mod passkey;

use accounts::{
    Account, AccountId, AddressState, Challenge, Claim, ClientGrant, CredentialState, DeviceId, Email,
    Flow, Holder, Identity, IdentityState, Instant, Line, Millis, NetworkTries, Number, Numbers,
    OwnEmail, Scope, Session, Snapshot, Trip,
};

use self::address::{Guard, Look};
use self::number::AskedNumbers;
use crate::driver::{Statement, Tx};
use crate::fault::Fault;
use crate::outgoing;
use crate::questions::{Answers, Asked, Questions, one};

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

impl Hold {
    fn look(self) -> Look {
        match self {
            Self::Nothing => Look::Plainly,
            Self::Rows => Look::Locking,
        }
    }
}

async fn snapshot(tx: &mut dyn Tx, scope: &Scope, hold: Hold) -> Result<(Snapshot, Instant), Fault> {
    let named = named(tx, scope, hold).await?;
    // An address that nobody has costs the same questions as a member's, so that the time tells nothing
    // (R-SIGNIN-2, R-RESET-6).
    let asked_for = in_question(scope, &named).or_else(|| named.email.as_ref().map(|_| NOBODY));
    let mut asking = Questions::default();
    if hold == Hold::Rows {
        lock(&mut asking, asked_for, named.presented.as_ref());
    }
    let now = asking.clock(tx.clock_moved_by());
    // What is bounded by the clock is asked for by an earlier one, and bounded when the answer is there.
    let early = named.looked_at.map_or(Instant(0), |at| at.minus(CLOCK_STEPS));
    let account = asked_for.map(|id| account::whole(&mut asking, id, (scope.numbers, early)));
    // These are looked for after the account was locked: another node may just have heard the report or the answer to the
    // challenge, and the owner of the session may just have ended it.
    let heard = scope.report.as_ref().map(|report| identity::report(&mut asking, report));
    let spent = scope.ceremony.as_ref().map(|challenge| passkey::spent(&mut asking, challenge));
    let presented = scope.session.as_ref().map(|digest| account::session(&mut asking, digest));
    let grant = grant::named(&mut asking, scope, asked_for);
    let awaited = asked_for.filter(|_| scope.receipts).map(|id| outgoing::awaited(&mut asking, id));
    let issued = named.email.as_ref().map(|email| Issued::ask(&mut asking, email, (scope, early)));
    let answers = asking.together(tx).await?;
    let now = answers.read(now)?;
    let account = account.map(|asked| asked.read(&answers, now)).transpose()?.flatten();
    if hold == Hold::Rows && named.moved(account.as_ref()) {
        return Err(Fault::Contention(
            "what was asked about changed hands while it was looked at".to_owned(),
        ));
    }
    let presented = answers.maybe(presented)?.flatten();
    let (hanging, elsewhere) = depending(tx, presented.as_ref(), account.as_ref()).await?;
    let Named { email, guard, owner, holders, flow, trip, network, identity, credential, .. } = named;
    let address = match (email, guard, issued) {
        (Some(email), Some(guard), Some(issued)) => {
            let (challenges, numbers) = issued.read(&answers, now)?;
            Some(address_of(email, guard, (owner, holders), (challenges, numbers)))
        }
        _ => None,
    };
    let snapshot = Snapshot {
        address,
        device: device(scope, account.as_ref(), presented.as_ref()),
        grant: answers.maybe(grant)?.flatten().filter(|_| account.is_some()),
        awaited: answers.maybe(awaited)?.filter(|_| account.is_some()).unwrap_or_default(),
        heard: answers.maybe(heard)?.flatten(),
        spent: answers.maybe(spent)?.flatten(),
        account,
        presented,
        hanging,
        flow,
        trip,
        identity,
        credential,
        elsewhere,
        network,
    };
    Ok((snapshot, now))
}

/// What can only be asked when the account and the presented session are known: what hangs from that, and what the account
/// could take back and is elsewhere.
async fn depending(
    tx: &mut dyn Tx,
    presented: Option<&Session>,
    account: Option<&Account>,
) -> Result<(Vec<ClientGrant>, Vec<Claim>), Fault> {
    let mut asking = Questions::default();
    let hanging = grant::hanging(&mut asking, presented, account);
    let elsewhere = account.map(|account| identity::elsewhere(&mut asking, account));
    let answers = asking.together(tx).await?;
    let hanging = answers.maybe(hanging)?.unwrap_or_default();
    Ok((hanging, elsewhere.map(|asked| asked.read(&answers)).transpose()?.unwrap_or_default()))
}

/// Keeps others from deciding about the account in question, and about that of the presented session, which a sign-in displaces
/// with all that hangs from it. In the order of their ids, so that two that displace each other do not wait for each other.
fn lock(asking: &mut Questions, asked_for: Option<AccountId>, presented: Option<&Session>) {
    let both = [asked_for, presented.map(|session| session.account)].into_iter().flatten();
    for id in both.collect::<std::collections::BTreeSet<_>>() {
        account::lock(asking, id);
    }
}

/// What a scope names, before it is known whose it is.
struct Named {
    flow: Option<Flow>,
    trip: Option<Trip>,
    email: Option<Email>,
    guard: Option<Guard>,
    network: Option<NetworkTries>,
    owner: Option<(AccountId, Email)>,
    holders: Vec<Holder>,
    identity: Option<IdentityState>,
    credential: Option<CredentialState>,
    /// As it was before the account was locked: it says only whose account is to be.
    presented: Option<Session>,
    /// The clock of the first look, where something is bounded by it.
    looked_at: Option<Instant>,
}

impl Named {
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
    let mut asking = Questions::default();
    let flow = scope.flow.as_ref().map(|digest| address::flow(&mut asking, digest, hold));
    let trip = scope.trip.as_ref().map(|state| identity::trip(&mut asking, state, hold));
    let answers = asking.together(tx).await?;
    let (flow, trip) = (answers.maybe(flow)?.flatten(), answers.maybe(trip)?.flatten());
    let mut named = guarded(tx, scope, (flow, trip), hold.look()).await?;
    if hold == Hold::Rows && named.email.is_some() && named.guard.is_none() {
        // Who made the guard at this moment may have done more: all that belongs to it is read after its lock.
        named = guarded(tx, scope, (named.flow, named.trip), Look::Making).await?;
    }
    named.guard = named.guard.or_else(|| named.email.as_ref().map(|_| Guard::default()));
    if let Some(network) = &scope.network {
        named.network = tries(tx, network, hold).await?;
    }
    Ok(named)
}

/// The guard of the address, and what is named, in one go.
async fn guarded(
    tx: &mut dyn Tx,
    scope: &Scope,
    (flow, trip): (Option<Flow>, Option<Trip>),
    look: Look,
) -> Result<Named, Fault> {
    let email = scope.address.clone().or_else(|| flow.as_ref().and_then(|flow| flow.email.clone()));
    let identity = scope.identity.clone().or_else(|| in_hand(flow.as_ref()));
    let mut asking = Questions::default();
    let guard = email.as_ref().map(|email| address::guard(&mut asking, email, look));
    let owner = email.as_ref().map(|email| owner(&mut asking, email.key()));
    let holders = email.as_ref().map(|email| holders(&mut asking, email));
    let identity = identity.as_ref().map(|identity| identity::state(&mut asking, identity));
    let keeper = scope.credential.as_ref().map(|credential| passkey::owner(&mut asking, credential));
    let presented = scope.session.as_ref().map(|digest| account::session(&mut asking, digest));
    let bounded = email.is_some() || matches!(scope.numbers, Numbers::Undo | Numbers::NotMe);
    let looked_at = bounded.then(|| asking.clock(tx.clock_moved_by()));
    let answers = asking.together(tx).await?;
    let keeper = answers.maybe(keeper)?;
    let state = |(credential, owner)| CredentialState { credential, owner };
    Ok(Named {
        flow,
        trip,
        email,
        guard: answers.maybe(guard)?.flatten(),
        network: None,
        owner: answers.maybe(owner)?.flatten(),
        holders: answers.maybe(holders)?.unwrap_or_default(),
        identity: identity.map(|asked| asked.read(&answers)).transpose()?,
        credential: scope.credential.clone().zip(keeper).map(state),
        presented: answers.maybe(presented)?.flatten(),
        looked_at: answers.maybe(looked_at)?,
    })
}

/// Wrong codes from a network; `None` where none are counted.
async fn tries(tx: &mut dyn Tx, network: &Line, hold: Hold) -> Result<Option<NetworkTries>, Fault> {
    let mut found = one(tx, |asking| address::network(asking, network, hold.look())).await?;
    if hold == Hold::Rows && found.is_none() {
        found = one(tx, |asking| address::network(asking, network, Look::Making)).await?;
    }
    // A row that was made to be locked counts nothing.
    Ok(found.filter(|tries| tries.wrong > 0))
}

/// What was issued for an address, asked for.
struct Issued {
    challenges: Asked<Vec<Challenge>>,
    numbers: AskedNumbers,
}

impl Issued {
    fn ask(asking: &mut Questions, email: &Email, (scope, early): (&Scope, Instant)) -> Self {
        let challenges = address::challenges(asking, email, day_before(early));
        Self { challenges, numbers: number::of_address(asking, email, scope.numbers, early) }
    }

    fn read(self, answers: &Answers, now: Instant) -> Result<(Vec<Challenge>, Vec<Number>), Fault> {
        let mut challenges = answers.read(self.challenges)?;
        challenges.retain(|challenge| challenge.issued_at > day_before(now));
        Ok((challenges, self.numbers.read(answers, now)?))
    }
}

fn address_of(
    email: Email,
    guard: Guard,
    (owner, holders): (Option<(AccountId, Email)>, Vec<Holder>),
    (challenges, numbers): (Vec<Challenge>, Vec<Number>),
) -> AddressState {
    let Guard { guesses, code_tries, cooling_until } = guard;
    let (owner, stored) = owner.unzip();
    AddressState {
        email,
        owner,
        stored,
        holders,
        guesses,
        code_tries,
        cooling_until,
        challenges,
        numbers,
    }
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
fn in_question(scope: &Scope, named: &Named) -> Option<AccountId> {
    if scope.account.is_some() {
        return scope.account;
    }
    if scope.identity.is_some() {
        return named.identity.as_ref().and_then(|state| state.owner);
    }
    if scope.credential.is_some() {
        return named.credential.as_ref().and_then(|state| state.owner);
    }
    let owner = named.owner.as_ref().map(|(owner, _)| *owner);
    if scope.address.is_some() {
        return owner;
    }
    if scope.flow.is_some() {
        let bound = named.flow.as_ref().and_then(|flow| flow.bound).map(|bound| bound.account);
        return bound.or(owner);
    }
    named.presented.as_ref().map(|session| session.account)
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

/// A clock that is read twice may have been set back in between, by no more than this.
const CLOCK_STEPS: Millis = Millis::minutes(1);

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
