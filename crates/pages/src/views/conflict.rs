//! What comes of a round trip to a provider when it leads to no sign-in: what happened, the one thing to do next.
//!
//! One view for all of it, told apart by its kind. It never says how another account signs in (R-REG-5), nor who
//! it belongs to.

use serde::Serialize;

use super::{InApp, View};

/// The answer page of /callback/{provider}, and of what follows it. Kinds:
/// `identity-on-other-account` (linking, R-METHOD-4), `address-on-other-account` (R-REG-5: `methods` and `address`;
/// 「中止」 is POST /offer/cancel), `provider-taken` (another identity of that provider is on the account),
/// `identity-removed` and `account-withdrawn` (to /undo, or POST /signup/anew, which goes on to /signup/confirm),
/// `provider-cancelled`, `provider-refused`, `provider-unreachable`, `trip-over`, `trip-elsewhere`, `provider-off`,
/// `registration-closed`, `offer-over`.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Conflict {
    pub kind: String,
    /// The heading's text id; [`Conflict::new`] sets it.
    pub title: String,
    /// The provider's name.
    pub provider: String,
    /// What the trip was for, which is where the way back leads: `signin`, `register`, `link`, `proof`.
    pub intent: String,
    /// The provider's address, in full: who sees it has just proven it. Empty where there is none.
    pub address: String,
    /// All ways of the service, for `address-on-other-account`.
    pub methods: Vec<String>,
    /// Until when a withdrawal can be undone, for `account-withdrawn`.
    pub until_ms: Option<i64>,
    pub return_to: String,
    pub in_app: Option<InApp>,
}

impl Conflict {
    pub fn new(kind: &str, provider: &str, intent: &str) -> Conflict {
        Conflict {
            kind: kind.to_owned(),
            title: format!("conflict-{kind}-title"),
            provider: provider.to_owned(),
            intent: intent.to_owned(),
            ..Conflict::default()
        }
    }
}

impl View for Conflict {
    const TEMPLATE: &'static str = "conflict/conflict.html";

    fn title_key(&self) -> &str {
        &self.title
    }
}
