//! How the faults of passkeys are planted.

use accounts::{
    Account, ActivityKind, Command, Context, Decision, Event, Instant, Method, Millis, Outcome,
    Passkey, PasskeyId, Person, Reason, RemovalCause, Snapshot,
};

use super::bends_of_reset::drop_events;
use super::faults::Fault;

pub(crate) fn before(
    fault: Fault,
    snapshot: &mut Snapshot,
    command: &mut Command,
    context: &mut Context<'_>,
) {
    match command {
        Command::SignInPasskey { shown, .. } | Command::ProvePasskey { shown } => {
            match fault {
                Fault::QuestionWithoutEnd => shown.ceremony.expires_at = Instant(i64::MAX),
                Fault::SuspensionIgnoredForPasskeys => {
                    snapshot.account.iter_mut().for_each(|account| account.suspended = None);
                }
                _ => {}
            }
            let known = known(snapshot, shown.passkey);
            match (fault, known) {
                (Fault::CounterNotAsked, Some(known)) => known.counter = 0,
                (Fault::SyncingNotAsked, Some(known)) => known.backup = shown.backup,
                _ => {}
            }
        }
        Command::AddPasskey { made } => {
            let presented = snapshot.presented.as_mut();
            match (fault, presented) {
                (Fault::QuestionOfAnySession, Some(session)) => made.session = session.id,
                (Fault::PasskeyProofNotAskedFor, Some(session)) => session.proved_at = context.now,
                (Fault::UpgradeAfterAnything, Some(session)) => session.proved_by = Method::Email,
                (Fault::PersonNotAskedFor, _) => made.person = Person::Verified,
                (Fault::CredentialTakenTwice, _) => {
                    snapshot.credential.iter_mut().for_each(|state| state.owner = None);
                }
                _ => {}
            }
            bend_standing(fault, snapshot);
        }
        Command::RemovePasskey { .. } => {
            if let (Fault::KeyRemovalProofNotAskedFor, Some(session)) =
                (fault, snapshot.presented.as_mut())
            {
                session.proved_at = context.now;
            }
            bend_standing(fault, snapshot);
        }
        Command::ChangePassword { .. } => bend_standing(fault, snapshot),
        Command::Undo { .. } if fault == Fault::CredentialComesBackFromOthers => {
            snapshot.elsewhere.clear();
        }
        _ => {}
    }
}

fn known(snapshot: &mut Snapshot, id: PasskeyId) -> Option<&mut Passkey> {
    snapshot.account.as_mut()?.passkeys.iter_mut().find(|known| known.id == id)
}

fn bend_standing(fault: Fault, snapshot: &mut Snapshot) {
    match fault {
        Fault::RightAgainstAPasskey => {
            snapshot.presented.iter_mut().for_each(|session| session.proved_by = Method::Email);
        }
        Fault::AnyPasskeyIsOld => {
            let all = snapshot.account.iter_mut().flat_map(|account| &mut account.passkeys);
            all.for_each(|known| known.added.at = known.added.at.minus(Millis::days(30)));
        }
        _ => {}
    }
}

