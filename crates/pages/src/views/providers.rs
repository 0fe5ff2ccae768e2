//! What pages with provider buttons share, and the two steps of a registration with a provider (R-REG-4).
//!
//! A provider is named by its id (`google`, `apple`, or a configured one); what it is called belongs to the
//! texts and the settings. Each button is a form to `/signin/{provider}` with `intent` and `return_to`.

use serde::Serialize;

use super::{FieldError, TermsLink, View};

/// The page is open inside another app's browser, where Google refuses to sign people in (R-SIGNIN-9).
#[derive(Clone, Debug, Default, Serialize)]
pub struct InApp {
    /// `line`, `instagram`, `facebook`, `x`; anything else is spoken of as "this app".
    pub app: String,
    /// A link that opens the real browser (for LINE: this page with `openExternalBrowser=1`); empty where the
    /// app knows none.
    pub external_url: String,
}

/// GET, POST /signup/confirm: the one page after a provider's return (R-REG-4). Fields: `display_name`, and
/// `terms` = `accepted` where there are terms. Error ids: `name-too-long` (`maximum`), `name-not-allowed` (field
/// `display_name`), `terms-required` (field `terms`), `rate-limited` (`minutes`), `overloaded` (`seconds`).
#[derive(Clone, Debug, Default, Serialize)]
pub struct SignupConfirm {
    pub provider: String,
    /// The proven address, in full: the provider's own, or the one whose code was entered.
    pub address: String,
    /// Whether the address forwards to one that nobody here knows (Apple's private relay).
    pub relay: bool,
    /// Proposed from the provider; kept as typed when the form comes back. May be hostile text.
    pub display_name: String,
    pub terms: Option<TermsLink>,
    pub errors: Vec<FieldError>,
}

impl View for SignupConfirm {
    const TEMPLATE: &'static str = "providers/confirm.html";

    fn title_key(&self) -> &str {
        "confirm-title"
    }

    fn errors(&self) -> &[FieldError] {
        &self.errors
    }
}

/// GET, POST /signup/address: the provider gave no address that it vouches for. Field: `email`. Then the page
/// [`super::SignupCode`] with its `provider` set. Error ids: `invalid-address` (field `email`), `rate-limited`
/// (`minutes`), `overloaded` (`seconds`).
#[derive(Clone, Debug, Default, Serialize)]
pub struct SignupAddress {
    pub provider: String,
    /// Proposed where the provider named one without vouching for it; kept as typed.
    pub email: String,
    pub errors: Vec<FieldError>,
}

impl View for SignupAddress {
    const TEMPLATE: &'static str = "providers/address.html";

    fn title_key(&self) -> &str {
        "address-title"
    }

    fn errors(&self) -> &[FieldError] {
        &self.errors
    }
}
