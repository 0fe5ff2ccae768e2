//! Event to rows: the one place where state is changed, by one total match over the events.
//!
//! Each event becomes the rows that `apply` would make of it: that the two never part is a test over both engines. The
//! activity lines and mails of the decision go into the same transaction. No event may be passed over by a wildcard.

mod account;
mod address;
mod grant;
mod identity;
mod notices;
mod number;
mod passkey;

use accounts::{Decision, DecisionId, Event, Instant, Snapshot};

use crate::driver::{Statement, Tx};
use crate::fault::Fault;
use crate::{changed, outgoing, suppressed};

/// Writes all that a decision says that was made on this snapshot.
pub(crate) async fn all(
    tx: &mut dyn Tx,
    (id, now): (DecisionId, Instant),
    snapshot: &Snapshot,
    decision: &Decision,
) -> Result<(), Fault> {
    counts_where_it_looked(snapshot, decision)?;
    for event in &decision.events {
        write(tx, now, event).await?;
    }
    changed::note(tx, now, decision).await?;
    for (n, activity) in (0_i64..).zip(&decision.activities) {
        notices::activity(tx, id, n, activity).await?;
    }
    for (n, mail) in (0_i64..).zip(&decision.mails) {
        notices::mail(tx, id, n, now, mail).await?;
    }
    for (n, announcement) in (0_i64..).zip(&decision.announcements) {
        outgoing::write(tx, (id, n), now, announcement).await?;
    }
    Ok(())
}

/// A count at an address stands in its guard, which loading it under lock has made and locked: anywhere else it would find no
/// row, and be lost.
fn counts_where_it_looked(snapshot: &Snapshot, decision: &Decision) -> Result<(), Fault> {
    let loaded = snapshot.address.as_ref().map(|address| address.email.key());
    for event in &decision.events {
        let (Event::GuessesCounted { email, .. }
        | Event::CodeTriesCounted { email, .. }
        | Event::ResetCoolingDown { email, .. }) = event
        else {
            continue;
        };
        if loaded != Some(email.key()) {
            return Err(Fault::Bug(
                "an address was counted at that the decision had not loaded".to_owned(),
            ));
        }
    }
    Ok(())
}

async fn write(tx: &mut dyn Tx, now: Instant, event: &Event) -> Result<(), Fault> {
    match event {
        Event::MailRead { email } => suppressed::read_there(tx, email).await,
        Event::GuessesCounted { email, limit } => address::guesses(tx, email, limit, now).await,
        Event::CodeTriesCounted { email, tries } => address::codes(tx, email, tries, now).await,
        Event::NetworkTriesCounted { tries } => address::network(tx, tries).await,
        Event::ChallengeIssued { email, challenge: c, .. } => address::challenge(tx, email, c).await,
        Event::ChallengeSpent { email: _, challenge, at } => address::spent(tx, *challenge, *at).await,
        Event::FlowStarted { .. }
        | Event::FlowTried { .. }
        | Event::FlowProven { .. }
        | Event::FormOpened { .. }
        | Event::FlowBound { .. }
        | Event::FlowEnded { .. } => address::about_flows(tx, event).await,
        Event::ResetCoolingDown { email, until } => address::cooling(tx, email, *until, now).await,
        Event::NumberIssued { .. }
        | Event::NumberSpent { .. }
        | Event::NumbersVoided { .. }
        | Event::ChangeNoted { .. }
        | Event::ChangesUndone { .. }
        | Event::PicturesCut { .. } => number::write(tx, event).await,
        Event::EmailChanged { .. }
        | Event::EmailReached { .. }
        | Event::EmailAdded { .. }
        | Event::EmailRemoved { .. }
        | Event::ContactChanged { .. }
        | Event::LostNoted { .. } => account::about_methods(tx, event).await,
        Event::LinkAdded { .. }
        | Event::LinkRemoved { .. }
        | Event::LinkChanged { .. }
        | Event::IdentityFreed { .. }
        | Event::MethodsPutBack { .. }
        | Event::Withdrawn { .. }
        | Event::Restored { .. }
        | Event::Erased { .. }
        | Event::TripStarted { .. }
        | Event::TripEnded { .. }
        | Event::ReportHeard { .. } => identity::write(tx, now, event).await,
        Event::PasskeyAdded { .. }
        | Event::PasskeyRemoved { .. }
        | Event::PasskeyRenamed { .. }
        | Event::PasskeyUsed { .. }
        | Event::PasskeyDeclined { .. }
        | Event::CeremonySpent { .. } => passkey::write(tx, event).await,
        Event::AccountCreated { account } => account::created(tx, account).await,
        Event::SessionStarted { .. }
        | Event::SessionEnded { .. }
        | Event::SessionSeen { .. }
        | Event::SessionProved { .. }
        | Event::DeviceKnown { .. }
        | Event::DeviceForgotten { .. } => account::about_sessions(tx, event).await,
        Event::Grant(event) => grant::write(tx, event).await,
        Event::PasswordSet { .. }
        | Event::PasswordVoided { .. }
        | Event::PendingCancelled { .. }
        | Event::ProfileChanged { .. }
        | Event::TermsAccepted { .. }
        | Event::Suspended { .. }
        | Event::Resumed { .. } => account::about_account(tx, event).await,
        // These say what happened; the change itself is another event's.
        Event::GuessFailed { account: _ }
        | Event::Locked { email: _, account: _, notice: _ }
        | Event::Unlocked { email: _, account: _ }
        | Event::TestMailAsked { account: _ }
        | Event::Exported { account: _ }
        | Event::PasskeyDoubted { account: _, passkey: _ }
        | Event::SignInRefused { account: _, method: _ } => Ok(()),
    }
}

/// The statements by which decisions are written.
pub(crate) fn statements() -> Vec<Statement> {
    [
        address::STATEMENTS,
        account::STATEMENTS,
        grant::STATEMENTS,
        identity::STATEMENTS,
        passkey::STATEMENTS,
        number::STATEMENTS,
        notices::STATEMENTS,
        changed::STATEMENTS,
    ]
    .concat()
}
