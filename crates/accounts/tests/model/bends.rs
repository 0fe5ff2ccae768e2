//! How the faults of passwords, locks and registrations are planted.

use accounts::{
    Command, Context, Decision, Event, Instant, Outcome, Snapshot, Stage, Ticket, TypedCode,
};

use super::faults::Fault;

pub(crate) fn before(
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
        (Fault::KnownDeviceRefusedAtSettling, Command::SignIn { .. }) => {
            snapshot.account.iter_mut().for_each(|account| account.devices.clear());
        }
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

pub(crate) fn after(fault: Fault, before: &Snapshot, command: &Command, decision: &mut Decision) {
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
        (Fault::RegistrationsCapped, Command::RegisterByEmail { .. })
            if before.address.as_ref().is_some_and(|address| address.challenges.len() >= 2) =>
        {
            decision.events.retain(|event| !matches!(event, Event::ChallengeIssued { .. }));
            decision.mails.clear();
        }
        (Fault::RegisteringTellsTaken, Command::RegisterByEmail { .. })
            if before.address.as_ref().is_some_and(|address| address.owner.is_some()) =>
        {
            decision.outcome = Outcome::Refused(accounts::Reason::AddressTaken);
        }
        (Fault::ChangeMailForgotten, Command::ChangePassword { .. }) => decision.mails.clear(),
        (Fault::LockMailForgotten, _) => decision.mails.clear(),
        (Fault::MailForgotten, Command::SignIn { .. }) => decision.mails.clear(),
        (Fault::LineForgotten, Command::SignIn { .. }) => decision.activities.clear(),
        (Fault::ExportLineForgotten, Command::NoteExport) => decision.activities.clear(),
        _ => {}
    }
}
