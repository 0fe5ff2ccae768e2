//! Which event is a line in the member's activity list, and whose (Always-4, I31).
//!
//! One total match: a new event does not compile until it is said whether the member reads of it.

use super::{Activity, ActivityKind as Kind, Writer};
use crate::event::{
    Event, GrantCause, GrantEnd, GrantEvent, LinkChange, PasswordChange, SessionCause, SessionEnd,
    VoidCause,
};
use crate::snapshot::{Challenge, ChallengeKind, Link, Method, Origin, Purpose};
use crate::values::{AccountId, Instant, Line};

impl Writer<'_> {
    pub(super) fn activity(&self, event: &Event) -> Option<Activity> {
        match event {
            Event::AccountCreated { account } => Some(self.line(account.id, Kind::Registered)),
            Event::ChallengeIssued { owner, challenge, .. } => {
                Some(self.line((*owner)?, asked(challenge)?))
            }
            Event::SessionStarted { .. }
            | Event::SessionEnded { .. }
            | Event::SessionProved { .. }
            | Event::SignInRefused { .. } => self.about_sessions(event),
            Event::Grant(event) => self.about_grants(event),
            Event::PasswordSet { account, change, .. } => Some(self.line(*account, set(*change)?)),
            Event::EmailChanged { account, .. } => Some(self.line(*account, Kind::EmailChanged)),
            Event::EmailAdded { .. }
            | Event::EmailRemoved { .. }
            | Event::LinkAdded { .. }
            | Event::LinkRemoved { .. }
            | Event::LinkChanged { .. }
            | Event::EmailReached { .. }
            | Event::PasskeyAdded { .. }
            | Event::PasskeyRemoved { .. }
            | Event::PasskeyRenamed { .. }
            | Event::PasskeyDoubted { .. }
            | Event::ContactChanged { .. } => self.about_methods(event),
            Event::LostNoted { account, lost } => Some(self.line(*account, waits(lost.is_some()))),
            Event::Withdrawn { account, .. } => Some(self.line(*account, Kind::Withdrawn)),
            Event::Restored { account } => Some(self.line(*account, Kind::Restored)),
            Event::PasswordVoided { account, cause, .. } => Some(self.line(*account, voided(cause)?)),
            Event::GuessFailed { account } => Some(self.line(*account, Kind::GuessFailed)),
            Event::Locked { account, .. } => account.map(|id| self.line(id, Kind::Locked)),
            Event::Unlocked { account, .. } => account.map(|id| self.line(id, Kind::Unlocked)),
            Event::DeviceForgotten { account, .. } => Some(self.line(*account, Kind::DeviceForgotten)),
            Event::ProfileChanged { account, .. } => Some(self.line(*account, Kind::ProfileChanged)),
            Event::TermsAccepted { account, .. } => Some(self.line(*account, Kind::TermsAccepted)),
            Event::Suspended { account, .. } => Some(self.line(*account, Kind::Suspended)),
            Event::Resumed { account } => Some(self.line(*account, Kind::Resumed)),
            Event::Exported { account } => Some(self.line(*account, Kind::Exported)),
            Event::GuessesCounted { .. }
            | Event::CodeTriesCounted { .. }
            | Event::NetworkTriesCounted { .. }
            | Event::ChallengeSpent { .. }
            | Event::MailRead { .. }
            | Event::FlowStarted { .. }
            | Event::FlowTried { .. }
            | Event::FlowProven { .. }
            | Event::FormOpened { .. }
            | Event::FlowBound { .. }
            | Event::FlowEnded { .. }
            | Event::TripStarted { .. }
            | Event::TripEnded { .. }
            | Event::IdentityFreed { .. }
            | Event::PasskeyUsed { .. }
            | Event::PasskeyDeclined { .. }
            | Event::CeremonySpent { .. }
            | Event::MethodsPutBack { .. }
            | Event::ReportHeard { .. }
            | Event::Erased { .. }
            | Event::TestMailAsked { .. }
            | Event::ResetCoolingDown { .. }
            | Event::NumberIssued { .. }
            | Event::NumberSpent { .. }
            | Event::NumbersVoided { .. }
            | Event::ChangeNoted { .. }
            | Event::ChangesUndone { .. }
            | Event::PicturesCut { .. }
            | Event::PendingCancelled { .. }
            | Event::SessionSeen { .. }
            | Event::DeviceKnown { .. } => None,
        }
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "`activity` lists the events that come here")]
    fn about_sessions(&self, event: &Event) -> Option<Activity> {
        match event {
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
            _ => None,
        }
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "`activity` lists the events that come here")]
    fn about_methods(&self, event: &Event) -> Option<Activity> {
        let (account, kind, method) = match event {
            Event::EmailAdded { account, .. } => (account, Kind::MethodAdded, Method::Email),
            Event::EmailRemoved { account, .. } => (account, Kind::MethodRemoved, Method::Email),
            Event::LinkAdded { account, link } => {
                (account, Kind::MethodAdded, Method::Provider(link.provider))
            }
            Event::LinkRemoved { account, provider, .. } => {
                (account, Kind::MethodRemoved, Method::Provider(*provider))
            }
            Event::LinkChanged { account, link, change } => {
                (account, changed(link, change), Method::Provider(link.provider))
            }
            Event::EmailReached { account, unreachable_at } => {
                (account, reached(*unreachable_at), Method::Email)
            }
            Event::PasskeyAdded { account, passkey } => {
                (account, Kind::MethodAdded, Method::Passkey(passkey.id))
            }
            Event::PasskeyRemoved { account, passkey, .. } => {
                (account, Kind::MethodRemoved, Method::Passkey(*passkey))
            }
            Event::PasskeyRenamed { account, passkey, .. } => {
                (account, Kind::PasskeyRenamed, Method::Passkey(*passkey))
            }
            Event::PasskeyDoubted { account, passkey } => {
                (account, Kind::PasskeyRefused, Method::Passkey(*passkey))
            }
            Event::ContactChanged { account, contact, .. } => {
                (account, Kind::ContactChanged, contact.method())
            }
            _ => return None,
        };
        Some(Activity { method: Some(method), ..self.line(*account, kind) })
    }

    fn about_grants(&self, event: &GrantEvent) -> Option<Activity> {
        match event {
            GrantEvent::Started { grant, cause: GrantCause::Connected } => {
                let line = self.of_client(grant.account, &grant.client, Kind::ClientConnected);
                Some(Activity { session: Some(grant.session), ..line })
            }
            GrantEvent::Ended { account, client, reason, .. } => {
                Some(self.of_client(*account, client, parted(*reason)?))
            }
            GrantEvent::Started { cause: GrantCause::Again, .. } | GrantEvent::Used { .. } => None,
        }
    }

    /// What a client did or suffered is told with the client's name in the place of the browser's.
    fn of_client(&self, account: AccountId, client: &Line, kind: Kind) -> Activity {
        let line = self.line(account, kind);
        let origin = Origin { label: client.clone(), ..line.origin };
        Activity { origin, ..line }
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
        (ChallengeKind::AccountExists, Purpose::ChangeEmail | Purpose::AddEmail) => {
            Some(Kind::AddressAttempted)
        }
        (ChallengeKind::AccountExists, _) => Some(Kind::RegistrationAttempted),
        (ChallengeKind::ProviderOnly, _) => Some(Kind::ResetAsked),
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
        | SessionEnd::MethodGone
        | SessionEnd::Withdrawn
        | SessionEnd::Operator => Some(Kind::SessionEnded),
        SessionEnd::Lapsed | SessionEnd::Crowded => None,
    }
}

