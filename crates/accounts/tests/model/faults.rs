//! Planted faults: the production rules, bent in one place, to see that the laws notice.
//!
//! Each bends what goes into `decide` or what comes out of it. The production code is never touched.

use super::slices;
use super::words::Slice;
use accounts::{
    Command, Context, Decision, Event, Instant, Outcome, Snapshot, Stage, Ticket, TypedCode, decide,
};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Fault {
    /// A guess is counted when it has been evaluated, not before.
    CountAfterHashing,
    /// A guess that nobody settles is forgotten when it lapses.
    AbandonedGuessIsFree,
    /// What a refused guess must leave behind is lost.
    WrongGuessNotCounted,
    /// The right password lifts a lock.
    RightPasswordLiftsLock,
    /// The lock refuses the owner's known device too.
    LockRefusesKnownDevice,
    /// A lock refuses guesses to come, but not those already paid for.
    LockIgnoredAtSettling,
    /// A proof against a replaced password is accepted.
    StaleProofAccepted,
    /// A code stays good after it was used.
    CodeUsableTwice,
    /// A code of any address proves this one.
    CodeOfAnotherAddress,
    /// A code still works at the instant of its end.
    CodeWorksAtItsEnd,
    /// Asking for a new code gives new tries.
    TriesResetByAsking,
    /// The account is made before the address is proven.
    AccountBeforeCode,
    /// Nobody looks whether the address has been taken meanwhile.
    AddressTakenTwice,
    /// The password way forgets to ask about a suspension.
    SuspensionIgnored,
    /// Lifting a lock lifts a suspension.
    UnlockResumes,
    /// Changing the password leaves the other sessions.
    SessionsKept,
    /// Any session will do for a fresh proof.
    ProofNotAskedFor,
    /// Guesses that lapsed before an unlock still count after it.
    LapsedGuessesOutliveUnlock,
    /// Signing in leaves what the browser had pending.
    PendingFlowKept,
    /// The mail is not written.
    MailForgotten,
    /// The activity line is not written.
    LineForgotten,
}

impl Fault {
    pub(crate) const ALL: [Self; 21] = [
        Self::CountAfterHashing,
        Self::AbandonedGuessIsFree,
        Self::WrongGuessNotCounted,
        Self::RightPasswordLiftsLock,
        Self::LockRefusesKnownDevice,
        Self::LockIgnoredAtSettling,
        Self::StaleProofAccepted,
        Self::CodeUsableTwice,
        Self::CodeOfAnotherAddress,
        Self::CodeWorksAtItsEnd,
        Self::TriesResetByAsking,
        Self::AccountBeforeCode,
        Self::AddressTakenTwice,
        Self::SuspensionIgnored,
        Self::UnlockResumes,
        Self::SessionsKept,
        Self::ProofNotAskedFor,
        Self::LapsedGuessesOutliveUnlock,
        Self::PendingFlowKept,
        Self::MailForgotten,
        Self::LineForgotten,
    ];
}

impl Fault {
    /// The law that finds it.
    pub(crate) fn law(self) -> &'static str {
        match self {
            Self::CountAfterHashing | Self::AbandonedGuessIsFree | Self::WrongGuessNotCounted => "I5",
            Self::RightPasswordLiftsLock => "I8",
            Self::LockRefusesKnownDevice => "R-LOCK-4",
            Self::LockIgnoredAtSettling => "I6",
            Self::StaleProofAccepted => "I14",
            Self::CodeUsableTwice => "I9",
            Self::CodeOfAnotherAddress => "I10",
            Self::CodeWorksAtItsEnd => "I11",
            Self::TriesResetByAsking => "I12",
            Self::AccountBeforeCode => "I20",
            Self::AddressTakenTwice => "I4",
            Self::SuspensionIgnored => "I33",
            Self::UnlockResumes => "I7",
            Self::SessionsKept => "I16",
            Self::ProofNotAskedFor => "I28",
            Self::LapsedGuessesOutliveUnlock => super::ways_in::L3_UNLOCKED,
            Self::PendingFlowKept => "R-SIGNIN-7",
            Self::MailForgotten => "I39",
            Self::LineForgotten => "I31",
        }
    }

    /// The slice that finds it.
    pub(crate) fn slice(self) -> Slice {
        match self {
            Self::CountAfterHashing
            | Self::AbandonedGuessIsFree
            | Self::WrongGuessNotCounted
            | Self::RightPasswordLiftsLock
            | Self::LockRefusesKnownDevice
            | Self::LapsedGuessesOutliveUnlock
            | Self::MailForgotten
            | Self::LineForgotten => slices::password_and_lock(),
            Self::LockIgnoredAtSettling => slices::devices(),
            Self::CodeOfAnotherAddress | Self::AccountBeforeCode | Self::AddressTakenTwice => {
                slices::registration()
            }
            Self::CodeUsableTwice | Self::CodeWorksAtItsEnd | Self::TriesResetByAsking => {
                slices::codes()
            }
            Self::StaleProofAccepted | Self::SessionsKept | Self::ProofNotAskedFor => {
                slices::change_in_flight()
            }
            Self::SuspensionIgnored | Self::UnlockResumes => slices::suspension(),
            Self::PendingFlowKept => slices::member(),
        }
    }
}

