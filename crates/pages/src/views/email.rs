//! Another address for the `email` method, or the first one: address, code, and a password where there is none
//! (R-METHOD-2, R-METHOD-8).
//!
//! The page after the address is the same whether or not the address is on another account (R-METHOD-4).

use serde::Serialize;

use super::{FieldError, View};

/// GET, POST /account/methods/email. Error ids: `invalid-address` (field `email`), `rate-limited` (`minutes`).
#[derive(Clone, Debug, Default, Serialize)]
pub struct EmailChange {
    /// The present address, in full: it is the member's own page. Empty where the account has no `email` yet: then
    /// the page is that of adding it.
    pub current: String,
    pub email: String,
    /// Where to go on to afterwards; empty for the list of methods.
    pub return_to: String,
    pub errors: Vec<FieldError>,
}

impl View for EmailChange {
    const TEMPLATE: &'static str = "email/address.html";

    fn title_key(&self) -> &str {
        if self.current.is_empty() { "email-add-title" } else { "email-title" }
    }

    fn errors(&self) -> &[FieldError] {
        &self.errors
    }
}

/// GET, POST /account/methods/email/code. Error ids: `invalid-code`, `code-expired`, `code-used-up` (field
/// `code`), `address-on-other-account`, `rate-limited` (`minutes`).
#[derive(Clone, Debug, Default, Serialize)]
pub struct EmailCode {
    /// The new address as it was typed.
    pub address: String,
    /// What was typed; kept when the form comes back.
    pub code: String,
    /// How long a code is valid, in minutes.
    pub valid_minutes: u32,
    /// Whether the account has no `email` yet: then a password is set next, at /account/methods/email/password.
    pub adding: bool,
    /// Whether it is the account's own address already, which is only shown to work (R-CONTACT-4).
    pub own: bool,
    /// Whether the code has just been asked for again.
    pub resent: bool,
    /// Whether the address has just refused a mail for good (R-CONTACT-4).
    pub refused: bool,
    pub errors: Vec<FieldError>,
}

impl View for EmailCode {
    const TEMPLATE: &'static str = "email/code.html";

    fn title_key(&self) -> &str {
        "email-code-title"
    }

    fn errors(&self) -> &[FieldError] {
        &self.errors
    }
}

/// GET, POST /account/methods/email/password: the password of the added address. Fields: `new_password`,
/// `username`. Error ids as at [`super::SignupPassword`], field `new_password`.
#[derive(Clone, Debug, Default, Serialize)]
pub struct EmailPassword {
    /// The proven address, for password managers.
    pub address: String,
    pub minimum_length: u32,
    pub errors: Vec<FieldError>,
}

impl View for EmailPassword {
    const TEMPLATE: &'static str = "email/password.html";

    fn title_key(&self) -> &str {
        "email-password-title"
    }

    fn errors(&self) -> &[FieldError] {
        &self.errors
    }
}
