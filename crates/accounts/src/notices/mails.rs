//! Which event is a mail, and to whom (Always-1, I30).
//!
//! Mail about an address goes to the spelling that is stored, never to what was typed later (Always-5, B10).
//! One total match: a new event does not compile until it is said whether somebody is written to.

use alloc::vec;
use alloc::vec::Vec;

use super::{Mail, MailKind as Kind, Writer};
use crate::email::Email;
use crate::event::{Event, LinkChange, LockNotice, RemovalCause, SessionCause, Told, VoidCause};
use crate::snapshot::{
    Account, Addressed, Challenge, ChallengeKind, Change, ChangeKind, Link, Lost, Method, Purpose,
    Session, Withdrawal,
};
use crate::values::{AccountId, Line, NumberId};

impl Writer<'_> {
    pub(super) fn mails(&self, event: &Event) -> Vec<Mail> {
        match event {
            Event::ChallengeIssued { email, challenge, owner, number } => {
                self.about_address(email, challenge, (*owner, *number)).into_iter().collect()
            }
            Event::SessionStarted { session, cause, number } => {
                Vec::from_iter(self.about_start(session, (*cause, *number)))
            }
            Event::Locked { notice, .. } => self.about_lock(*notice).into_iter().collect(),
            Event::ChangeNoted { change, told, .. } => self.about_change(change, told),
            Event::Withdrawn { withdrawal, told, .. } => self.about_end(withdrawal, told),
            Event::LinkRemoved { .. } | Event::LinkChanged { .. } => self.letters_of_methods(event),
            Event::EmailRemoved { .. } | Event::PasskeyRemoved { .. } => self.letters_of_methods(event),
            Event::LostNoted { lost, .. } => self.about_lost(lost.as_ref()).into_iter().collect(),
            Event::TestMailAsked { .. } => self.to_contact(Kind::TestMail).into_iter().collect(),
            Event::PasswordVoided { cause, .. } => self.about_void(cause),
            Event::PasswordSet { .. }
            | Event::GuessesCounted { .. }
            | Event::GuessFailed { .. }
            | Event::Unlocked { .. }
            | Event::CodeTriesCounted { .. }
            | Event::NetworkTriesCounted { .. }
            | Event::ChallengeSpent { .. }
            | Event::EmailReached { .. }
            | Event::MailRead { .. }
            | Event::FlowStarted { .. }
            | Event::FlowTried { .. }
            | Event::FlowProven { .. }
            | Event::FormOpened { .. }
            | Event::FlowBound { .. }
            | Event::FlowEnded { .. }
            | Event::TripStarted { .. }
            | Event::TripEnded { .. }
            | Event::LinkAdded { .. }
            | Event::PasskeyAdded { .. }
            | Event::PasskeyRenamed { .. }
            | Event::PasskeyUsed { .. }
            | Event::PasskeyDoubted { .. }
            | Event::PasskeyDeclined { .. }
            | Event::CeremonySpent { .. }
            | Event::IdentityFreed { .. }
            | Event::EmailAdded { .. }
            | Event::ContactChanged { .. }
            | Event::MethodsPutBack { .. }
            | Event::ReportHeard { .. }
            | Event::Restored { .. }
            | Event::Erased { .. }
            | Event::ResetCoolingDown { .. }
            | Event::NumberIssued { .. }
            | Event::NumberSpent { .. }
            | Event::NumbersVoided { .. }
            | Event::ChangesUndone { .. }
            | Event::PicturesCut { .. }
            | Event::PendingCancelled { .. }
            | Event::EmailChanged { .. }
            | Event::AccountCreated { .. }
            | Event::SessionEnded { .. }
            | Event::SessionSeen { .. }
            | Event::SessionProved { .. }
            | Event::DeviceKnown { .. }
            | Event::DeviceForgotten { .. }
            | Event::Grant(_)
            | Event::SignInRefused { .. }
            | Event::ProfileChanged { .. }
            | Event::TermsAccepted { .. }
            | Event::Suspended { .. }
            | Event::Resumed { .. }
            | Event::Exported { .. } => Vec::new(),
        }
    }

    /// Somebody is signed in: welcome, or a notice (R-SIGNIN-5, R-REG-6).
    fn about_start(
        &self,
        session: &Session,
        (cause, number): (SessionCause, Option<NumberId>),
    ) -> Option<Mail> {
        let kind = match cause {
            SessionCause::Registered => Kind::Welcome,
            SessionCause::SignedIn => Kind::SignIn,
            SessionCause::Reset => Kind::SignInReset,
        };
        let mail = self.to_contact(kind)?;
        let passkey = self.called(session.method);
        Some(Mail { method: Some(session.method), passkey, number, ..mail })
    }

    fn about_lock(&self, notice: LockNotice) -> Option<Mail> {
        match notice {
            LockNotice::Tell => self.to_contact(Kind::Locked),
            LockNotice::Quiet => None,
        }
    }

    fn about_end(&self, withdrawal: &Withdrawal, told: &[Told]) -> Vec<Mail> {
        let until = Some(withdrawal.until);
        self.told(told, |mail| Mail { kind: Kind::Withdrawn, until, ..mail })
    }

    fn about_change(&self, change: &Change, told: &[Told]) -> Vec<Mail> {
        let (kind, method) = noted(change.kind);
        let (before, after) = self.moved(change);
        let passkey = match change.kind {
            ChangeKind::PasskeyRemoved(id) => {
                change.before.passkeys.iter().find(|p| p.id == id).map(|p| p.name.clone())
            }
            ChangeKind::Password
            | ChangeKind::Email
            | ChangeKind::Added(_)
            | ChangeKind::Removed(_)
            | ChangeKind::PasskeyAdded(_)
            | ChangeKind::Contact => method.and_then(|method| self.called(method)),
        };
        let dress = |mail| Mail {
            kind,
            method,
            passkey: passkey.clone(),
            before: before.cloned(),
            after: after.cloned(),
            ..mail
        };
        self.told(told, dress)
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "`mails` lists the events that come here")]
    fn letters_of_methods(&self, event: &Event) -> Vec<Mail> {
        match event {
            Event::LinkRemoved { provider, cause, .. } => {
                self.removed(Method::Provider(*provider), *cause)
            }
            Event::EmailRemoved { cause, .. } => self.removed(Method::Email, *cause),
            Event::PasskeyRemoved { passkey, name, cause, .. } => {
                let mails = self.removed(Method::Passkey(*passkey), *cause);
                let named = |mail| Mail { passkey: Some(name.clone()), ..mail };
                mails.into_iter().map(named).collect()
            }
            Event::LinkChanged { link, change: LinkChange::Address { from }, .. } => {
                self.followed(link, from.as_ref())
            }
            _ => Vec::new(),
        }
    }

    /// The wait has begun: the contact can stop it by signing in (R-RESET-8).
    fn about_lost(&self, lost: Option<&Lost>) -> Option<Mail> {
        let lost = lost?;
        let (until, after) = (Some(lost.from), Some(lost.email.clone()));
        Some(Mail { until, after, ..self.to_contact(Kind::ProviderLost)? })
    }

    /// A code, or the mail in its place.
    fn about_address(
        &self,
        email: &Email,
        challenge: &Challenge,
        (about, number): (Option<AccountId>, Option<NumberId>),
    ) -> Option<Mail> {
        let kind = kind_of(challenge)?;
        let address = self.after.address.as_ref().filter(|address| address.email.same_as(email));
        let owner = address.and_then(|address| address.owner).or(about);
        let holder =
            address.and_then(|address| address.holders.iter().find(|h| Some(h.account) == owner));
        let stored = address.and_then(|address| address.stored.as_ref());
        let stored = stored.or(holder.map(|holder| &holder.stored));
        // The language is the owner's, where the owner is the account in question; at an address that nobody has,
        // it is the member's who moves there.
        let known = self.account.filter(|account| owner.is_none_or(|owner| owner == account.id));
        let carries = challenge.kind == ChallengeKind::Code;
        Some(Mail {
            locale: known
                .map(|account| account.locale)
                .or(holder.map(|holder| holder.locale))
                .unwrap_or(self.context.asker.locale),
            account: owner,
            challenge: Some(challenge.id).filter(|_| carries),
            number,
            useless_at: Some(challenge.expires_at),
            ..self.mail(kind, stored.unwrap_or(email))
        })
    }

    /// Every address that is told of a change, each with its own number.
    fn told(&self, told: &[Told], dress: impl Fn(Mail) -> Mail) -> Vec<Mail> {
        let one = |told: &Told| {
            let mail = self.mail(Kind::MethodAdded, &told.to);
            dress(Mail { number: told.number, ..mail })
        };
        told.iter().map(one).collect()
    }

    /// The address before a change and after it, of what was changed.
    fn moved<'m>(&'m self, change: &'m Change) -> (Option<&'m Email>, Option<&'m Email>) {
        let now = |method| self.account.and_then(|account| account.address_of(method));
        let before = &change.before;
        match change.kind {
            ChangeKind::Password | ChangeKind::PasskeyAdded(_) | ChangeKind::PasskeyRemoved(_) => {
                (None, None)
            }
            ChangeKind::Email => (before.address_of(Addressed::Email), now(Addressed::Email)),
            ChangeKind::Added(method) => (None, now(method)),
            ChangeKind::Removed(method) => (before.address_of(method), None),
            ChangeKind::Contact => {
                let after = self.account.and_then(Account::contact_address);
                (before.address_of(before.contact), after)
            }
        }
    }

    /// A method was removed by a rule; what its member removed is told with the change.
    fn removed(&self, method: Method, cause: RemovalCause) -> Vec<Mail> {
        match cause {
            RemovalCause::Unticked | RemovalCause::Provider => {
                let mail = self.to_contact(Kind::MethodRemoved);
                mail.map(|mail| Mail { method: Some(method), ..mail }).into_iter().collect()
            }
            RemovalCause::Member | RemovalCause::NotMe => Vec::new(),
        }
    }

    /// The contact follows its provider: both addresses are told, and it gives no undo (R-METHOD-9).
    fn followed(&self, link: &Link, from: Option<&Email>) -> Vec<Mail> {
        let provider = link.provider;
        let is_contact = self.account.is_some_and(|a| a.contact == Addressed::Provider(provider));
        let now = link.address.as_ref().map(|address| &address.email);
        let both = from.into_iter().chain(now).filter(|_| is_contact);
        let method = Some(Method::Provider(provider));
        let (before, after) = (from.cloned(), now.cloned());
        let mail = |to| Mail {
            method,
            before: before.clone(),
            after: after.clone(),
            ..self.mail(Kind::ProviderAddressChanged, to)
        };
        both.map(mail).collect()
    }

    /// The password is void: the contact is told, and the addresses that an undo took away.
    fn about_void(&self, cause: &VoidCause) -> Vec<Mail> {
        let (kind, until, left) = match cause {
            VoidCause::Reset { until } => (Kind::ResetVerified, Some(*until), &[][..]),
            VoidCause::NotMe => (Kind::NotMe, None, &[][..]),
            VoidCause::Undone { left } => (Kind::Undone, None, left.as_slice()),
            VoidCause::Restored => (Kind::Restored, None, &[][..]),
            VoidCause::Withdrawn | VoidCause::Removed => return Vec::new(),
        };
        let Some(contact) = self.to_contact(kind) else {
            return Vec::new();
        };
        // A reset is told to the contact and to the address it was asked for, which may be two.
        let own = self.account.and_then(|account| account.email.as_ref()).map(|method| &method.email);
        let mut mails = vec![Mail { until, ..contact }];
        for to in own.into_iter().chain(self.verified_at(cause)).chain(left) {
            if mails.iter().all(|mail| !mail.to.same_as(to)) {
                mails.push(Mail { until, ..self.mail(kind, to) });
            }
        }
        mails
    }

    /// Where the address of a reset is on the account through a provider: how it is spelt there (R-RESET-7 and 8).
    fn verified_at(&self, cause: &VoidCause) -> Option<&Email> {
        let VoidCause::Reset { .. } = cause else {
            return None;
        };
        let (account, address) = (self.account?.id, self.after.address.as_ref()?);
        address.holders.iter().find(|h| h.account == account).map(|holder| &holder.stored)
    }

    /// What the passkey is called that a letter is about.
    fn called(&self, method: Method) -> Option<Line> {
        match method {
            Method::Passkey(id) => self.account?.passkey(id).map(|known| known.name.clone()),
            Method::Email | Method::Provider(_) => None,
        }
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
            passkey: None,
            before: None,
            after: None,
            origin: self.context.asker.origin.clone(),
        }
    }
}