pub(crate) fn decide_with(
    fault: Option<Fault>,
    snapshot: &Snapshot,
    command: &Command,
    context: &Context<'_>,
) -> Decision {
    let Some(fault) = fault else {
        return decide(snapshot, command, context);
    };
    let (mut snapshot, mut command, mut context) = (snapshot.clone(), command.clone(), *context);
    bend_before(fault, &mut snapshot, &mut command, &mut context);
    let mut decision = decide(&snapshot, &command, &context);
    bend_after(fault, &snapshot, &command, &mut decision);
    decision
}

fn bend_before(
    fault: Fault,
    snapshot: &mut Snapshot,
    command: &mut Command,
    context: &mut Context<'_>,
) {
    match (fault, command) {
        (Fault::CountAfterHashing, Command::SignIn { guess, .. }) => {
            let lane = snapshot.device.map_or(accounts::Lane::Strangers, accounts::Lane::Device);
            if let Some(address) = snapshot.address.as_mut() {
                address.guesses.tickets.push(Ticket { id: guess.ticket, lane, taken_at: context.now });
            }
        }
        (Fault::AbandonedGuessIsFree, _) => {
            let lapsed = context.now.minus(context.policy.ticket_life);
            if let Some(address) = snapshot.address.as_mut() {
                address.guesses.tickets.retain(|ticket| ticket.taken_at > lapsed);
            }
        }
        (Fault::LockRefusesKnownDevice, Command::PayGuess { .. }) => snapshot.device = None,
        (Fault::LockIgnoredAtSettling, Command::SignIn { .. }) => {
            if let Some(address) = snapshot.address.as_mut() {
                address.guesses.locked_at = None;
            }
        }
        (Fault::StaleProofAccepted, Command::SignIn { guess, .. }) => {
            let current = snapshot.account.as_ref().and_then(|account| account.password());
            guess.against = current.map(|password| password.version);
        }
        (Fault::CodeOfAnotherAddress, Command::VerifyRegistration { code: TypedCode::Matches(id) }) => {
            let challenges = snapshot.address.iter().flat_map(|address| &address.challenges);
            *id = challenges.filter(|c| c.spent_at.is_none()).map(|c| c.id).next_back().unwrap_or(*id);
        }
        (Fault::CodeWorksAtItsEnd, Command::VerifyRegistration { .. }) => {
            context.now = Instant(context.now.0 - 1);
        }
        (Fault::TriesResetByAsking, Command::RegisterByEmail { .. }) => {
            snapshot.flow.iter_mut().for_each(|flow| flow.wrong = 0);
        }
        (Fault::AccountBeforeCode, Command::CompleteRegistration { .. }) => {
            snapshot.flow.iter_mut().for_each(|flow| flow.stage = Stage::Proven);
        }
        (Fault::AddressTakenTwice, Command::CompleteRegistration { .. }) => {
            snapshot.address.iter_mut().for_each(|address| address.owner = None);
        }
        (Fault::SuspensionIgnored, Command::SignIn { .. }) => {
            snapshot.account.iter_mut().for_each(|account| account.suspended = None);
        }
        (Fault::ProofNotAskedFor, Command::ChangePassword { .. }) => {
            snapshot.presented.iter_mut().for_each(|session| session.proved_at = context.now);
        }
        _ => {}
    }
}

fn bend_after(fault: Fault, before: &Snapshot, command: &Command, decision: &mut Decision) {
    match (fault, command) {
        (Fault::CountAfterHashing, Command::PayGuess { .. }) => decision.events.clear(),
        (Fault::WrongGuessNotCounted, Command::SignIn { .. } | Command::ProveFresh { .. }) => {
            let known = before.address.as_ref().map(|address| address.guesses.clone());
            for event in &mut decision.events {
                if let (Event::GuessesCounted { limit, .. }, Some(known)) = (event, &known) {
                    let tickets = limit.tickets.clone();
                    *limit = accounts::GuessLimit { tickets, ..known.clone() };
                }
            }
        }
        (Fault::RightPasswordLiftsLock, Command::SignIn { .. }) => {
            if matches!(decision.outcome, Outcome::Welcome(_)) {
                for event in &mut decision.events {
                    if let Event::GuessesCounted { limit, .. } = event {
                        (limit.wrong, limit.locked_at) = (0, None);
                    }
                }
            }
        }
        (Fault::CodeUsableTwice, _) => {
            decision.events.retain(|event| !matches!(event, Event::ChallengeSpent { .. }));
        }
        (Fault::UnlockResumes, Command::Unlock { .. }) => {
            let resumed = before.account.iter().map(|account| Event::Resumed { account: account.id });
            decision.events.extend(resumed);
        }
        (Fault::LapsedGuessesOutliveUnlock, Command::Unlock { .. }) => {
            let tickets = before.address.iter().flat_map(|address| address.guesses.tickets.clone());
            let tickets = tickets.collect::<Vec<_>>();
            for event in &mut decision.events {
                if let Event::GuessesCounted { limit, .. } = event {
                    limit.tickets.clone_from(&tickets);
                }
            }
        }
        (Fault::PendingFlowKept, Command::SignIn { .. }) => {
            decision.events.retain(|event| !matches!(event, Event::FlowEnded { .. }));
        }
        (Fault::SessionsKept, Command::ChangePassword { .. }) => {
            decision.events.retain(|event| !matches!(event, Event::SessionEnded { .. }));
            decision.activities.retain(|line| line.kind != accounts::ActivityKind::SessionEnded);
        }
        (Fault::MailForgotten, Command::SignIn { .. }) => decision.mails.clear(),
        (Fault::LineForgotten, Command::SignIn { .. }) => decision.activities.clear(),
        _ => {}
    }
}
