//! What the calls about a member's own account, its login methods and its contact take and give.
//!
//! Nothing here names an account, and no hash or subject of a provider leaves the house (I10).

use accounts::{Account, Addressed, EmailMethod, Link, Relay};
use engine::Secret;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::AccountBody;
use super::passkeys::PasskeyBody;
use crate::json::time;

/// The account with its login methods.
#[derive(Serialize, ToSchema)]
pub(crate) struct OwnAccountBody {
    #[serde(flatten)]
    account: AccountBody,
    /// Where the service's mail goes.
    #[serde(skip_serializing_if = "Option::is_none")]
    contact: Option<ContactBody>,
    /// The login methods: `email` first, then by age.
    methods: Vec<MethodBody>,
    /// The passkeys, by age.
    passkeys: Vec<PasskeyBody>,
}

impl OwnAccountBody {
    pub(crate) fn of(account: &Account) -> Self {
        Self {
            account: AccountBody::of(account),
            contact: ContactBody::of(account),
            methods: MethodBody::all(account),
            passkeys: account.passkeys.iter().map(PasskeyBody::of).collect(),
        }
    }
}

/// Where the service's mail goes.
#[derive(Serialize, ToSchema)]
pub(crate) struct ContactBody {
    /// Which login method's address it is.
    #[schema(example = "email")]
    method: String,
    /// The address.
    email: String,
    /// Since when mail to it does not arrive: ask for another contact.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    unreachable_since: Option<String>,
}

impl ContactBody {
    fn of(account: &Account) -> Option<Self> {
        let email = account.contact_address()?.as_stored().to_owned();
        let unreachable_since = match account.contact {
            Addressed::Email => {
                account.email.as_ref().and_then(|method| method.unreachable_at).map(time)
            }
            Addressed::Provider(provider) => account.link(provider).and_then(unreachable),
        };
        let method = account.contact.name().to_owned();
        Some(Self { method, email, unreachable_since })
    }
}

/// A login method.
#[derive(Serialize, ToSchema)]
pub(crate) struct MethodBody {
    /// `email`, or the provider's name. It is the id of `account/methods/{id}`.
    #[schema(example = "google")]
    method: String,
    /// Its proven address; `email` always has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<String>,
    /// Whether the service's mail goes there.
    contact: bool,
    /// Whether it has a password.
    password: bool,
    /// Whether the address is one that the provider passes on to the person's own.
    private_relay: bool,
    /// Since when mail to its address does not arrive.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    unreachable_since: Option<String>,
    /// Since when the provider has said that nobody may come in by it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    held_since: Option<String>,
    /// Since when.
    #[schema(format = DateTime)]
    added_at: String,
}

impl MethodBody {
    fn all(account: &Account) -> Vec<Self> {
        let email = account.email.iter().map(|method| Self::email(method, account));
        email.chain(account.links.iter().map(|link| Self::provider(link, account))).collect()
    }

    fn email(method: &EmailMethod, account: &Account) -> Self {
        Self {
            method: Addressed::Email.name().to_owned(),
            address: Some(method.email.as_stored().to_owned()),
            contact: account.contact == Addressed::Email,
            password: method.password.is_some(),
            private_relay: false,
            unreachable_since: method.unreachable_at.map(time),
            held_since: None,
            added_at: time(method.proven_at),
        }
    }

    fn provider(link: &Link, account: &Account) -> Self {
        let address = link.address.as_ref();
        Self {
            method: link.provider.as_str().to_owned(),
            address: address.map(|address| address.email.as_stored().to_owned()),
            contact: account.contact == Addressed::Provider(link.provider),
            password: false,
            private_relay: address.is_some_and(|address| address.relay == Relay::Private),
            unreachable_since: unreachable(link),
            held_since: link.held_at.map(time),
            added_at: time(link.added.at),
        }
    }
}

fn unreachable(link: &Link) -> Option<String> {
    link.address.as_ref().and_then(|address| address.unreachable_at).map(time)
}

/// The login methods.
#[derive(Serialize, ToSchema)]
pub(crate) struct MethodsBody {
    /// Those that have an address: `email` first, then by age.
    methods: Vec<MethodBody>,
    /// The passkeys, by age.
    passkeys: Vec<PasskeyBody>,
}

impl MethodsBody {
    pub(crate) fn of(account: &Account) -> Self {
        Self {
            methods: MethodBody::all(account),
            passkeys: account.passkeys.iter().map(PasskeyBody::of).collect(),
        }
    }
}

/// Which login method's address is to be the contact.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewContact {
    /// `email`, or a provider's name.
    #[schema(example = "google")]
    pub(crate) method: String,
}

/// The first password of an `email` method that is added.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct EmailComplete {
    /// The flow.
    #[schema(value_type = String)]
    pub(crate) flow: Secret,
    /// 8 to 256 characters.
    #[schema(value_type = String, format = Password)]
    pub(crate) password: Secret,
}

/// An account that is ended.
#[derive(Serialize, ToSchema)]
pub(crate) struct WithdrawnBody {
    /// Until when that can be taken back, with the number that was mailed or a freed address or provider.
    #[schema(format = DateTime)]
    pub(crate) until: String,
}

/// A wait that has begun.
#[derive(Serialize, ToSchema)]
pub(crate) struct WaitBody {
    /// From then on `reset` mails a code, unless somebody signs in before.
    #[schema(format = DateTime)]
    pub(crate) until: String,
}
