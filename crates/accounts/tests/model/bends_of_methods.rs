//! How the faults of providers, of methods and of an account's end are planted.

use accounts::{
    Account, Bound, ChallengeKind, Command, Context, Decision, Event, Instant, Intent, Link, Method,
    Millis, NumberKind, Outcome, Reason, RemovalCause, Snapshot, Stage, Trip, TypedNumber, Vouched,
};

use super::bends_of_reset::drop_events;
use super::faults::Fault;

pub(crate) fn before(
    fault: Fault,
    snapshot: &mut Snapshot,
    command: &mut Command,
    context: &mut Context<'_>,
) {
    let unproved = matches!(
        (fault, &*command),
        (
            Fault::LinkProofNotAskedFor,
            Command::BeginTrip { .. } | Command::Arrive { .. } | Command::AcceptOffer
        ) | (Fault::RemovalProofNotAskedFor, Command::RemoveMethod { .. })
            | (Fault::ContactProofNotAskedFor, Command::ChooseContact { .. })
            | (Fault::EndProofNotAskedFor, Command::Withdraw)
    );
    if unproved {
        snapshot.presented.iter_mut().for_each(|session| session.proved_at = context.now);
    }
    match command {
        Command::Arrive { .. } => bend_return(fault, snapshot, command, context),
        Command::AcceptOffer => bend_offer(fault, snapshot, context),
        Command::RegisterIdentity { .. } if fault == Fault::IdentityBeforeCode => {
            if let Some(flow) = snapshot.flow.as_mut() {
                flow.stage = Stage::Proven;
                flow.shown.iter_mut().for_each(|shown| shown.vouched = Vouched::Yes);
            }
        }
        Command::RegisterIdentity { .. } if fault == Fault::SecondAccountAtAnAddress => {
            if let Some(address) = snapshot.address.as_mut() {
                address.owner = None;
                address.holders.clear();
            }
        }
        Command::Undo { number, .. } => bend_number(fault, snapshot, number, context),
        Command::RestoreProven if fault == Fault::RestoringTakesFromOthers => {
            snapshot.elsewhere.clear();
        }
        Command::RestoreProven if fault == Fault::RestoredByAnybody => {
            snapshot.flow.iter_mut().for_each(|flow| flow.stage = Stage::Proven);
        }
        Command::Erase if fault == Fault::ErasedAtOnce => {
            let ended = snapshot.account.as_mut().and_then(|account| account.withdrawn.as_mut());
            ended.into_iter().for_each(|ended| ended.until = context.now);
        }
        Command::HearProvider { at, .. } if fault == Fault::FormerReportHeard => *at = context.now,
        Command::HearProvider { .. } if fault == Fault::ReportHeardTwice => snapshot.heard = None,
        Command::FollowAddress { .. } if fault == Fault::FollowsToAnothers => {
            if let Some(address) = snapshot.address.as_mut() {
                address.owner = None;
                address.holders.clear();
            }
        }
        Command::AskReset { .. } | Command::VerifyReset { .. } | Command::CompleteReset { .. }
            if fault == Fault::LostWithoutWaiting =>
        {
            let holders = snapshot.address.iter_mut().flat_map(|address| &mut address.holders);
            holders.for_each(|holder| holder.lost_from = Some(context.now));
        }
        Command::RemoveMethod { .. } | Command::ChooseContact { .. } => bend_standing(fault, snapshot),
        _ => {}
    }
}

fn bend_number(fault: Fault, snapshot: &mut Snapshot, typed: &TypedNumber, context: &mut Context<'_>) {
    let TypedNumber::Matches(id) = *typed else { return };
    if fault == Fault::RestoringTakesFromOthers {
        snapshot.elsewhere.clear();
    }
    let mut all = snapshot.address.iter().flat_map(|address| &address.numbers);
    let restores = all.any(|number| number.id == id && number.kind == NumberKind::Restore);
    if fault == Fault::RestoredAtItsEnd && restores {
        context.now = Instant(context.now.0 - 1);
    }
}