/// Which letter goes out; none where nobody is there to read it.
const fn kind_of(challenge: &Challenge) -> Option<Kind> {
    match (challenge.kind, challenge.purpose) {
        (ChallengeKind::Nobody, _) => None,
        (ChallengeKind::UndoOffered, _) => Some(Kind::UndoAgain),
        (ChallengeKind::ProviderOnly, _) => Some(Kind::ResetProvider),
        (_, Purpose::Offer) => None,
        (ChallengeKind::Code, Purpose::Register | Purpose::RegisterIdentity) => {
            Some(Kind::RegisterCode)
        }
        (ChallengeKind::Code, Purpose::Reset) => Some(Kind::ResetCode),
        (ChallengeKind::Code, Purpose::ChangeEmail | Purpose::AddEmail) => Some(Kind::EmailChangeCode),
        (ChallengeKind::AccountExists, Purpose::ChangeEmail | Purpose::AddEmail) => {
            Some(Kind::EmailChangeTaken)
        }
        (
            ChallengeKind::AccountExists,
            Purpose::Register | Purpose::RegisterIdentity | Purpose::Reset,
        ) => Some(Kind::RegisterTaken),
    }
}

/// Which letter tells of a change, and of which method.
const fn noted(kind: ChangeKind) -> (Kind, Option<Method>) {
    match kind {
        ChangeKind::Password => (Kind::PasswordChanged, None),
        ChangeKind::Email => (Kind::EmailChanged, None),
        ChangeKind::Added(method) => (Kind::MethodAdded, Some(method.method())),
        ChangeKind::Removed(method) => (Kind::MethodRemoved, Some(method.method())),
        ChangeKind::PasskeyAdded(id) => (Kind::MethodAdded, Some(Method::Passkey(id))),
        ChangeKind::PasskeyRemoved(id) => (Kind::MethodRemoved, Some(Method::Passkey(id))),
        ChangeKind::Contact => (Kind::ContactChanged, None),
    }
}
