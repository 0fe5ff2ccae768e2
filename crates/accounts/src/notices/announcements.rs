//! Which event the service itself is told of, at which of its endpoints, and how much of it (R-CONTACT-5, R-WITHDRAW-2).
//!
//! The third thing that follows from an event, beside the activity line and the mails. Noted on the snapshots before and
//! after the event, so that only what really changed is told: an address that stays the contact is no news. What must
//! never be told: a secret, a code, a password, a number; and a mail address only to an endpoint that is to have it.

use alloc::vec::Vec;

use super::Writer;
use crate::context::Policy;
use crate::email::Email;
use crate::event::{Event, PasswordChange, SessionEnd, VoidCause};
use crate::kept::Methods;
use crate::snapshot::{Account, Method, Snapshot};
use crate::values::{AccountId, Instant, Line, Locale, SessionId};

/// An endpoint of the service, and what it is told.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Endpoint {
    /// Its name in the settings.
    pub name: Line,
    /// What it hears of; everything, where nothing is named.
    pub kinds: Vec<AnnouncementKind>,
    /// Whether it is told mail addresses.
    pub with_email: bool,
    /// Whether an account is erased only after this endpoint has received that it was withdrawn.
    pub receipts: bool,
}

impl Endpoint {
    /// Whether it hears of this.
    #[must_use]
    pub fn hears(&self, kind: AnnouncementKind) -> bool {
        self.kinds.is_empty() || self.kinds.contains(&kind)
    }

    /// Whether an erasure waits for it.
    #[must_use]
    pub fn owes_receipts(&self) -> bool {
        self.receipts && self.hears(AnnouncementKind::Withdrawn)
    }
}

/// Something that one endpoint is told.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Announcement {
    /// The endpoint.
    pub to: Line,
    /// About which account.
    pub account: AccountId,
    /// What happened.
    pub what: Announced,
    /// When.
    pub at: Instant,
    /// The address of the contact, where it is told.
    pub email: Option<Email>,
    /// Whether the erasure of the account waits until this was received.
    pub awaited: bool,
}

/// What happened to an account, as the service sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Announced {
    /// It came to be.
    Created,
    /// Name or language changed.
    Changed {
        /// The name did.
        name: bool,
        /// The language did.
        language: bool,
    },
    /// Another address receives the service's mail (R-CONTACT-5).
    ContactChanged,
    /// A login method came.
    MethodAdded(Method),
    /// A login method went.
    MethodRemoved(Method),
    /// There is another password, or none that works any more.
    PasswordChanged(PasswordState, Because),
    /// Strangers were locked out.
    Locked,
    /// The lock was lifted.
    Unlocked,
    /// An operator suspended it.
    Suspended,
    /// An operator lifted the suspension.
    Resumed,
    /// Every session ended, but for the one that did it.
    SignedOutEverywhere(Because),
    /// Its member ended it.
    Withdrawn {
        /// Until when that can be taken back.
        until: Instant,
    },
    /// The end was taken back.
    Restored,
    /// All that was personal of it is gone.
    Erased,
    /// A client's hold on it is over that was given in this session (`logouts`).
    SessionEnded(SessionId),
}

/// Whether there is a password now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PasswordState {
    /// Another one.
    Set,
    /// None that works.
    Void,
}

/// By what.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Because {
    /// The member chose another password.
    PasswordChange,
    /// A reset (R-RESET).
    Reset,
    /// "This was not me" (R-SIGNIN-6).
    NotMe,
    /// A change was undone (R-METHOD-10).
    Undo,
    /// An operator.
    Operator,
}

impl Because {
    /// Every cause.
    pub const ALL: [Self; 5] =
        [Self::PasswordChange, Self::Reset, Self::NotMe, Self::Undo, Self::Operator];

    /// The stable name, in rows and in what is told.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::PasswordChange => "password-change",
            Self::Reset => "reset",
            Self::NotMe => "not-me",
            Self::Undo => "undo",
            Self::Operator => "operator",
        }
    }
}

