//! How the faults of the reset are planted.

use accounts::{
    AddressState, Bound, Challenge, ChallengeKind, Command, Context, Decision, Event, Flow, Grant,
    Instant, Millis, Outcome, PasswordRecord, Purpose, Reason, Session, SessionCause, Snapshot, Stage,
    TermsState, TypedCode, VoidCause, Welcome,
};

use super::faults::Fault;
use super::state::hash;

pub(crate) fn before(
    fault: Fault,
    snapshot: &mut Snapshot,
    command: &mut Command,
    context: &mut Context<'_>,
) {
    match command {
        Command::CompleteReset { form, .. } => bend_form(fault, snapshot, *form),
        Command::VerifyReset { code } => bend_code(fault, snapshot, code, context),
        Command::AskReset { .. } => bend_request(fault, snapshot, context.now),
        Command::SignIn { guess, .. } if fault == Fault::OldPasswordInFlight => {
            let method = snapshot.account.as_mut().and_then(|account| account.email.as_mut());
            if let (Some(method), Some(version)) = (method, guess.against)
                && method.password.is_none()
            {
                let set_at = method.proven_at;
                method.password = Some(PasswordRecord { version, hash: hash("first"), set_at });
            }
        }
        Command::VerifyRegistration { code: TypedCode::Matches(id) }
            if fault == Fault::CodeForAnotherPurpose =>
        {
            let all = snapshot.address.iter_mut().flat_map(|address| &mut address.challenges);
            all.filter(|code| code.id == *id).for_each(|code| code.purpose = Purpose::Register);
        }
        _ => {}
    }
}

fn bend_form(fault: Fault, snapshot: &mut Snapshot, form: accounts::Digest) {
    let account = snapshot.account.as_ref().map(|account| (account.id, account.epoch));
    let (Some(flow), Some((account, epoch))) = (snapshot.flow.as_mut(), account) else { return };
    match fault {
        Fault::CodeStepSkipped => {
            flow.stage = Stage::Proven;
            flow.bound = Some(Bound { account, epoch, session: None });
            flow.grant = Some(Grant { code: accounts::ChallengeId([0; 16]), form });
        }
        Fault::FormNotAskedFor => flow.grant.iter_mut().for_each(|grant| grant.form = form),
        Fault::GrantWithoutEnd => flow.expires_at = flow.expires_at.plus(Millis::days(1)),
        Fault::EpochNotAskedFor => flow.bound.iter_mut().for_each(|bound| bound.epoch = epoch),
        Fault::GrantNotBoundToAccount => {
            flow.bound.iter_mut().for_each(|bound| bound.epoch = epoch);
            snapshot.address.iter_mut().for_each(|address| address.owner = Some(account));
        }
        _ => {}
    }
}

fn bend_code(fault: Fault, snapshot: &mut Snapshot, code: &mut TypedCode, context: &mut Context<'_>) {
    match fault {
        Fault::BlankCodeMatches if *code == TypedCode::Unknown => {
            let newest = alive(snapshot.address.as_ref(), context.now).last();
            *code = newest.map_or(*code, |newest| TypedCode::Matches(newest.id));
        }
        Fault::ResetCodeWorksAtItsEnd => context.now = Instant(context.now.0 - 1),
        Fault::SuspendedGetsGrant | Fault::ResetLiftsSuspension => {
            snapshot.account.iter_mut().for_each(|account| account.suspended = None);
        }
        Fault::AnyCodeOpensForm => {
            if let (Some(grant), TypedCode::Matches(id)) =
                (snapshot.flow.as_mut().and_then(|flow| flow.grant.as_mut()), &code)
            {
                grant.code = *id;
            }
        }
        _ => {}
    }
}

fn alive(address: Option<&AddressState>, now: Instant) -> impl Iterator<Item = &Challenge> {
    let all = address.into_iter().flat_map(|address| &address.challenges);
    all.filter(move |code| {
        code.purpose == Purpose::Reset && code.spent_at.is_none() && now < code.expires_at
    })
}

fn bend_request(fault: Fault, snapshot: &mut Snapshot, now: Instant) {
    let Some(address) = snapshot.address.as_mut() else { return };
    match fault {
        Fault::CooldownMissing => address.cooling_until = None,
        Fault::OthersCountAsResets => {
            address.challenges.iter_mut().for_each(|code| code.purpose = Purpose::Reset);
        }
        Fault::SpentCodesCount => address.challenges.iter_mut().for_each(|code| code.spent_at = None),
        Fault::DayBoundMissing => address.challenges.retain(|code| now < code.expires_at),
        Fault::MailsUnbounded => address.challenges.clear(),
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
        Command::VerifyReset { .. } => unverify(fault, (before, context), decision),
        Command::CompleteReset { .. } => unfinish(fault, before, decision),
        Command::AskReset { .. } => unask(fault, (before, context), decision),
        Command::ChangePassword { .. } if fault == Fault::ChangeKeepsCodes => {
            drop_events(decision, |event| matches!(event, Event::ChallengeSpent { .. }));
        }
        Command::CompleteRegistration { .. }
            if fault == Fault::RegisteringOpensTheOther
                && decision.outcome == Outcome::Refused(Reason::AddressTaken) =>
        {
            sign_in(before, context, decision);
        }
        _ => {}
    }
}

