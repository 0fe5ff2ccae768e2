//! Google, Apple or another OpenID provider: signing in, registering, adding, showing it again (R-REG-4 and 5,
//! R-SIGNIN, R-METHOD-2 to 4).
//!
//! ```text
//!  trip ──▶ identity known ─────────────────────▶ the door
//!       ├─▶ unknown, address free and vouched for ─▶ confirm ──▶ the account exists, signed in
//!       ├─▶ unknown, address not vouched for ──▶ code ──▶ confirm, or as below
//!       ├─▶ unknown, address on another account ─▶ offer: sign in there, then add it in one step
//!       └─▶ begun by a member: added, or shown again
//! ```
//!
//! An identity is found by issuer and subject alone; equal addresses never join two accounts (I19). A trip is used
//! once, by the browser that began it. Nothing here makes an account without the person's confirmation.

use crate::command::{TripErrand, TypedCode};
use crate::email::Email;
use crate::event::{Event, SessionCause};
use crate::identity::Provider;
use crate::ledger::Ledger;
use crate::outcome::{AddressNeed, IdentityNeeds, Outcome, Reason};
use crate::rules::codes::{self, Asked};
use crate::rules::{admit, guess_limit, link, register, session, withdraw};
use crate::snapshot::{
    Account, Addressed, Bound, ChallengeKind, Flow, Intent, Method, Purpose, Relay, Session,
    SessionKind, Shown, Stage, Trip, Vouched,
};
use crate::values::{AccountId, Digest, Instant, Line};

/// Begins a trip.
pub(crate) fn begin(
    ledger: &mut Ledger<'_>,
    provider: Provider,
    errand: TripErrand,
    next: &Line,
) -> Result<Outcome, Reason> {
    let intent = match errand {
        TripErrand::SignIn => Intent::SignIn,
        TripErrand::Link => {
            let (session, account) = session::freshly_proved(ledger)?;
            if account.link(provider).is_some() {
                return Err(Reason::ProviderTaken);
            }
            Intent::Link(bound(session, account))
        }
        TripErrand::Prove => {
            let (session, account) = session::signed_in(ledger)?;
            account.link(provider).ok_or(Reason::NotFound)?;
            Intent::Prove(bound(session, account))
        }
    };
    let (now, draws) = (ledger.now(), ledger.context().draws);
    let trip = Trip {
        state: draws.trip_state,
        browser: draws.trip_browser,
        provider,
        intent,
        next: next.clone(),
        started_at: now,
        expires_at: now.plus(ledger.policy().trip_life),
    };
    ledger.record(Event::TripStarted { trip });
    Ok(Outcome::Done)
}

/// The trip has brought nothing.
pub(crate) fn abandon(ledger: &mut Ledger<'_>, browser: Digest) -> Result<Outcome, Reason> {
    let trip = own_trip(ledger, browser)?;
    ledger.record(Event::TripEnded { state: trip.state });
    Ok(Outcome::Done)
}

/// Comes back from a trip with an identity.
pub(crate) fn arrive(
    ledger: &mut Ledger<'_>,
    browser: Digest,
    shown: &Shown,
    kind: SessionKind,
) -> Result<Outcome, Reason> {
    let trip = own_trip(ledger, browser)?;
    if trip.provider != shown.provider {
        return Err(Reason::TripGone);
    }
    let state = ledger.snapshot().identity.as_ref().ok_or(Reason::Mismatched)?;
    if state.identity != shown.identity {
        return Err(Reason::Mismatched);
    }
    let owner = state.owner;
    if trip.intent == Intent::SignIn && !sees_own_address(ledger, owner, shown) {
        return Ok(Outcome::Stale);
    }
    ledger.record(Event::TripEnded { state: trip.state });
    match (trip.intent, owner) {
        (Intent::SignIn, Some(owner)) => sign_in(ledger, owner, shown, kind),
        (Intent::SignIn, None) => meet(ledger, shown),
        (Intent::Link(bound), _) => join(ledger, bound, shown),
        (Intent::Prove(bound), _) => prove(ledger, bound, shown),
    }
}

/// The trip that came back, if it is this browser's and its time is not over. Another browser's stays as it is.
fn own_trip(ledger: &Ledger<'_>, browser: Digest) -> Result<Trip, Reason> {
    let trip = ledger.snapshot().trip.as_ref();
    let own = trip.filter(|trip| trip.browser == browser && ledger.now() < trip.expires_at);
    own.cloned().ok_or(Reason::TripGone)
}

/// For a known identity the address in question is the account's own, whose lock may refuse; for an unknown one it is
/// the address that the provider names, which may be somebody's. Where there is none, another that the browser was busy
/// with does no harm: no lock of it is the account's.
fn sees_own_address(ledger: &Ledger<'_>, owner: Option<AccountId>, shown: &Shown) -> bool {
    let wanted = match owner {
        Some(_) => ledger.account().and_then(|account| account.email.as_ref()).map(|m| &m.email),
        None => shown.address.as_ref(),
    };
    let seen = ledger.snapshot().address.as_ref().map(|address| &address.email);
    match (wanted, seen) {
        (Some(wanted), Some(seen)) => wanted.same_as(seen),
        (Some(_), None) => false,
        // What the browser was in the middle of may have brought an address along; nothing is asked of it.
        (None, _) => true,
    }
}

