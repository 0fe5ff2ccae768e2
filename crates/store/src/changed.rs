//! Which accounts a decision has changed, so that no remembered session check outlives it (R-SESSION-2).
//!
//! One total match over the events, as in `write`: an event that changes what a session check answers must name its
//! account here. Changes are noted in the decision's own transaction and read by every node.

use accounts::{AccountId, Decision, Event, Instant, Millis};

use crate::driver::{Row, Statement, Tx};
use crate::fault::Fault;
use crate::sql;
use crate::text::{Read, bytes};

/// The accounts whose session checks a decision has changed, each once.
pub(crate) fn accounts(decision: &Decision) -> Vec<AccountId> {
    each_once(decision.events.iter())
}

fn each_once<'e>(events: impl Iterator<Item = &'e Event>) -> Vec<AccountId> {
    let mut all = Vec::new();
    for account in events.filter_map(changed) {
        if !all.contains(&account) {
            all.push(account);
        }
    }
    all
}

fn changed(event: &Event) -> Option<AccountId> {
    match event {
        Event::SessionEnded { account, .. }
        | Event::SessionSeen { account, .. }
        | Event::SessionProved { account, .. }
        | Event::PasswordSet { account, .. }
        | Event::PasswordVoided { account, .. }
        | Event::PendingCancelled { account, .. }
        | Event::ProfileChanged { account, .. }
        | Event::TermsAccepted { account, .. }
        | Event::Suspended { account, .. }
        | Event::Resumed { account }
        | Event::EmailChanged { account, .. }
        | Event::EmailAdded { account, .. }
        | Event::EmailRemoved { account, .. }
        | Event::ContactChanged { account, .. }
        | Event::LinkAdded { account, .. }
        | Event::LinkRemoved { account, .. }
        | Event::LinkChanged { account, .. }
        | Event::EmailReached { account, .. }
        | Event::MethodsPutBack { account, .. }
        | Event::LostNoted { account, .. }
        | Event::PasskeyDeclined { account, .. }
        | Event::PicturesCut { account, .. }
        | Event::Withdrawn { account, .. }
        | Event::Restored { account }
        | Event::Erased { account } => Some(*account),
        // Who was not there has not been seen; and what follows is no part of the answer.
        Event::AccountCreated { .. }
        | Event::SessionStarted { .. }
        | Event::DeviceKnown { .. }
        | Event::DeviceForgotten { .. }
        | Event::Grant(_)
        | Event::GuessesCounted { .. }
        | Event::GuessFailed { .. }
        | Event::Locked { .. }
        | Event::Unlocked { .. }
        | Event::CodeTriesCounted { .. }
        | Event::NetworkTriesCounted { .. }
        | Event::ChallengeIssued { .. }
        | Event::ChallengeSpent { .. }
        | Event::MailRead { .. }
        | Event::FlowStarted { .. }
        | Event::FlowTried { .. }
        | Event::FlowProven { .. }
        | Event::FormOpened { .. }
        | Event::FlowBound { .. }
        | Event::FlowEnded { .. }
        | Event::ResetCoolingDown { .. }
        | Event::NumberIssued { .. }
        | Event::NumberSpent { .. }
        | Event::NumbersVoided { .. }
        | Event::ChangeNoted { .. }
        | Event::ChangesUndone { .. }
        | Event::TripStarted { .. }
        | Event::TripEnded { .. }
        | Event::IdentityFreed { .. }
        | Event::PasskeyAdded { .. }
        | Event::PasskeyRemoved { .. }
        | Event::PasskeyRenamed { .. }
        | Event::PasskeyUsed { .. }
        | Event::PasskeyDoubted { .. }
        | Event::CeremonySpent { .. }
        | Event::ReportHeard { .. }
        | Event::TestMailAsked { .. }
        | Event::Exported { .. }
        | Event::SignInRefused { .. } => None,
    }
}

/// Notes for other nodes what a decision has changed. That a session was used is no news to them.
pub(crate) async fn note(tx: &mut dyn Tx, now: Instant, decision: &Decision) -> Result<(), Fault> {
    let used = |event: &&Event| matches!(event, Event::SessionSeen { .. });
    for account in each_once(decision.events.iter().filter(|event| !used(event))) {
        tx.tell(&NOTED, &[now.0.into(), bytes(&account.0)]).await?;
    }
    Ok(())
}

/// What was noted since an earlier reading, and when that was.
pub(crate) struct News {
    pub(crate) now: Instant,
    pub(crate) notes: Vec<(Instant, AccountId)>,
    /// There is more than was read.
    pub(crate) cut: bool,
}

/// Reads the notes from a little before `last` on, for what was noted then may have been committed since.
pub(crate) async fn news(tx: &mut dyn Tx, last: Option<Instant>) -> Result<News, Fault> {
    let now = tx.now().await.map(Instant)?;
    // The clock of a house in development can be moved; that of a machine can be set back.
    let since = last.map_or(now, |last| last.min(now)).minus(COMMITTED_WITHIN);
    let rows = tx.query(&SINCE, &[since.0.into(), MOST.into()]).await?;
    let read = |row: &Row| Ok((row.instant("at")?, AccountId(row.array("account_id")?)));
    let notes = rows.iter().map(read).collect::<Result<Vec<_>, Fault>>()?;
    let cut = i64::try_from(notes.len()).unwrap_or(i64::MAX) >= MOST;
    Ok(News { now, notes, cut })
}

/// A decision that reads its clock commits within this time: the limits of its statements see to it.
const COMMITTED_WITHIN: Millis = Millis::seconds(15);
/// How many notes one reading takes; with more, all is forgotten.
const MOST: i64 = 4_000;
/// How long notes are kept.
pub(crate) const KEPT: Millis = Millis::minutes(5);

pub(crate) const STATEMENTS: &[Statement] = &[NOTED, SINCE];

const NOTED: Statement = sql!("account/note_change", [Int, Bytes]);
const SINCE: Statement = sql!("account/changes_since", [Int, Int]);
