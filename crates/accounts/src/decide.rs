//! The one public door of the rules: a snapshot and a command in, a decision out.
//!
//! Total and pure: every command has an answer in every state, and the same arguments always give the same
//! answer. A refusal has events too (a guess was paid, a notice is due), so nothing a refusal must leave
//! behind is lost.

use alloc::vec::Vec;

use crate::command::Command;
use crate::context::Context;
use crate::event::Event;
use crate::ledger::{Ledger, Written};
use crate::methods::{email, federated, passkey, password, registration, reset};
use crate::notices::{Activity, Announcement, Mail};
use crate::outcome::{Outcome, Reason};
use crate::rules::{
    admin, codes, contact, grants, guess_limit, link, lost, not_me, profile, reach, reports, session,
    terms, undo, withdraw,
};
use crate::snapshot::{Session, Snapshot};

/// What is to be answered and what is to be written, in one transaction.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Decision {
    /// The answer.
    pub outcome: Outcome,
    /// The changes.
    pub events: Vec<Event>,
    /// Lines for the member's activity list.
    pub activities: Vec<Activity>,
    /// Mails to send.
    pub mails: Vec<Mail>,
    /// What endpoints of the service are told.
    pub announcements: Vec<Announcement>,
}

/// Decides a command.
#[must_use]
pub fn decide(snapshot: &Snapshot, command: &Command, context: &Context<'_>) -> Decision {
    let mut ledger = Ledger::open(only_live(snapshot.clone(), context), *context);
    let outcome = answer(&mut ledger, command);
    let Written { events, activities, mails, announcements } = ledger.close();
    Decision { outcome, events, activities, mails, announcements }
}

/// A presented session that has lapsed counts as not presented, whether or not its row has been swept away.
fn only_live(mut snapshot: Snapshot, context: &Context<'_>) -> Snapshot {
    let live = |session: &Session| session::is_live(session, context.now, context.policy);
    snapshot.presented = snapshot.presented.filter(live);
    if snapshot.presented.is_none() {
        snapshot.hanging.clear();
    }
    snapshot
}

fn answer(ledger: &mut Ledger<'_>, command: &Command) -> Outcome {
    let answer = match command {
        Command::PayGuess { email } => guess_limit::pay(ledger, email),
        Command::ReturnGuess { email, ticket } => guess_limit::hand_back(ledger, email, *ticket),
        Command::SignIn { email, guess, kind } => password::sign_in(ledger, email, guess, *kind),
        Command::ProveFresh { guess } => password::prove_fresh(ledger, guess),
        Command::RegisterByEmail { email } => registration::begin(ledger, email),
        Command::VerifyRegistration { code } => registration::verify(ledger, *code),
        Command::CompleteRegistration { hash, terms, kind } => {
            registration::complete(ledger, hash, terms.as_ref(), *kind)
        }
        Command::AskReset { email } => reset::ask(ledger, email),
        Command::VerifyReset { code } => reset::verify(ledger, *code),
        Command::CompleteReset { form, hash, kept, kind } => {
            reset::complete(ledger, *form, (hash, kept), *kind)
        }
        Command::BeginTrip { .. }
        | Command::AbandonTrip { .. }
        | Command::Arrive { .. }
        | Command::AskIdentityAddress { .. }
        | Command::VerifyIdentityAddress { .. }
        | Command::RegisterIdentity { .. }
        | Command::AcceptOffer
        | Command::FollowAddress { .. }
        | Command::HearProvider { .. } => about_identity(ledger, command),
        Command::HearRefused { email, written_at } => reach::refused(ledger, email, *written_at),
        Command::SignInPasskey { .. }
        | Command::ProvePasskey { .. }
        | Command::AddPasskey { .. }
        | Command::RenamePasskey { .. }
        | Command::RemovePasskey { .. }
        | Command::DeclinePasskey => about_passkey(ledger, command),
        Command::DropFlow => codes::drop_flow(ledger),
        Command::RemoveMethod { method, successor } => link::part(ledger, *method, *successor),
        Command::ChooseContact { contact } => contact::choose(ledger, *contact),
        Command::TestMail => contact::test(ledger),
        Command::NoteExport => profile::note_export(ledger),
        Command::NoteExportFor => admin::note_export(ledger),
        Command::CompleteEmail { hash } => email::complete(ledger, hash),
        Command::ReportLost { email, number } => lost::report(ledger, email, *number),
        Command::Withdraw => withdraw::withdraw(ledger),
        Command::WithdrawFor => withdraw::by_operator(ledger),
        Command::RestoreProven => withdraw::restore_proven(ledger),
        Command::Erase => withdraw::erase(ledger),
        Command::ReportNotMe { email: _, number } => not_me::report(ledger, *number),
        Command::Undo { email: _, number } => undo::undo(ledger, *number),
        Command::AskEmailChange { email } => email::ask(ledger, email),
        Command::VerifyEmailChange { code } => email::verify(ledger, *code),
        Command::SignOut => session::sign_out(ledger),
        Command::EndSession { session } => session::end_one(ledger, *session),
        Command::EndOtherSessions => session::end_others(ledger),
        Command::ForgetDevice { device } => session::forget_device(ledger, *device),
        Command::RedeemCode { code } => grants::redeem(ledger, code),
        Command::UseRefreshToken { token } => grants::refresh(ledger, token),
        Command::RevokeGrant { token } => grants::revoke(ledger, token),
        Command::Disconnect { client } => grants::disconnect(ledger, client),
        Command::EndLapsed => session::end_lapsed(ledger),
        Command::TouchSession => session::touch(ledger),
        Command::ChangePassword { hash } => password::change(ledger, hash),
        Command::ChangeProfile { display_name, locale } => {
            profile::change(ledger, display_name.as_ref(), *locale)
        }
        Command::AcceptTerms { version } => terms::accept(ledger, version),
        Command::Unlock { email } => admin::unlock(ledger, email),
        Command::Suspend { reason } => admin::suspend(ledger, reason),
        Command::Resume => admin::resume(ledger),
        Command::SignOutEverywhere => admin::sign_out_everywhere(ledger),
    };
    answer.unwrap_or_else(Outcome::Refused)
}

