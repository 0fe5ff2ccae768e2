//! How the faults of numbers, of the undo and of the change of address are planted.

use accounts::{
    ActivityKind, Change, ChangeKind, Command, Context, Decision, Email, Event, Methods, Number,
    NumberKind, Outcome, Purpose, Snapshot, Told, TypedCode, TypedNumber,
};

use super::bends_of_reset::{drop_events, sign_in};
use super::faults::Fault;

pub(crate) fn before(
    fault: Fault,
    snapshot: &mut Snapshot,
    command: &mut Command,
    context: &mut Context<'_>,
) {
    match command {
        Command::ReportNotMe { number, .. } | Command::Undo { number, .. } => {
            bend_number(fault, snapshot, number, context);
        }
        Command::ChangePassword { .. } if fault == Fault::RightWithoutStanding => {
            establish(snapshot);
        }
        Command::VerifyEmailChange { code } => bend_code(fault, snapshot, code, context),
        Command::AskReset { .. } if fault == Fault::NumberNotRepeated => forget_numbers(snapshot),
        Command::RegisterByEmail { .. } | Command::CompleteRegistration { .. }
            if fault == Fault::FormerAddressIsFree =>
        {
            forget_numbers(snapshot);
        }
        _ => {}
    }
}

fn forget_numbers(snapshot: &mut Snapshot) {
    snapshot.address.iter_mut().for_each(|address| address.numbers.clear());
}

fn establish(snapshot: &mut Snapshot) {
    if let Some(account) = snapshot.account.as_mut() {
        let created = account.created_at;
        account.email.iter_mut().for_each(|method| method.proven_at = created);
    }
}

fn bend_number(fault: Fault, snapshot: &mut Snapshot, typed: &TypedNumber, context: &mut Context<'_>) {
    let TypedNumber::Matches(id) = *typed else { return };
    let all = snapshot.address.iter_mut().flat_map(|address| &mut address.numbers);
    for number in all.filter(|number| number.id == id) {
        match fault {
            Fault::NumberUsableTwice => number.spent_at = None,
            Fault::NumberWorksAtItsEnd if context.now == number.expires_at => {
                context.now = accounts::Instant(context.now.0 - 1);
            }
            _ => {}
        }
    }
    if fault == Fault::NumberOfAnotherPage
        && let (Some(address), Some(account)) = (snapshot.address.as_mut(), &snapshot.account)
        && address.numbers.iter().all(|number| number.id != id)
    {
        // As if all numbers lay in one table without a kind.
        address.numbers.push(Number {
            id,
            kind: NumberKind::NotMe(context.draws.session),
            account: account.id,
            key: 1,
            issued_at: context.now,
            expires_at: context.now.plus(context.policy.not_me_life),
            spent_at: None,
        });
    }
}

fn bend_code(fault: Fault, snapshot: &mut Snapshot, code: &mut TypedCode, context: &Context<'_>) {
    match (fault, code) {
        (Fault::AnyCodeChangesAddress, TypedCode::Matches(id)) => {
            let all = snapshot.address.iter().flat_map(|address| &address.challenges);
            let good = all.filter(|c| c.purpose == Purpose::ChangeEmail && c.spent_at.is_none());
            *id = good.map(|code| code.id).next_back().unwrap_or(*id);
        }
        (Fault::SessionNotAskedFor, _) => {
            let session = snapshot.presented.as_ref().map(|session| session.id);
            let bound = snapshot.flow.as_mut().and_then(|flow| flow.bound.as_mut());
            bound.into_iter().for_each(|bound| bound.session = session);
        }
        (Fault::AddressProofNotAskedFor, _) => {
            snapshot.presented.iter_mut().for_each(|session| session.proved_at = context.now);
        }
        (Fault::RightWithoutStanding, _) => establish(snapshot),
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
        Command::ReportNotMe { .. } => unreport(fault, (before, context), decision),
        Command::Undo { .. } => un_undo(fault, (before, context), decision),
        Command::ChangePassword { .. } | Command::VerifyEmailChange { .. } => {
            unchange(fault, before, decision);
        }
        Command::AskEmailChange { email } if fault == Fault::AddressBeforeCode => {
            let (email, proven_at) = (email.clone(), context.now);
            let account = before.account.as_ref().map(|account| account.id);
            let asked = matches!(decision.outcome, Outcome::CodeAsked { .. });
            let changed = account.filter(|_| asked).map(|account| Event::EmailChanged {
                account,
                email,
                proven_at,
            });
            decision.events.extend(changed);
        }
        _ => {}
    }
}

