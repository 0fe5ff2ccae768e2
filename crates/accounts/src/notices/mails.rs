//! Which event is a mail, and to whom (Always-1, I30).
//!
//! Mail about an address goes to the spelling that is stored, never to what was typed later (Always-5, B10).
//! One total match: a new event does not compile until it is said whether somebody is written to.

use alloc::vec;
use alloc::vec::Vec;

use super::{Mail, MailKind as Kind, Writer};
use crate::email::Email;
use crate::event::{Event, LockNotice, SessionCause, VoidCause};
use crate::snapshot::{Challenge, ChallengeKind, ChangeKind, Purpose};
use crate::values::NumberId;

impl Writer<'_> {
    pub(super) fn mails(&self, event: &Event) -> Vec<Mail> {
        match event {
            Event::ChallengeIssued { email, challenge, number, .. } => {
                self.about_address(email, challenge, *number).into_iter().collect()
            }
            Event::SessionStarted { session, cause, number } => {
                let kind = match cause {
                    SessionCause::Registered => Kind::Welcome,
                    SessionCause::SignedIn => Kind::SignIn,
                    SessionCause::Reset => Kind::SignInReset,
                };
                let mail = self.to_contact(kind);
                let told = |mail| Mail { method: Some(session.method), number: *number, ..mail };
                mail.map(told).into_iter().collect()
            }
            Event::Locked { notice: LockNotice::Tell, .. } => {
                self.to_contact(Kind::Locked).into_iter().collect()
            }
            Event::ChangeNoted { change, told, .. } => {
                let kind = match change.kind {
                    ChangeKind::Password => Kind::PasswordChanged,
                    ChangeKind::Email { .. } => Kind::EmailChanged,
                };
                let one = |told: &crate::event::Told| Mail {
                    number: told.number,
                    ..self.mail(kind, &told.to)
                };
                told.iter().map(one).collect()
            }
            Event::PasswordVoided { cause, .. } => self.about_void(cause),
            Event::Locked { notice: LockNotice::Quiet, .. }
            | Event::PasswordSet { .. }
            | Event::GuessesCounted { .. }
            | Event::GuessFailed { .. }
            | Event::Unlocked { .. }
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
            | Event::ChangesUndone { .. }
            | Event::PendingCancelled { .. }
            | Event::EmailChanged { .. }
            | Event::AccountCreated { .. }
            | Event::SessionEnded { .. }
            | Event::SessionSeen { .. }
            | Event::SessionProved { .. }
            | Event::DeviceKnown { .. }
            | Event::DeviceForgotten { .. }
            | Event::SignInRefused { .. }
            | Event::ProfileChanged { .. }
            | Event::TermsAccepted { .. }
            | Event::Suspended { .. }
            | Event::Resumed { .. } => Vec::new(),
        }
    }

    /// A code, or the mail in its place.
    fn about_address(
        &self,
        email: &Email,
        challenge: &Challenge,
        number: Option<NumberId>,
    ) -> Option<Mail> {
        let kind = kind_of(challenge)?;
        let address = self.after.address.as_ref().filter(|address| address.email.same_as(email));
        let stored = address.and_then(|address| address.stored.as_ref());
        let owner = address.and_then(|address| address.owner);
        // The language is the owner's, where the owner is the account in question; at an address that nobody has,
        // it is the member's who moves there.
        let known = self.account.filter(|account| owner.is_none_or(|owner| owner == account.id));
        let carries = challenge.kind == ChallengeKind::Code;
        Some(Mail {
            locale: known.map_or(self.context.asker.locale, |account| account.locale),
            account: owner,
            challenge: Some(challenge.id).filter(|_| carries),
            number,
            at: challenge.issued_at,
            useless_at: Some(challenge.expires_at),
            ..self.mail(kind, stored.unwrap_or(email))
        })
    }

    /// The password is void: the contact is told, and the address that an undo took away.
    fn about_void(&self, cause: &VoidCause) -> Vec<Mail> {
        let (kind, until, left) = match cause {
            VoidCause::Reset { until } => (Kind::ResetVerified, Some(*until), None),
            VoidCause::NotMe => (Kind::NotMe, None, None),
            VoidCause::Undone { left } => (Kind::Undone, None, left.as_ref()),
        };
        let Some(contact) = self.to_contact(kind) else {
            return Vec::new();
        };
        // A reset is told to the contact and to the address it was asked for, which may be two.
        let own = self.account.and_then(|account| account.email.as_ref()).map(|method| &method.email);
        let mut mails = vec![Mail { until, ..contact }];
        for to in [own, left].into_iter().flatten() {
            if mails.iter().all(|mail| !mail.to.same_as(to)) {
                mails.push(Mail { until, ..self.mail(kind, to) });
            }
        }
        mails
    }

    fn to_contact(&self, kind: Kind) -> Option<Mail> {
        Some(self.mail(kind, self.account?.contact_address()?))
    }

    fn mail(&self, kind: Kind, to: &Email) -> Mail {
        Mail {
            kind,
            to: to.clone(),
            locale: self.account.map_or(self.context.asker.locale, |account| account.locale),
            account: self.account.map(|account| account.id),
            challenge: None,
            number: None,
            at: self.context.now,
            until: None,
            useless_at: None,
            method: None,
            origin: self.context.asker.origin.clone(),
        }
    }
}

/// Which letter goes out; none where nobody is there to read it.
const fn kind_of(challenge: &Challenge) -> Option<Kind> {
    match (challenge.kind, challenge.purpose) {
        (ChallengeKind::Nobody, _) => None,
        (ChallengeKind::UndoOffered, _) => Some(Kind::UndoAgain),
        (ChallengeKind::Code, Purpose::Register) => Some(Kind::RegisterCode),
        (ChallengeKind::Code, Purpose::Reset) => Some(Kind::ResetCode),
        (ChallengeKind::Code, Purpose::ChangeEmail) => Some(Kind::EmailChangeCode),
        (ChallengeKind::AccountExists, Purpose::ChangeEmail) => Some(Kind::EmailChangeTaken),
        (ChallengeKind::AccountExists, Purpose::Register | Purpose::Reset) => Some(Kind::RegisterTaken),
    }
}