/// The types of what is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum AnnouncementKind {
    /// See [`Announced::Created`].
    Created,
    /// See [`Announced::Changed`].
    Changed,
    /// See [`Announced::ContactChanged`].
    ContactChanged,
    /// See [`Announced::MethodAdded`] and [`Announced::MethodRemoved`].
    MethodsChanged,
    /// See [`Announced::PasswordChanged`].
    PasswordChanged,
    /// See [`Announced::Locked`].
    Locked,
    /// See [`Announced::Unlocked`].
    Unlocked,
    /// See [`Announced::Suspended`].
    Suspended,
    /// See [`Announced::Resumed`].
    Resumed,
    /// See [`Announced::SignedOutEverywhere`].
    SignedOutEverywhere,
    /// See [`Announced::Withdrawn`].
    Withdrawn,
    /// See [`Announced::Restored`].
    Restored,
    /// See [`Announced::Erased`].
    Erased,
    /// See [`Announced::SessionEnded`]: for clients, never for endpoints.
    SessionEnded,
}

impl AnnouncementKind {
    /// Every kind that an endpoint may hear of.
    pub const ALL: [Self; 13] = [
        Self::Created,
        Self::Changed,
        Self::ContactChanged,
        Self::MethodsChanged,
        Self::PasswordChanged,
        Self::Locked,
        Self::Unlocked,
        Self::Suspended,
        Self::Resumed,
        Self::SignedOutEverywhere,
        Self::Withdrawn,
        Self::Restored,
        Self::Erased,
    ];

    /// The stable name, in rows, in the settings and in what is told.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Created => "account.created",
            Self::Changed => "account.changed",
            Self::ContactChanged => "account.contact_changed",
            Self::MethodsChanged => "account.methods_changed",
            Self::PasswordChanged => "account.password_changed",
            Self::Locked => "account.locked",
            Self::Unlocked => "account.unlocked",
            Self::Suspended => "account.suspended",
            Self::Resumed => "account.resumed",
            Self::SignedOutEverywhere => "account.signed_out_everywhere",
            Self::Withdrawn => "account.withdrawn",
            Self::Restored => "account.restored",
            Self::Erased => "account.erased",
            Self::SessionEnded => "session.ended",
        }
    }

    /// The kind of that name that an endpoint may hear of.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

impl Announced {
    /// Its type.
    #[must_use]
    pub const fn kind(&self) -> AnnouncementKind {
        match self {
            Self::Created => AnnouncementKind::Created,
            Self::Changed { .. } => AnnouncementKind::Changed,
            Self::ContactChanged => AnnouncementKind::ContactChanged,
            Self::MethodAdded(_) | Self::MethodRemoved(_) => AnnouncementKind::MethodsChanged,
            Self::PasswordChanged(..) => AnnouncementKind::PasswordChanged,
            Self::Locked => AnnouncementKind::Locked,
            Self::Unlocked => AnnouncementKind::Unlocked,
            Self::Suspended => AnnouncementKind::Suspended,
            Self::Resumed => AnnouncementKind::Resumed,
            Self::SignedOutEverywhere(_) => AnnouncementKind::SignedOutEverywhere,
            Self::Withdrawn { .. } => AnnouncementKind::Withdrawn,
            Self::Restored => AnnouncementKind::Restored,
            Self::Erased => AnnouncementKind::Erased,
            Self::SessionEnded(_) => AnnouncementKind::SessionEnded,
        }
    }
}

/// What of an account has to be known from before an event.
pub(crate) struct Before {
    contact: Option<Email>,
    methods: Vec<Method>,
    named: Option<(Line, Locale)>,
    has_password: bool,
}

impl Before {
    /// Taken only where somebody is told.
    pub(crate) fn of(snapshot: &Snapshot, policy: &Policy) -> Option<Self> {
        if policy.endpoints.is_empty() {
            return None;
        }
        let account = snapshot.account.as_ref();
        Some(Self {
            contact: account.and_then(Account::contact_address).cloned(),
            methods: account.map(methods_of).unwrap_or_default(),
            named: account.map(|account| (account.display_name.clone(), account.locale)),
            has_password: account.is_some_and(|account| account.password().is_some()),
        })
    }
}

