//! The OpenID provider: who somebody is, told to the service's own sites and apps (OpenID Connect Core, RFC 6749, RFC 9700).
//!
//! What is spoken over HTTP is for `web`; here is what it means. A code is sealed and stored nowhere until it is redeemed; a
//! grant is what it becomes (`accounts::rules::grants`), and every token is of a grant. An access token is a signed text that
//! others can read by themselves (RFC 9068) and that the house still asks the grant about, so that here it ends at once.
//!
//! What must never happen here: a token for an account that is suspended or withdrawn, a token of one client used by another,
//! an answer that tells a stranger why.

mod app;
mod grants;
mod proofs;
mod step;
mod subject;
mod tokens;

use accounts::{Account, ClientGrant};

pub use grants::{Asked, GrantRefusal, Redeemed, ShownCode};
pub use proofs::Proof;
pub(crate) use subject::subject_of;
pub use subject::{claims, means};
pub use tokens::{ACCESS_TYP, ID_TYP, Issued, Wish};

/// What the provider goes by.
#[derive(Clone, Debug)]
pub struct OpenIdOptions {
    /// The sites and apps.
    pub clients: crate::clients::Clients,
    /// How those are read that operators have added by command; `None` where nobody can.
    pub kept: Option<crate::clients::ReadClient>,
    /// How long an access token is good, in seconds.
    pub access_life_s: i64,
    /// How long an ID token is good, in seconds.
    pub id_life_s: i64,
}

impl Default for OpenIdOptions {
    fn default() -> Self {
        Self {
            clients: crate::clients::Clients::default(),
            kept: None,
            access_life_s: 600,
            id_life_s: 600,
        }
    }
}

/// A grant that serves, and its account.
#[derive(Clone, Debug)]
pub struct Holder {
    /// The grant.
    pub grant: ClientGrant,
    /// Whose.
    pub account: Account,
    /// The claims of the token by which it was found.
    pub claims: serde_json::Value,
}
