//! An account with all that belongs to it: its login methods, its contact, and what refuses it.
//!
//! It always keeps a login method that has an address, unless it is withdrawn, and its contact names one of its own
//! (R-METHOD-6).

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::{Change, ClientGrant, Device, Passkey, Relay, Session};
use crate::email::Email;
use crate::identity::{Identity, Provider};
use crate::kept::{Added, Methods};
use crate::values::{AccountId, Instant, Line, Locale, PasskeyId, PasswordHash};

/// An account with all that belongs to it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Account {
    /// Who.
    pub id: AccountId,
    /// Since when.
    pub created_at: Instant,
    /// What the member wants to be called; may be empty.
    pub display_name: Line,
    /// The language we write in.
    pub locale: Locale,
    /// The `email` login method.
    pub email: Option<EmailMethod>,
    /// The number of the newest password, void or not. It never falls, also when `email` is removed, so that a
    /// check against an old password can never fit a new one (I14).
    pub password_version: i64,
    /// The login methods of providers, oldest first.
    pub links: Vec<Link>,
    /// The passkeys, oldest first.
    pub passkeys: Vec<Passkey>,
    /// When the member declined the offer of a passkey, which is for good.
    pub passkey_declined: Option<Instant>,
    /// Which addressed method receives the service's mail (R-CONTACT).
    pub contact: Addressed,
    /// Since when.
    pub contact_since: Instant,
    /// An operator's refusal of every method (R-LOCK-7).
    pub suspended: Option<Suspension>,
    /// The member has ended the account (R-WITHDRAW).
    pub withdrawn: Option<Withdrawal>,
    /// Somebody who reads its mailbox cannot use its provider any more (R-RESET-8).
    pub lost: Option<Lost>,
    /// The newest terms accepted.
    pub terms: Option<TermsAccepted>,
    /// Rises whenever all that is pending (grants, changes) is cancelled.
    pub epoch: i64,
    /// What can still be undone, oldest first, as far as the scope asked for it.
    pub changes: Vec<Change>,
    /// Live sessions, oldest first.
    pub sessions: Vec<Session>,
    /// Known devices, least recently used first.
    pub devices: Vec<Device>,
    /// What connected sites and apps hold, oldest first, without what is over.
    pub grants: Vec<ClientGrant>,
}

impl Account {
    /// The address that receives the service's mail. `None` cannot happen while R-METHOD-6 holds.
    #[must_use]
    pub fn contact_address(&self) -> Option<&Email> {
        self.address_of(self.contact)
    }

    /// The proven address of a login method.
    #[must_use]
    pub fn address_of(&self, method: Addressed) -> Option<&Email> {
        match method {
            Addressed::Email => self.email.as_ref().map(|method| &method.email),
            Addressed::Provider(provider) => {
                self.link(provider)?.address.as_ref().map(|address| &address.email)
            }
        }
    }

    /// The login method of a provider.
    #[must_use]
    pub fn link(&self, provider: Provider) -> Option<&Link> {
        self.links.iter().find(|link| link.provider == provider)
    }

    /// The passkey of that name.
    #[must_use]
    pub fn passkey(&self, id: PasskeyId) -> Option<&Passkey> {
        self.passkeys.iter().find(|passkey| passkey.id == id)
    }

    /// The login methods that have a proven address: `email` first, then by age (R-METHOD-6).
    pub fn addressed(&self) -> impl Iterator<Item = Addressed> {
        let email = self.email.as_ref().map(|_| Addressed::Email);
        let linked = self.links.iter().filter(|link| link.address.is_some());
        email.into_iter().chain(linked.map(|link| Addressed::Provider(link.provider)))
    }

    /// The password of the `email` method.
    #[must_use]
    pub fn password(&self) -> Option<&PasswordRecord> {
        self.email.as_ref().and_then(|method| method.password.as_ref())
    }
}

/// A login method that has a mail address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Addressed {
    /// Address and password.
    Email,
    /// A provider.
    Provider(Provider),
}

impl Addressed {
    /// As a way to sign in.
    #[must_use]
    pub const fn method(self) -> Method {
        match self {
            Self::Email => Method::Email,
            Self::Provider(provider) => Method::Provider(provider),
        }
    }