pub(crate) fn after(
    fault: Fault,
    (before, context): (&Snapshot, &Context<'_>),
    command: &Command,
    decision: &mut Decision,
) {
    match command {
        Command::SignInPasskey { .. } | Command::ProvePasskey { .. } | Command::AddPasskey { .. } => {
            unshow(fault, (before, context), command, decision);
        }
        Command::RemovePasskey { .. } if fault == Fault::KeyRemovalKeepsSessions => {
            drop_events(decision, |event| matches!(event, Event::SessionEnded { .. }));
        }
        Command::RemovePasskey { .. } if fault == Fault::KeyRemovalMailForgotten => {
            decision.mails.clear();
        }
        Command::RemovePasskey { .. } if fault == Fault::KeyRemovalLineForgotten => {
            decision.activities.retain(|line| line.kind != ActivityKind::MethodRemoved);
        }
        Command::RemoveMethod { .. } if fault == Fault::PasskeyKeepsAccount => {
            unkeep(before, decision);
        }
        Command::ReportNotMe { .. } if fault == Fault::NotMeKeepsPasskey => unremove(decision),
        Command::CompleteReset { .. } if fault == Fault::UntickedPasskeyStays => unremove(decision),
        Command::ReportNotMe { .. } if fault == Fault::OldNumberRevivesPasskey => uncut(decision),
        Command::CompleteReset { .. } if fault == Fault::OldNumberRevivesUnticked => uncut(decision),
        Command::Withdraw if fault == Fault::EndKeepsPasskey => {
            let kept = before.account.as_ref().and_then(|a| Some((a.id, a.passkeys.first()?.clone())));
            let ended = matches!(decision.outcome, Outcome::Withdrawn { .. });
            let kept = kept.filter(|_| ended);
            let kept = kept.map(|(account, passkey)| Event::PasskeyAdded { account, passkey });
            decision.events.extend(kept);
        }
        Command::Undo { .. } => un_undo(fault, before, decision),
        _ => {}
    }
}

fn uncut(decision: &mut Decision) {
    drop_events(decision, |event| matches!(event, Event::PicturesCut { .. }));
}

fn unremove(decision: &mut Decision) {
    drop_events(decision, |event| matches!(event, Event::PasskeyRemoved { .. }));
}

fn unshow(
    fault: Fault,
    (before, context): (&Snapshot, &Context<'_>),
    command: &Command,
    decision: &mut Decision,
) {
    let locked = before.address.as_ref().is_some_and(|address| address.guesses.locked_at.is_some());
    let signed_in = matches!(decision.outcome, Outcome::Welcome(_));
    match fault {
        Fault::QuestionAnsweredTwice => {
            drop_events(decision, |event| matches!(event, Event::CeremonySpent { .. }));
        }
        Fault::CounterForgotten => {
            drop_events(decision, |event| matches!(event, Event::PasskeyUsed { .. }));
        }
        Fault::ProvenByAnothersPasskey
            if matches!(command, Command::ProvePasskey { .. })
                && decision.outcome == Outcome::Refused(Reason::PasskeyUnknown) =>
        {
            let Some(session) = before.presented.as_ref() else { return };
            let (account, session, method) = (session.account, session.id, Method::Email);
            let at = context.now;
            decision.events.push(Event::SessionProved { account, session, method, at });
            decision.outcome = Outcome::Fresh { until: at };
        }
        Fault::LockRefusesPasskey if locked && signed_in => {
            decision.outcome = Outcome::Refused(Reason::Locked);
            decision.events.clear();
        }
        Fault::PasskeyLeavesPending if signed_in => {
            drop_events(decision, |event| matches!(event, Event::FlowEnded { .. }));
        }
        Fault::PasskeySignInNotTold if signed_in => decision.mails.clear(),
        Fault::DoubtLineForgotten => {
            decision.activities.retain(|line| line.kind != ActivityKind::PasskeyRefused);
        }
        Fault::PasskeyMailForgotten if matches!(decision.outcome, Outcome::PasskeyAdded(_)) => {
            decision.mails.clear();
        }
        Fault::PasskeyLineForgotten if matches!(decision.outcome, Outcome::PasskeyAdded(_)) => {
            decision.activities.clear();
        }
        _ => {}
    }
}

/// The last method with an address goes, because there is a passkey.
fn unkeep(before: &Snapshot, decision: &mut Decision) {
    let account = before.account.as_ref().filter(|account| !account.passkeys.is_empty());
    if let (Some(account), Outcome::Refused(Reason::LastAddressed)) = (account, &decision.outcome) {
        let (account, cause) = (account.id, RemovalCause::Member);
        decision.events.push(Event::EmailRemoved { account, cause });
        decision.outcome = Outcome::Done;
    }
}

fn un_undo(fault: Fault, before: &Snapshot, decision: &mut Decision) {
    let Some(account) = before.account.as_ref() else { return };
    for event in &mut decision.events {
        let Event::MethodsPutBack { methods, .. } = event else { continue };
        match fault {
            Fault::UndoLeavesPasskey | Fault::UndoKeepsHisPasskey => {
                let known = methods.passkeys.clone();
                let more = account.passkeys.iter().filter(|p| known.iter().all(|k| k.id != p.id));
                methods.passkeys.extend(more.cloned());
            }
            Fault::UndoForgetsPasskey => {
                methods.passkeys.retain(|known| account.passkey(known.id).is_some());
            }
            Fault::UndoTurnsCounterBack => turn_back(account, &mut methods.passkeys),
            _ => {}
        }
    }
}

/// As the first picture had it.
fn turn_back(account: &Account, passkeys: &mut [Passkey]) {
    let first = account.changes.first().map(|change| change.before.passkeys.as_slice());
    for known in passkeys {
        let then = first.unwrap_or_default().iter().find(|then| then.id == known.id);
        known.counter = then.map_or(known.counter, |then| then.counter);
    }
}