fn unverify(fault: Fault, (before, context): (&Snapshot, &Context<'_>), decision: &mut Decision) {
    let proven = matches!(decision.outcome, Outcome::ResetProven { .. });
    let first = proven && before.flow.as_ref().is_some_and(|flow| flow.stage == Stage::Code);
    let void = |event: &Event| matches!(event, Event::PasswordVoided { .. });
    let account = before.account.as_ref();
    match fault {
        Fault::ResetCodeUsableTwice => {
            drop_events(decision, |event| matches!(event, Event::ChallengeSpent { .. }));
        }
        Fault::OldPasswordKept => drop_events(decision, void),
        Fault::VerifyingKeepsSessions => {
            drop_events(decision, |event| matches!(event, Event::SessionEnded { .. }));
        }
        Fault::VerifyingKeepsDevices => {
            drop_events(decision, |event| matches!(event, Event::DeviceForgotten { .. }));
        }
        Fault::VerifyingSignsIn if first => sign_in(before, context, decision),
        Fault::ResetMailForgotten if first => decision.mails.clear(),
        Fault::ResetLineForgotten if first => {
            decision.activities.retain(|line| line.kind != accounts::ActivityKind::PasswordReset);
        }
        Fault::WrongCodeVoids if decision.outcome == Outcome::Refused(Reason::WrongCode) => {
            if let Some(account) = account {
                let (account, version) = (account.id, account.password_version + 1);
                let (cause, at) = (VoidCause::NotMe, context.now);
                decision.events.push(Event::PasswordVoided { account, version, cause, at });
            }
        }
        Fault::ResetLiftsSuspension if first => {
            decision.events.extend(account.map(|account| Event::Resumed { account: account.id }));
        }
        Fault::FormExtendsGrant if proven && !first => {
            if let Some(flow) = before.flow.as_ref() {
                extend(flow, context, decision);
            }
        }
        Fault::GrantLostWithTab if proven && !first => {
            decision.outcome = Outcome::Refused(Reason::FlowGone);
            decision.events.clear();
        }
        _ => {}
    }
}

fn extend(flow: &Flow, context: &Context<'_>, decision: &mut Decision) {
    let until = context.now.plus(context.policy.reset_cooldown);
    let form = context.draws.form_digest;
    decision.outcome = Outcome::ResetProven { until };
    decision.events.push(Event::FlowProven {
        flow: flow.digest,
        purpose: flow.purpose,
        expires_at: until,
        bound: flow.bound,
        grant: flow.grant.map(|grant| Grant { form, ..grant }),
    });
}

fn unfinish(fault: Fault, before: &Snapshot, decision: &mut Decision) {
    let welcome = matches!(decision.outcome, Outcome::Welcome(_));
    match fault {
        Fault::GrantUsableTwice => drop_events(decision, |event| {
            matches!(event, Event::FlowEnded { .. } | Event::PendingCancelled { .. })
        }),
        Fault::ResetDoesNotUnlock => {
            drop_events(decision, |event| matches!(event, Event::GuessesCounted { .. }));
        }
        Fault::ResetSignInNotTold if welcome => decision.mails.clear(),
        Fault::LockRefusesReset if welcome => {
            let locked = |address: &AddressState| address.guesses.locked_at.is_some();
            if before.address.as_ref().is_some_and(locked) {
                decision.outcome = Outcome::Refused(Reason::Locked);
                decision.events.clear();
            }
        }
        _ => {}
    }
}

fn unask(fault: Fault, (before, context): (&Snapshot, &Context<'_>), decision: &mut Decision) {
    let Some(address) = before.address.as_ref() else { return };
    match fault {
        Fault::CooldownToldToAll if address.cooling_until.is_some_and(|at| context.now < at) => {
            decision.outcome = Outcome::Refused(Reason::CodeCooldown);
        }
        Fault::AskingTellsUnknown if address.owner.is_none() => {
            decision.outcome = Outcome::Refused(Reason::NoSuchAccount);
        }
        Fault::ResetsCapped => {
            let mailed = address.challenges.iter().filter(|c| c.kind == ChallengeKind::Code).count();
            if mailed >= 2 {
                drop_events(decision, |event| matches!(event, Event::ChallengeIssued { .. }));
                decision.mails.clear();
            }
        }
        _ => {}
    }
}

pub(crate) fn drop_events(decision: &mut Decision, which: impl Fn(&Event) -> bool) {
    decision.events.retain(|event| !which(event));
}

/// A session where none is due.
pub(crate) fn sign_in(before: &Snapshot, context: &Context<'_>, decision: &mut Decision) {
    let Some(account) = before.account.as_ref() else { return };
    let (id, now) = (context.draws.session, context.now);
    let device = context.draws.device;
    let session = Session {
        id,
        account: account.id,
        digest: context.draws.session_digest,
        kind: accounts::SessionKind::Browser,
        device,
        method: accounts::Method::Email,
        started_at: now,
        seen_at: now,
        proved_at: now,
        proved_by: accounts::Method::Email,
        origin: context.asker.origin.clone(),
    };
    let (cause, number) = (SessionCause::SignedIn, None);
    decision.events.push(Event::SessionStarted { session, cause, number });
    decision.outcome = Outcome::Welcome(Welcome {
        account: account.id,
        session: id,
        device,
        expires_at: now,
        terms: TermsState::Accepted,
        passkey: accounts::PasskeyOffer::MayNot,
        contact: accounts::Reach::Arrives,
        offer: None,
    });
}
