//! Which event is a line in the member's activity list, and whose (Always-4, I31).
//!
//! One total match: a new event does not compile until it is said whether the member reads of it.

use super::{Activity, ActivityKind as Kind, Writer};
use crate::event::{EmailCause, Event, PasswordChange, SessionCause, SessionEnd, VoidCause};
use crate::snapshot::{Challenge, ChallengeKind, Purpose};
use crate::values::AccountId;

impl Writer<'_> {
    pub(super) fn activity(&self, event: &Event) -> Option<Activity> {
        match event {
            Event::AccountCreated { account } => Some(self.line(account.id, Kind::Registered)),
            Event::ChallengeIssued { owner, challenge, .. } => {
                Some(self.line((*owner)?, asked(challenge)?))
            }
            Event::SessionStarted { session, cause, .. } => match cause {
                SessionCause::Registered => None,
                SessionCause::SignedIn | SessionCause::Reset => {
                    let line = self.line(session.account, Kind::SignedIn);
                    Some(Activity { session: Some(session.id), method: Some(session.method), ..line })
                }
            },
            Event::SessionEnded { account, session, reason } => {
                Some(Activity { session: Some(*session), ..self.line(*account, ended(*reason)?) })
            }
            Event::SessionProved { account, session, method, .. } => {
                let line = self.line(*account, Kind::Proved);
                Some(Activity { session: Some(*session), method: Some(*method), ..line })
            }
            Event::SignInRefused { account, method } => {
                let line = self.line(*account, Kind::SignInRefused);
                Some(Activity { method: Some(*method), ..line })
            }
            Event::PasswordSet { account, change, .. } => match change {
                PasswordChange::Chosen | PasswordChange::Reset => {
                    Some(self.line(*account, Kind::PasswordChanged))
                }
                PasswordChange::Rehashed => None,
            },
            Event::EmailChanged { account, cause, .. } => match cause {
                EmailCause::Proven => Some(self.line(*account, Kind::EmailChanged)),
                EmailCause::Undone => None,
            },
            Event::PasswordVoided { account, cause, .. } => {
                let kind = match cause {
                    VoidCause::Reset { .. } => Kind::PasswordReset,
                    VoidCause::NotMe => Kind::NotMe,
                    VoidCause::Undone { .. } => Kind::Undone,
                };
                Some(self.line(*account, kind))
            }
            Event::GuessFailed { account } => Some(self.line(*account, Kind::GuessFailed)),
            Event::Locked { account, .. } => account.map(|id| self.line(id, Kind::Locked)),
            Event::Unlocked { account, .. } => account.map(|id| self.line(id, Kind::Unlocked)),
            Event::DeviceForgotten { account, .. } => Some(self.line(*account, Kind::DeviceForgotten)),
            Event::ProfileChanged { account, .. } => Some(self.line(*account, Kind::ProfileChanged)),
            Event::TermsAccepted { account, .. } => Some(self.line(*account, Kind::TermsAccepted)),
            Event::Suspended { account, .. } => Some(self.line(*account, Kind::Suspended)),
            Event::Resumed { account } => Some(self.line(*account, Kind::Resumed)),
            Event::GuessesCounted { .. }
            | Event::CodeTriesCounted { .. }
            | Event::NetworkTriesCounted { .. }
            | Event::ChallengeSpent { .. }
            | Event::FlowStarted { .. }
            | Event::FlowTried { .. }
            | Event::FlowProven { .. }
            | Event::FormOpened { .. }
            | Event::FlowEnded { .. }
            | Event::ResetCoolingDown { .. }
            | Event::NumberIssued { .. }
            | Event::NumberSpent { .. }
            | Event::NumbersVoided { .. }
            | Event::ChangeNoted { .. }
            | Event::ChangesUndone { .. }
            | Event::PendingCancelled { .. }
            | Event::SessionSeen { .. }
            | Event::DeviceKnown { .. } => None,
        }
    }

    fn line(&self, account: AccountId, kind: Kind) -> Activity {
        Activity {
            account,
            kind,
            at: self.context.now,
            actor: self.context.asker.actor,
            session: None,
            method: None,
            origin: self.context.asker.origin.clone(),
        }
    }
}

/// What the owner of an address reads of a mail that was asked for at it.
const fn asked(challenge: &Challenge) -> Option<Kind> {
    match (challenge.kind, challenge.purpose) {
        (ChallengeKind::Code, Purpose::Reset) => Some(Kind::ResetAsked),
        (ChallengeKind::AccountExists, Purpose::ChangeEmail) => Some(Kind::AddressAttempted),
        (ChallengeKind::AccountExists, _) => Some(Kind::RegistrationAttempted),
        (ChallengeKind::Code | ChallengeKind::Nobody | ChallengeKind::UndoOffered, _) => None,
    }
}

const fn ended(reason: SessionEnd) -> Option<Kind> {
    match reason {
        SessionEnd::SignedOut | SessionEnd::Replaced => Some(Kind::SignedOut),
        SessionEnd::Ended
        | SessionEnd::PasswordChanged
        | SessionEnd::Reset
        | SessionEnd::NotMe
        | SessionEnd::Undone
        | SessionEnd::Operator => Some(Kind::SessionEnded),
        SessionEnd::Lapsed | SessionEnd::Crowded => None,
    }
}