fn bend_standing(fault: Fault, snapshot: &mut Snapshot) {
    match fault {
        Fault::RightAgainstAProvider => {
            snapshot.presented.iter_mut().for_each(|session| session.proved_by = Method::Email);
        }
        Fault::AnyProviderIsOld => {
            if let Some(account) = snapshot.account.as_mut() {
                let born = account.created_at;
                account.links.iter_mut().for_each(|link| link.added.at = born);
            }
        }
        _ => {}
    }
}

fn bound(snapshot: &Snapshot) -> Option<Bound> {
    let session = snapshot.presented.as_ref()?;
    let account = snapshot.account.as_ref().filter(|account| account.id == session.account)?;
    Some(Bound { account: account.id, epoch: account.epoch, session: Some(session.id) })
}

fn bend_return(
    fault: Fault,
    snapshot: &mut Snapshot,
    command: &mut Command,
    context: &mut Context<'_>,
) {
    let Command::Arrive { browser, shown, .. } = command else { return };
    match fault {
        Fault::TripOfAnyBrowser => {
            snapshot.trip.iter_mut().for_each(|trip| trip.browser = *browser);
        }
        Fault::TripWithoutEnd => {
            snapshot.trip.iter_mut().for_each(|trip| trip.expires_at = context.now.plus(Millis(1)));
        }
        Fault::LinkedByWhoeverIsThere => {
            if let (Some(own), Some(Trip { intent: Intent::Link(begun), .. })) =
                (bound(snapshot), snapshot.trip.as_mut())
            {
                *begun = own;
            }
        }
        Fault::IdentityMoves => {
            let own = snapshot.account.as_ref().map(|account| account.id);
            let link = snapshot.trip.as_ref().is_some_and(|trip| trip.intent != Intent::SignIn);
            if let Some(state) = snapshot.identity.as_mut().filter(|state| link && state.owner != own) {
                state.owner = None;
            }
        }
        Fault::ProofByAnother => {
            let prove =
                matches!(snapshot.trip.as_ref().map(|trip| trip.intent), Some(Intent::Prove(_)));
            let link = snapshot.account.as_ref().and_then(|account| account.link(shown.provider));
            if let (true, Some(link)) = (prove, link) {
                shown.identity = link.identity.clone();
                snapshot.identity.iter_mut().for_each(|state| state.identity = link.identity.clone());
            }
        }
        Fault::HeldLetsIn => {
            let links = snapshot.account.iter_mut().flat_map(|account| &mut account.links);
            links.for_each(|link| link.held_at = None);
        }
        Fault::UnvouchedIsBelieved => shown.vouched = Vouched::Yes,
        _ => {}
    }
}