fn sign_in(
    ledger: &mut Ledger<'_>,
    owner: AccountId,
    shown: &Shown,
    kind: SessionKind,
) -> Result<Outcome, Reason> {
    let account = ledger.account().filter(|account| account.id == owner).ok_or(Reason::Mismatched)?;
    let link = own_link(account, shown).ok_or(Reason::Mismatched)?;
    let method = Method::Provider(link.provider);
    if link.held_at.is_some() {
        ledger.record(Event::SignInRefused { account: owner, method });
        return Err(Reason::MethodHeld);
    }
    admit::admit(ledger, method, kind, SessionCause::SignedIn)
}

fn own_link<'a>(account: &'a Account, shown: &Shown) -> Option<&'a crate::snapshot::Link> {
    account.links.iter().find(|link| link.identity == shown.identity)
}

/// An identity that nobody has: what is needed for an account with it, or whose account it may join.
fn meet(ledger: &mut Ledger<'_>, shown: &Shown) -> Result<Outcome, Reason> {
    let vouched = shown.vouched == Vouched::Yes && shown.address.is_some();
    if vouched && let Some(owner) = whose_address(ledger) {
        return Ok(offer(ledger, owner, shown));
    }
    register::require_open(ledger)?;
    let until = ledger.now().plus(ledger.policy().code_life);
    let stage = if vouched { Stage::Proven } else { Stage::Address };
    let flow = Flow { stage, ..new_flow(ledger, Purpose::RegisterIdentity, shown, until) };
    start(ledger, flow);
    let address = if vouched { AddressNeed::Proven } else { AddressNeed::Code };
    let former = withdraw::identity_former(ledger);
    Ok(Outcome::IdentityFree(IdentityNeeds { until, address, former }))
}

/// Whose account the address in question is on, by any method.
fn whose_address(ledger: &Ledger<'_>) -> Option<AccountId> {
    let address = ledger.snapshot().address.as_ref()?;
    address.owner.or_else(|| address.holders.first().map(|holder| holder.account))
}

/// Nothing is joined: the identity waits for the account to sign in (R-REG-5).
fn offer(ledger: &mut Ledger<'_>, owner: AccountId, shown: &Shown) -> Outcome {
    let until = ledger.now().plus(ledger.policy().offer_life);
    let flow = Flow { waits_for: Some(owner), ..new_flow(ledger, Purpose::Offer, shown, until) };
    start(ledger, flow);
    Outcome::OfferMade { until }
}

/// A flow with a proven identity in hand.
fn new_flow(ledger: &Ledger<'_>, purpose: Purpose, shown: &Shown, expires_at: Instant) -> Flow {
    Flow {
        digest: ledger.context().draws.flow_digest,
        purpose,
        email: shown.address.clone(),
        shown: Some(shown.clone()),
        waits_for: None,
        stage: Stage::Proven,
        wrong: 0,
        started_at: ledger.now(),
        expires_at,
        bound: None,
        grant: None,
    }
}

fn start(ledger: &mut Ledger<'_>, flow: Flow) {
    codes::end_presented_flow(ledger);
    ledger.record(Event::FlowStarted { flow });
}

/// A member adds the identity. Where the proof has grown old on the way, it is asked for once more and nothing is
/// lost.
fn join(ledger: &mut Ledger<'_>, begun: Bound, shown: &Shown) -> Result<Outcome, Reason> {
    let (session, account) = session::signed_in(ledger).map_err(|_| Reason::TripGone)?;
    if bound(session, account) != begun {
        return Err(Reason::TripGone);
    }
    match link::add(ledger, shown) {
        Err(Reason::ProofStale) => {
            let until = ledger.now().plus(ledger.policy().offer_life);
            let flow = new_flow(ledger, Purpose::Offer, shown, until);
            start(ledger, Flow { bound: Some(begun), ..flow });
            Ok(Outcome::OfferMade { until })
        }
        other => other,
    }
}

/// A member shows the method again: the same identity, in the same session (R-METHOD-3).
fn prove(ledger: &mut Ledger<'_>, begun: Bound, shown: &Shown) -> Result<Outcome, Reason> {
    let (session, account) = session::signed_in(ledger).map_err(|_| Reason::TripGone)?;
    if bound(session, account) != begun {
        return Err(Reason::TripGone);
    }
    let (session, id) = (session.id, account.id);
    let link = own_link(account, shown).ok_or(Reason::WrongIdentity)?;
    if link.held_at.is_some() {
        return Err(Reason::MethodHeld);
    }
    let (at, method) = (ledger.now(), Method::Provider(link.provider));
    ledger.record(Event::SessionProved { account: id, session, method, at });
    Ok(Outcome::Fresh { until: at.plus(ledger.policy().fresh) })
}