    /// Its name in rows and in the API: `email`, or the provider's.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Email => EMAIL,
            Self::Provider(provider) => provider.as_str(),
        }
    }

    /// The method of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        if name == EMAIL { Some(Self::Email) } else { Provider::parse(name).map(Self::Provider) }
    }
}

const EMAIL: &str = "email";

/// The ways to sign in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Method {
    /// Address and password.
    Email,
    /// A provider.
    Provider(Provider),
    /// A passkey.
    Passkey(PasskeyId),
}

impl Method {
    /// Its name in the API and on pages: `email`, `passkey`, or the provider's.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Email => EMAIL,
            Self::Provider(provider) => provider.as_str(),
            Self::Passkey(_) => PASSKEY,
        }
    }

    /// Its key in rows: the name, and which passkey it was (`passkey:` and 32 hexadecimal digits).
    #[must_use]
    pub fn key(&self) -> String {
        match self {
            Self::Email | Self::Provider(_) => self.name().to_string(),
            Self::Passkey(id) => alloc::format!("{PASSKEY}:{:032x}", u128::from_be_bytes(id.0)),
        }
    }

    /// The method of that key.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        let Some(digits) = key.strip_prefix(PASSKEY).and_then(|rest| rest.strip_prefix(':')) else {
            return Addressed::from_name(key).map(Addressed::method);
        };
        let plain = digits.len() == 32 && digits.bytes().all(|b| b.is_ascii_hexdigit());
        let id = u128::from_str_radix(digits, 16).ok().filter(|_| plain)?;
        Some(Self::Passkey(PasskeyId(id.to_be_bytes())))
    }
}

const PASSKEY: &str = "passkey";

/// Address and password.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct EmailMethod {
    /// The address, as first proven.
    pub email: Email,
    /// When it was proven.
    pub proven_at: Instant,
    /// When, and by which session, the method was added.
    pub added: Added,
    /// The password; `None` while it is void.
    pub password: Option<PasswordRecord>,
    /// Since when mail to it does not arrive (R-CONTACT-4).
    pub unreachable_at: Option<Instant>,
}

/// The login method of a provider: an identity there.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Link {
    /// The provider.
    pub provider: Provider,
    /// Who the member is there; it never changes.
    pub identity: Identity,
    /// The proven address, which follows the provider (R-METHOD-9); `None` where none was ever proven.
    pub address: Option<LinkAddress>,
    /// When, and by which session, the method was added.
    pub added: Added,
    /// Since when the provider has said that nobody may come in by it (I35).
    pub held_at: Option<Instant>,
}

/// The address that a member has through a provider.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct LinkAddress {
    /// The address.
    pub email: Email,
    /// Since when it is proven.
    pub proven_at: Instant,
    /// The person's own, or a relay of the provider's.
    pub relay: Relay,
    /// Since when mail to it does not arrive (R-CONTACT-4).
    pub unreachable_at: Option<Instant>,
}

/// The end of an account by its member (R-WITHDRAW).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Withdrawal {
    /// When.
    pub at: Instant,
    /// When the personal data is erased; until then it can be taken back.
    pub until: Instant,
    /// The login methods it had.
    pub methods: Methods,
}

/// The wait of somebody who cannot use the provider any more (R-RESET-8).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Lost {
    /// The address whose mailbox was shown.
    pub email: Email,
    /// From when on a code sets up an `email` method with it.
    pub from: Instant,
}

/// A password hash and its number, by which a check that was made against another is told apart.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PasswordRecord {
    /// Rises with every new password or hash.
    pub version: i64,
    /// PHC string.
    pub hash: PasswordHash,
    /// When the member last chose it.
    pub set_at: Instant,
}

/// An operator's refusal.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Suspension {
    /// Since when.
    pub at: Instant,
    /// The operator's words, for operators.
    pub reason: Line,
}

/// A version of the terms and when it was accepted (R-SIGNIN-11).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TermsAccepted {
    /// The service's name for the version.
    pub version: Line,
    /// When.
    pub at: Instant,
}