fn unreport(fault: Fault, (before, context): (&Snapshot, &Context<'_>), decision: &mut Decision) {
    if decision.outcome != Outcome::TakenBack || decision.events.is_empty() {
        return;
    }
    match fault {
        Fault::NotMeSignsIn => sign_in(before, context, decision),
        Fault::NotMeKeepsPassword => {
            drop_events(decision, |event| matches!(event, Event::PasswordVoided { .. }));
        }
        Fault::NotMeKeepsDevices => {
            drop_events(decision, |event| matches!(event, Event::DeviceForgotten { .. }));
        }
        Fault::NotMeKeepsGrant => {
            drop_events(decision, |event| matches!(event, Event::PendingCancelled { .. }));
        }
        Fault::NotMeMailForgotten => decision.mails.clear(),
        Fault::NotMeLineForgotten => {
            decision.activities.retain(|line| line.kind != ActivityKind::NotMe);
        }
        _ => {}
    }
}

fn un_undo(fault: Fault, (before, context): (&Snapshot, &Context<'_>), decision: &mut Decision) {
    if decision.outcome != Outcome::TakenBack || decision.events.is_empty() {
        return;
    }
    match fault {
        Fault::YoungerNumbersSurvive => {
            drop_events(decision, |event| matches!(event, Event::NumbersVoided { .. }));
        }
        Fault::UndoKeepsSessions | Fault::UndoLeavesThief => {
            drop_events(decision, |event| matches!(event, Event::SessionEnded { .. }));
        }
        Fault::UndoKeepsGrant => {
            drop_events(decision, |event| matches!(event, Event::PendingCancelled { .. }));
        }
        Fault::UndoRevivesPassword => {
            drop_events(decision, |event| matches!(event, Event::PasswordVoided { .. }));
        }
        Fault::UndoForgetsAddress => {
            drop_events(decision, |event| matches!(event, Event::MethodsPutBack { .. }));
        }
        Fault::UndoMailForgotten => decision.mails.clear(),
        Fault::UndoLineForgotten => {
            decision.activities.retain(|line| line.kind != ActivityKind::Undone);
        }
        Fault::UndoIsAChange | Fault::UndoIsUndone => note_undo(before, context, decision),
        _ => {}
    }
}

/// The address that is taken away is told, with a number that brings it back.
fn note_undo(before: &Snapshot, context: &Context<'_>, decision: &mut Decision) {
    let Some(account) = before.account.as_ref() else { return };
    let Some(method) = account.email.as_ref() else { return };
    let (id, at) = (context.draws.change, context.now);
    let until = at.plus(context.policy.undo_life);
    let kind = ChangeKind::Email;
    let number = Number {
        id: context.draws.numbers[0],
        kind: NumberKind::Undo(id),
        account: account.id,
        key: 1,
        issued_at: at,
        expires_at: until,
        spent_at: None,
    };
    let told = vec![Told { to: method.email.clone(), number: Some(number.id) }];
    decision.events.push(Event::NumberIssued { email: method.email.clone(), number });
    let (by, before) = (None, Methods::of(account));
    let change = Change { id, kind, at, until, by, before };
    decision.events.push(Event::ChangeNoted { account: account.id, change, told });
}

fn unchange(fault: Fault, before: &Snapshot, decision: &mut Decision) {
    let new = before.flow.as_ref().and_then(|flow| flow.email.clone());
    match fault {
        Fault::RightForgotten => {
            drop_events(decision, |event| matches!(event, Event::NumberIssued { .. }));
            decision.mails.iter_mut().for_each(|mail| mail.number = None);
        }
        Fault::RightToNewAddress => {
            for event in &mut decision.events {
                if let (Event::NumberIssued { email, .. }, Some(new)) = (event, &new) {
                    *email = new.clone();
                }
            }
        }
        Fault::ChangeKeepsPending => {
            drop_events(decision, |event| matches!(event, Event::PendingCancelled { .. }));
        }
        Fault::OldAddressNotTold if new.is_some() => {
            let is_new = |to: &Email| new.as_ref().is_some_and(|new| new.same_as(to));
            decision.mails.retain(|mail| is_new(&mail.to));
        }
        Fault::AddressLineForgotten => {
            decision.activities.retain(|line| line.kind != ActivityKind::EmailChanged);
        }
        _ => {}
    }
}
