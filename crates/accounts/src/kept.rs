//! The login methods of an account as they were at some time: what an undo or a restoration puts back.
//!
//! It holds addresses and identities, and never a password: none is ever revived (R-METHOD-10).

use alloc::vec::Vec;

use crate::email::Email;
use crate::snapshot::{Account, Addressed, Link, Method, Passkey};
use crate::values::{Instant, SessionId};

/// When a login method was added, and by whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Added {
    /// When.
    pub at: Instant,
    /// The session that added it; `None` for the one the account was registered with.
    pub by: Option<SessionId>,
}

/// The login methods of an account.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Methods {
    /// The `email` method, without its password.
    pub email: Option<KeptEmail>,
    /// The methods of providers, oldest first.
    pub links: Vec<Link>,
    /// The passkeys, oldest first.
    pub passkeys: Vec<Passkey>,
    /// Which of them is the contact.
    pub contact: Addressed,
    /// Since when.
    pub contact_since: Instant,
}

/// An `email` method without its password.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct KeptEmail {
    /// The address.
    pub email: Email,
    /// When it was proven.
    pub proven_at: Instant,
    /// When, and by which session, the method was added.
    pub added: Added,
}

impl Methods {
    /// Those of the account as it is.
    #[must_use]
    pub fn of(account: &Account) -> Self {
        let email = account.email.as_ref().map(|method| KeptEmail {
            email: method.email.clone(),
            proven_at: method.proven_at,
            added: method.added,
        });
        Self {
            email,
            links: account.links.clone(),
            passkeys: account.passkeys.clone(),
            contact: account.contact,
            contact_since: account.contact_since,
        }
    }

    /// The methods among them that have a proven address: `email` first, then by age.
    pub fn addressed(&self) -> impl Iterator<Item = Addressed> {
        let email = self.email.as_ref().map(|_| Addressed::Email);
        let linked = self.links.iter().filter(|link| link.address.is_some());
        email.into_iter().chain(linked.map(|link| Addressed::Provider(link.provider)))
    }

    /// The proven address of one of them.
    #[must_use]
    pub fn address_of(&self, method: Addressed) -> Option<&Email> {
        match method {
            Addressed::Email => self.email.as_ref().map(|method| &method.email),
            Addressed::Provider(provider) => {
                let link = self.links.iter().find(|link| link.provider == provider)?;
                link.address.as_ref().map(|address| &address.email)
            }
        }
    }

    /// Every method with when and by whom it was added: `email` first, then those of providers, then passkeys.
    pub fn each(&self) -> impl Iterator<Item = (Method, Added)> {
        let email = self.email.iter().map(|kept| (Method::Email, kept.added));
        let links = self.links.iter().map(|link| (Method::Provider(link.provider), link.added));
        let passkeys = self.passkeys.iter().map(|known| (Method::Passkey(known.id), known.added));
        email.chain(links).chain(passkeys)
    }

    /// Whether this method is among them, added then.
    #[must_use]
    pub fn has(&self, method: Method, added: Added) -> bool {
        self.each().any(|one| one == (method, added))
    }

    /// Those that `stays` says; the contact stays as it is, also where its method goes.
    #[must_use]
    pub fn retaining(&self, stays: impl Fn(Method, Added) -> bool) -> Self {
        let mut rest = self.clone();
        rest.email = rest.email.filter(|kept| stays(Method::Email, kept.added));
        rest.links.retain(|link| stays(Method::Provider(link.provider), link.added));
        rest.passkeys.retain(|known| stays(Method::Passkey(known.id), known.added));
        rest
    }

    /// Every address among them.
    pub fn addresses(&self) -> impl Iterator<Item = &Email> {
        let email = self.email.as_ref().map(|method| &method.email);
        let linked = self.links.iter().filter_map(|link| link.address.as_ref());
        email.into_iter().chain(linked.map(|address| &address.email))
    }
}