impl Writer<'_> {
    /// What each endpoint is told of the event.
    pub(super) fn announcements(&self, before: &Before, event: &Event) -> Vec<Announcement> {
        let mut all = Vec::new();
        for (account, what) in self.told_of(before, event) {
            let named = matches!(what, Announced::Created | Announced::ContactChanged);
            let email = self.account.filter(|_| named).and_then(Account::contact_address);
            for endpoint in self.context.policy.endpoints.iter().filter(|e| e.hears(what.kind())) {
                all.push(Announcement {
                    to: endpoint.name.clone(),
                    account,
                    what,
                    at: self.context.now,
                    email: email.filter(|_| endpoint.with_email).cloned(),
                    awaited: endpoint.receipts && what.kind() == AnnouncementKind::Withdrawn,
                });
            }
        }
        all
    }

    fn told_of(&self, before: &Before, event: &Event) -> Vec<(AccountId, Announced)> {
        let mut told = self.happened(before, event);
        if let Some(account) = self.account {
            let ends = account.withdrawn.is_some();
            let is_new = matches!(event, Event::AccountCreated { .. });
            let comes_back = matches!(event, Event::Restored { .. });
            let moved = before.contact.as_ref() != account.contact_address();
            if !ends && !is_new && (moved || comes_back) && account.contact_address().is_some() {
                told.push((account.id, Announced::ContactChanged));
            }
        }
        told
    }

    fn happened(&self, before: &Before, event: &Event) -> Vec<(AccountId, Announced)> {
        match event {
            Event::AccountCreated { .. }
            | Event::ProfileChanged { .. }
            | Event::PasswordSet { .. }
            | Event::PasswordVoided { .. }
            | Event::SessionEnded { .. }
            | Event::Locked { .. }
            | Event::Unlocked { .. }
            | Event::Suspended { .. }
            | Event::Resumed { .. }
            | Event::Withdrawn { .. }
            | Event::Restored { .. }
            | Event::Erased { .. } => self.about_account(before, event),
            Event::EmailAdded { account, .. }
            | Event::EmailRemoved { account, .. }
            | Event::LinkAdded { account, .. }
            | Event::LinkRemoved { account, .. }
            | Event::PasskeyAdded { account, .. }
            | Event::PasskeyRemoved { account, .. }
            | Event::MethodsPutBack { account, .. } => self.methods_changed(before, *account),
            Event::GuessesCounted { .. }
            | Event::GuessFailed { .. }
            | Event::CodeTriesCounted { .. }
            | Event::NetworkTriesCounted { .. }
            | Event::ChallengeIssued { .. }
            | Event::ChallengeSpent { .. }
            | Event::MailRead { .. }
            | Event::FlowStarted { .. }
            | Event::FlowTried { .. }
            | Event::FlowProven { .. }
            | Event::FormOpened { .. }
            | Event::FlowBound { .. }
            | Event::FlowEnded { .. }
            | Event::ResetCoolingDown { .. }
            | Event::NumberIssued { .. }
            | Event::NumberSpent { .. }
            | Event::NumbersVoided { .. }
            | Event::ChangeNoted { .. }
            | Event::ChangesUndone { .. }
            | Event::PicturesCut { .. }
            | Event::PendingCancelled { .. }
            | Event::TripStarted { .. }
            | Event::TripEnded { .. }
            | Event::IdentityFreed { .. }
            | Event::PasskeyRenamed { .. }
            | Event::PasskeyUsed { .. }
            | Event::PasskeyDoubted { .. }
            | Event::PasskeyDeclined { .. }
            | Event::CeremonySpent { .. }
            | Event::ReportHeard { .. }
            | Event::TestMailAsked { .. }
            | Event::Exported { .. }
            | Event::Grant(_)
            | Event::SignInRefused { .. }
            // That an address moved is told as the contact's change, where it is the contact.
            | Event::EmailChanged { .. }
            | Event::LinkChanged { .. }
            | Event::ContactChanged { .. }
            | Event::EmailReached { .. }
            | Event::LostNoted { .. }
            | Event::TermsAccepted { .. }
            | Event::SessionStarted { .. }
            | Event::SessionSeen { .. }
            | Event::SessionProved { .. }
            | Event::DeviceKnown { .. }
            | Event::DeviceForgotten { .. } => Vec::new(),
        }
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "`happened` lists the events that come here")]
    fn about_account(&self, before: &Before, event: &Event) -> Vec<(AccountId, Announced)> {
        use Announced as A;
        let one = |account: &AccountId, what| alloc::vec![(*account, what)];
        match event {
            Event::AccountCreated { account } => one(&account.id, A::Created),
            Event::ProfileChanged { account, display_name, locale } => {
                let (name, language) = match &before.named {
                    Some((name, language)) => (name != display_name, language != locale),
                    None => (true, true),
                };
                let what = (name || language).then_some(A::Changed { name, language });
                what.into_iter().map(|what| (*account, what)).collect()
            }
            Event::PasswordSet { account, change, .. } => set(*account, *change),
            Event::PasswordVoided { account, cause, .. } => voided(*account, cause, before),
            Event::SessionEnded { account, reason: SessionEnd::Operator, .. } => {
                let is_last = self.account.is_some_and(|account| account.sessions.is_empty());
                let what = is_last.then_some(A::SignedOutEverywhere(Because::Operator));
                what.into_iter().map(|what| (*account, what)).collect()
            }
            Event::Locked { account: Some(account), .. } => one(account, A::Locked),
            Event::Unlocked { account: Some(account), .. } => one(account, A::Unlocked),
            Event::Suspended { account, .. } => one(account, A::Suspended),
            Event::Resumed { account } => one(account, A::Resumed),
            Event::Withdrawn { account, withdrawal, .. } => {
                one(account, A::Withdrawn { until: withdrawal.until })
            }
            Event::Restored { account } => one(account, A::Restored),
            Event::Erased { account } => one(account, A::Erased),
            _ => Vec::new(),
        }
    }

    /// The methods that came and went. Nothing while the account is at its end: its restoration is told as a whole.
    fn methods_changed(&self, before: &Before, id: AccountId) -> Vec<(AccountId, Announced)> {
        let Some(account) = self.account.filter(|account| account.withdrawn.is_none()) else {
            return Vec::new();
        };
        let now = methods_of(account);
        let went = before.methods.iter().filter(|method| !now.contains(method));
        let came = now.iter().filter(|method| !before.methods.contains(method));
        let went = went.map(|method| (id, Announced::MethodRemoved(*method)));
        went.chain(came.map(|method| (id, Announced::MethodAdded(*method)))).collect()
    }
}