/// Sessions that end are told of by themselves.
const fn parted(reason: GrantEnd) -> Option<Kind> {
    match reason {
        GrantEnd::Ended => Some(Kind::ClientDisconnected),
        GrantEnd::CodeReplayed | GrantEnd::TokenReplayed => Some(Kind::ClientDoubted),
        GrantEnd::Revoked
        | GrantEnd::Replaced
        | GrantEnd::Session(_)
        | GrantEnd::Crowded
        | GrantEnd::Lapsed => None,
    }
}

const fn set(change: PasswordChange) -> Option<Kind> {
    match change {
        PasswordChange::Chosen | PasswordChange::Reset => Some(Kind::PasswordChanged),
        // The added method is a line of its own.
        PasswordChange::Added | PasswordChange::Rehashed => None,
    }
}

const fn voided(cause: &VoidCause) -> Option<Kind> {
    match cause {
        VoidCause::Reset { .. } => Some(Kind::PasswordReset),
        VoidCause::NotMe => Some(Kind::NotMe),
        VoidCause::Undone { .. } => Some(Kind::Undone),
        // What made it void is a line of its own.
        VoidCause::Withdrawn | VoidCause::Restored | VoidCause::Removed => None,
    }
}

fn changed(link: &Link, change: &LinkChange) -> Kind {
    match change {
        LinkChange::Address { .. } => Kind::AddressFollowed,
        LinkChange::Held if link.held_at.is_some() => Kind::MethodHeld,
        LinkChange::Held => Kind::MethodReleased,
        LinkChange::Reach => reached(link.address.as_ref().and_then(|address| address.unreachable_at)),
    }
}

const fn waits(begun: bool) -> Kind {
    if begun { Kind::ProviderLost } else { Kind::ProviderFound }
}

const fn reached(unreachable_at: Option<Instant>) -> Kind {
    if unreachable_at.is_some() { Kind::AddressUnreachable } else { Kind::AddressReachable }
}