fn bend_offer(fault: Fault, snapshot: &mut Snapshot, context: &mut Context<'_>) {
    match fault {
        Fault::OfferForAnybody => {
            let own = bound(snapshot);
            snapshot.flow.iter_mut().for_each(|flow| flow.bound = own);
        }
        Fault::OfferWithoutEnd => {
            let later = context.now.plus(Millis(1));
            snapshot.flow.iter_mut().for_each(|flow| flow.expires_at = later);
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
        Command::Arrive { .. } => unreturn(fault, (before, context), command, decision),
        Command::DropFlow if fault == Fault::CancelKeepsOffer => decision.events.clear(),
        Command::RemoveMethod { .. } => unremove(fault, before, command, decision),
        Command::Withdraw => unwithdraw(fault, before, decision),
        Command::HearProvider { .. } => unhear(fault, before, decision),
        Command::ReportNotMe { .. } if fault == Fault::NotMeKeepsLink => {
            drop_events(decision, |event| matches!(event, Event::LinkRemoved { .. }));
        }
        Command::ReportNotMe { .. } if fault == Fault::OldNumberRevivesLink => {
            drop_events(decision, |event| matches!(event, Event::PicturesCut { .. }));
        }
        Command::CompleteReset { .. } if fault == Fault::UntickedStays => {
            drop_events(decision, |event| matches!(event, Event::LinkRemoved { .. }));
        }
        Command::Undo { .. } => un_undo(fault, before, decision),
        Command::RegisterByEmail { .. } | Command::CompleteRegistration { .. }
            if fault == Fault::IdUsedAgain =>
        {
            revive(before, decision);
        }
        Command::FollowAddress { .. } if fault == Fault::FollowingNotTold => decision.mails.clear(),
        Command::FollowAddress { .. } if fault == Fault::ContactNotAnnounced => {
            decision.announcements.clear();
        }
        Command::AskReset { .. } if fault == Fault::LostNotOffered => {
            let issued = |event: &Event| {
                matches!(event, Event::ChallengeIssued { challenge, .. }
                if challenge.kind == ChallengeKind::ProviderOnly)
            };
            if decision.events.iter().any(issued) {
                drop_events(decision, |event| matches!(event, Event::NumberIssued { .. }));
                decision.mails.iter_mut().for_each(|mail| mail.number = None);
            }
        }
        _ => {}
    }
}

/// Whoever has the withdrawn account's address gets its id.
fn revive(before: &Snapshot, decision: &mut Decision) {
    let numbers = before.address.iter().flat_map(|address| &address.numbers);
    let Some(old) = numbers.into_iter().find(|n| n.kind == NumberKind::Restore).map(|n| n.account)
    else {
        return;
    };
    for event in &mut decision.events {
        match event {
            Event::AccountCreated { account } => account.id = old,
            Event::SessionStarted { session, .. } => session.account = old,
            Event::DeviceKnown { account, .. } => *account = old,
            _ => {}
        }
    }
    if let Outcome::Welcome(welcome) = &mut decision.outcome {
        welcome.account = old;
    }
}

fn unreturn(
    fault: Fault,
    (before, context): (&Snapshot, &Context<'_>),
    command: &Command,
    decision: &mut Decision,
) {
    let Command::Arrive { shown, .. } = command else { return };
    let linked = matches!(decision.outcome, Outcome::Linked(_));
    let locked = before.address.as_ref().is_some_and(|address| address.guesses.locked_at.is_some());
    match fault {
        Fault::TripUsableTwice => {
            drop_events(decision, |event| matches!(event, Event::TripEnded { .. }));
        }
        Fault::JoinedByAddress if matches!(decision.outcome, Outcome::OfferMade { .. }) => {
            let owner = before.address.as_ref().and_then(|address| address.owner);
            if let Some(account) = owner {
                let added = accounts::Added { at: context.now, by: None };
                let link = Link {
                    provider: shown.provider,
                    identity: shown.identity.clone(),
                    address: None,
                    added,
                    held_at: None,
                };
                decision.events.push(Event::LinkAdded { account, link });
            }
        }
        Fault::LockRefusesProvider if locked && matches!(decision.outcome, Outcome::Welcome(_)) => {
            decision.outcome = Outcome::Refused(Reason::Locked);
            decision.events.clear();
        }
        Fault::LinkingMailForgotten if linked => decision.mails.clear(),
        Fault::LinkingLineForgotten if linked => decision.activities.clear(),
        Fault::SignInKeepsWait => {
            drop_events(decision, |event| matches!(event, Event::LostNoted { .. }));
        }
        _ => {}
    }
}

fn unremove(fault: Fault, before: &Snapshot, command: &Command, decision: &mut Decision) {
    let Command::RemoveMethod { method, .. } = command else { return };
    match fault {
        Fault::ContactLeftBehind => {
            drop_events(decision, |event| matches!(event, Event::ContactChanged { .. }));
        }
        Fault::LastMethodRemovable if decision.outcome == Outcome::Refused(Reason::LastAddressed) => {
            let account = before.account.as_ref().map(|account| account.id);
            let (Some(account), accounts::Addressed::Provider(provider)) = (account, *method) else {
                return;
            };
            let cause = RemovalCause::Member;
            decision.events.push(Event::LinkRemoved { account, provider, cause });
            decision.outcome = Outcome::Done;
        }
        Fault::RemovalKeepsSessions => {
            drop_events(decision, |event| matches!(event, Event::SessionEnded { .. }));
        }
        Fault::RemovalMailForgotten => decision.mails.clear(),
        Fault::RemovalRightForgotten => {
            drop_events(decision, |event| matches!(event, Event::NumberIssued { .. }));
            decision.mails.iter_mut().for_each(|mail| mail.number = None);
        }
        Fault::RemovalLineForgotten => {
            decision.activities.retain(|line| line.kind != accounts::ActivityKind::MethodRemoved);
        }
        _ => {}
    }
}

fn unwithdraw(fault: Fault, before: &Snapshot, decision: &mut Decision) {
    if !matches!(decision.outcome, Outcome::Withdrawn { .. }) {
        return;
    }
    let account = before.account.as_ref();
    match fault {
        Fault::EndKeepsSessions => {
            drop_events(decision, |event| matches!(event, Event::SessionEnded { .. }));
        }
        Fault::EndKeepsIdentity => {
            let kept = account.and_then(|a| Some((a.id, a.links.first()?.clone())));
            let kept = kept.map(|(account, link)| Event::LinkAdded { account, link });
            decision.events.extend(kept);
        }
        Fault::EndKeepsGrant => {
            drop_events(decision, |event| matches!(event, Event::PendingCancelled { .. }));
        }
        Fault::EndMailForgotten => decision.mails.clear(),
        Fault::EndNumberForgotten => {
            drop_events(decision, |event| matches!(event, Event::NumberIssued { .. }));
            decision.mails.iter_mut().for_each(|mail| mail.number = None);
        }
        Fault::EndLineForgotten => {
            decision.activities.retain(|line| line.kind != accounts::ActivityKind::Withdrawn);
        }
        Fault::EndNeedsAPassword if account.is_some_and(|account| account.email.is_none()) => {
            decision.outcome = Outcome::Refused(Reason::NoPassword);
            decision.events.clear();
        }
        _ => {}
    }
}

fn unhear(fault: Fault, before: &Snapshot, decision: &mut Decision) {
    match fault {
        Fault::ReportRemovesTheLast => {
            for event in &mut decision.events {
                if let Event::LinkChanged { account, link, .. } = event
                    && link.held_at.is_some()
                    && alone(before.account.as_ref())
                {
                    let (account, provider, cause) = (*account, link.provider, RemovalCause::Provider);
                    *event = Event::LinkRemoved { account, provider, cause };
                }
            }
        }
        Fault::ReportKeepsSessions => {
            drop_events(decision, |event| matches!(event, Event::SessionEnded { .. }));
        }
        Fault::ReportLineForgotten => decision.activities.clear(),
        _ => {}
    }
}

fn alone(account: Option<&Account>) -> bool {
    account.is_some_and(|account| account.addressed().count() == 1)
}

fn un_undo(fault: Fault, before: &Snapshot, decision: &mut Decision) {
    let there = before.account.as_ref().map(|account| account.links.clone()).unwrap_or_default();
    match fault {
        Fault::UndoLeavesLink | Fault::UndoKeepsHisLink => {
            for event in &mut decision.events {
                if let Event::MethodsPutBack { methods, .. } = event {
                    let more = there.iter().filter(|link| !methods.links.contains(link)).cloned();
                    let more = more.collect::<Vec<_>>();
                    methods.links.extend(more);
                }
            }
        }
        Fault::RestoringRefused if decision.outcome == Outcome::Restored => {
            decision.outcome = Outcome::Refused(Reason::NothingLeft);
            decision.events.clear();
        }
        Fault::RestoredMailForgotten if decision.outcome == Outcome::Restored => decision.mails.clear(),
        _ => {}
    }
}