fn methods_of(account: &Account) -> Vec<Method> {
    Methods::of(account).each().map(|(method, _)| method).collect()
}

fn set(account: AccountId, change: PasswordChange) -> Vec<(AccountId, Announced)> {
    let because = match change {
        PasswordChange::Chosen => Because::PasswordChange,
        PasswordChange::Reset => Because::Reset,
        // The added method is told of by itself; the same password hashed anew is no news.
        PasswordChange::Added | PasswordChange::Rehashed => return Vec::new(),
    };
    let mut told = alloc::vec![(account, Announced::PasswordChanged(PasswordState::Set, because))];
    if because == Because::PasswordChange {
        told.push((account, Announced::SignedOutEverywhere(because)));
    }
    told
}

fn voided(account: AccountId, cause: &VoidCause, before: &Before) -> Vec<(AccountId, Announced)> {
    let because = match cause {
        VoidCause::Reset { .. } => Because::Reset,
        VoidCause::NotMe => Because::NotMe,
        VoidCause::Undone { .. } => Because::Undo,
        // What made it void is told of by itself.
        VoidCause::Withdrawn | VoidCause::Restored | VoidCause::Removed => return Vec::new(),
    };
    let void = Announced::PasswordChanged(PasswordState::Void, because);
    let void = before.has_password.then_some(void);
    void.into_iter()
        .chain([Announced::SignedOutEverywhere(because)])
        .map(|what| (account, what))
        .collect()
}