/// Adds the identity in hand: the account that it waited for has signed in (R-REG-5).
pub(crate) fn accept_offer(ledger: &mut Ledger<'_>) -> Result<Outcome, Reason> {
    let flow = codes::live_flow(ledger, Purpose::Offer)?;
    let (session, account) = session::freshly_proved(ledger)?;
    if flow.bound != Some(bound(session, account)) {
        return Err(Reason::FlowGone);
    }
    let shown = flow.shown.ok_or(Reason::FlowGone)?;
    ledger.record(Event::FlowEnded { flow: flow.digest });
    link::add(ledger, &shown)
}

/// Asks for a code at an address, where the provider vouches for none (R-REG-4).
pub(crate) fn ask_address(ledger: &mut Ledger<'_>, email: &Email) -> Result<Outcome, Reason> {
    register::require_open(ledger)?;
    let flow = codes::live_flow(ledger, Purpose::RegisterIdentity)?;
    let shown = flow.shown.ok_or(Reason::FlowGone)?;
    let asked =
        Asked { shown: Some(shown), ..Asked::plain(Purpose::RegisterIdentity, ChallengeKind::Code) };
    let flow = codes::ask(ledger, email, asked)?;
    Ok(Outcome::CodeAsked { expires_at: flow.expires_at })
}

/// Enters that code. An address that is on another account makes an offer of it (R-REG-5).
pub(crate) fn verify_address(ledger: &mut Ledger<'_>, code: TypedCode) -> Result<Outcome, Reason> {
    let flow = codes::live_flow(ledger, Purpose::RegisterIdentity)?;
    let former = withdraw::identity_former(ledger);
    if flow.stage == Stage::Proven {
        // The answer hands out a secret: a flow that has it goes on where this one was.
        let shown = flow.shown.ok_or(Reason::FlowGone)?;
        let until = flow.expires_at;
        let again = new_flow(ledger, Purpose::RegisterIdentity, &shown, until);
        start(ledger, again);
        return Ok(Outcome::IdentityFree(IdentityNeeds {
            until,
            address: AddressNeed::Proven,
            former,
        }));
    }
    if flow.stage != Stage::Code {
        return Err(Reason::FlowElsewhere);
    }
    codes::attempt(ledger, &flow, code)?;
    let email = flow.email.clone().ok_or(Reason::Mismatched)?;
    guess_limit::set_back(ledger, &email)?;
    let shown = flow.shown.clone().ok_or(Reason::FlowGone)?;
    let proven = proven_by_code(shown, &email);
    if let Some(owner) = whose_address(ledger) {
        return Ok(offer(ledger, owner, &proven));
    }
    let until = ledger.now().plus(ledger.policy().code_life);
    let flow = new_flow(ledger, Purpose::RegisterIdentity, &proven, until);
    start(ledger, flow);
    let address = AddressNeed::Proven;
    Ok(Outcome::IdentityFree(IdentityNeeds { until, address, former }))
}

fn proven_by_code(shown: Shown, email: &Email) -> Shown {
    let named = shown.address.as_ref().is_some_and(|address| address.same_as(email));
    let relay = if named { shown.relay } else { Relay::Own };
    Shown { address: Some(email.clone()), vouched: Vouched::Yes, relay, ..shown }
}

/// Has an account with the identity in hand, and is signed in (R-REG-4).
pub(crate) fn register(
    ledger: &mut Ledger<'_>,
    display_name: &Line,
    terms: Option<&Line>,
    kind: SessionKind,
) -> Result<Outcome, Reason> {
    register::require_open(ledger)?;
    let flow = codes::live_flow(ledger, Purpose::RegisterIdentity)?;
    let shown = flow.shown.clone().filter(|_| flow.stage == Stage::Proven);
    let shown = shown.ok_or(Reason::FlowElsewhere)?;
    register::require_terms(ledger, terms)?;
    let state = ledger.snapshot().identity.as_ref().ok_or(Reason::Mismatched)?;
    let identity_taken = state.owner.is_some();
    ledger.record(Event::FlowEnded { flow: flow.digest });
    if identity_taken {
        return Err(Reason::IdentityTaken);
    }
    if whose_address(ledger).is_some() {
        return Err(Reason::AddressTaken);
    }
    let now = ledger.now();
    let link = link::new_link(&shown, now, None);
    let contact = Addressed::Provider(shown.provider);
    let account = Account {
        display_name: display_name.clone(),
        links: alloc::vec![link],
        ..register::new_account(ledger, contact)
    };
    ledger.record(Event::AccountCreated { account });
    admit::admit(ledger, Method::Provider(shown.provider), kind, SessionCause::Registered)
}

fn bound(session: &Session, account: &Account) -> Bound {
    Bound { account: account.id, epoch: account.epoch, session: Some(session.id) }
}