/// Commands about a passkey. `answer` lists those that come here.
#[expect(clippy::wildcard_enum_match_arm, reason = "`answer` lists the commands that come here")]
fn about_passkey(ledger: &mut Ledger<'_>, command: &Command) -> Result<Outcome, Reason> {
    match command {
        Command::SignInPasskey { shown, kind } => passkey::sign_in(ledger, shown, *kind),
        Command::ProvePasskey { shown } => passkey::prove(ledger, shown),
        Command::AddPasskey { made } => passkey::add(ledger, made),
        Command::RenamePasskey { passkey, name } => passkey::rename(ledger, *passkey, name),
        Command::RemovePasskey { passkey } => passkey::remove(ledger, *passkey),
        Command::DeclinePasskey => passkey::decline(ledger),
        _ => Err(Reason::Mismatched),
    }
}

/// Commands about a provider's identity. `answer` lists those that come here.
#[expect(clippy::wildcard_enum_match_arm, reason = "`answer` lists the commands that come here")]
fn about_identity(ledger: &mut Ledger<'_>, command: &Command) -> Result<Outcome, Reason> {
    match command {
        Command::BeginTrip { provider, errand, next } => {
            federated::begin(ledger, *provider, *errand, next)
        }
        Command::AbandonTrip { browser } => federated::abandon(ledger, *browser),
        Command::Arrive { browser, shown, kind } => federated::arrive(ledger, *browser, shown, *kind),
        Command::AskIdentityAddress { email } => federated::ask_address(ledger, email),
        Command::VerifyIdentityAddress { code } => federated::verify_address(ledger, *code),
        Command::RegisterIdentity { display_name, terms, kind } => {
            federated::register(ledger, display_name, terms.as_ref(), *kind)
        }
        Command::AcceptOffer => federated::accept_offer(ledger),
        Command::FollowAddress { provider, email, relay } => {
            reports::follow(ledger, *provider, email, *relay)
        }
        Command::HearProvider { report, identity: _, at, news, .. } => {
            reports::hear(ledger, report, *at, news)
        }
        _ => Err(Reason::Mismatched),
    }
}
