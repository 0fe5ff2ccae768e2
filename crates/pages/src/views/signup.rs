//! Registration, step by step: address, code, password; the terms; and the closed door.
//!
//! The page after the address is the same whether or not the address has an account (R-REG-3).
//! The password itself never comes back to a page.

use serde::Serialize;

use super::{FieldError, InApp, View};

/// GET /signup: the methods one can register with.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Signup {
    /// Method ids in the order of the service. `email` is a link to `/signup/email`, a provider is a form to
    /// `/signin/{provider}` with `intent` = `register` and `return_to`.
    pub methods: Vec<String>,
    pub in_app: Option<InApp>,
    /// The method used last on this browser: whoever sees it here has an account already (R-SIGNIN-8).
    pub last_used: Option<String>,
    /// A small word at the top, such as `flow-expired`.
    pub notice: Option<String>,
    pub return_to: String,
}

impl View for Signup {
    const TEMPLATE: &'static str = "signup/methods.html";

    fn title_key(&self) -> &str {
        "signup-title"
    }
}

/// GET, POST /signup/email. Error ids: `invalid-address` (field `email`), `rate-limited` (`minutes`),
/// `overloaded` (`seconds`).
#[derive(Clone, Debug, Default, Serialize)]
pub struct SignupEmail {
    pub email: String,
    pub return_to: String,
    pub errors: Vec<FieldError>,
}

impl View for SignupEmail {
    const TEMPLATE: &'static str = "signup/email.html";

    fn title_key(&self) -> &str {
        "signup-email-title"
    }

    fn errors(&self) -> &[FieldError] {
        &self.errors
    }
}

/// GET, POST /signup/code; with `provider` set GET, POST /signup/address/code. Field: `code`. Asking again posts
/// `email` to the page before, which is /signup/email or /signup/address. Error ids: `invalid-code`, `code-expired`, `code-used-up` (all field
/// `code`), `rate-limited` (`minutes`).
#[derive(Clone, Debug, Default, Serialize)]
pub struct SignupCode {
    /// The provider whose registration needs this address; empty for a registration by e-mail.
    pub provider: String,
    /// The address as it was typed on this browser, so that a slip can be seen.
    pub address: String,
    /// What was typed; kept when the form comes back.
    pub code: String,
    pub return_to: String,
    /// How long a code is valid, in minutes.
    pub valid_minutes: u32,
    /// Whether the code has just been asked for again.
    pub resent: bool,
    /// Whether the address has just refused a mail for good (R-CONTACT-4).
    pub refused: bool,
    pub errors: Vec<FieldError>,
}

impl View for SignupCode {
    const TEMPLATE: &'static str = "signup/code.html";

    fn title_key(&self) -> &str {
        "signup-code-title"
    }

    fn errors(&self) -> &[FieldError] {
        &self.errors
    }
}

/// The terms that the service asks for.
#[derive(Clone, Debug, Default, Serialize)]
pub struct TermsLink {
    pub version: String,
    /// Where they can be read.
    pub url: String,
}

/// GET, POST /signup/password. Error ids: `password-too-short` (`minimum`), `password-too-long`
/// (`maximum`), `password-too-weak`, `password-not-allowed` (control characters), `terms-required`
/// (field `terms`), `rate-limited`, `overloaded`.
#[derive(Clone, Debug, Default, Serialize)]
pub struct SignupPassword {
    /// The proven address, for password managers.
    pub address: String,
    pub minimum_length: u32,
    pub terms: Option<TermsLink>,
    pub errors: Vec<FieldError>,
}

impl View for SignupPassword {
    const TEMPLATE: &'static str = "signup/password.html";

    fn title_key(&self) -> &str {
        "signup-password-title"
    }

    fn errors(&self) -> &[FieldError] {
        &self.errors
    }
}

/// Registration is closed (R-REG-11).
#[derive(Clone, Debug, Default, Serialize)]
pub struct SignupClosed {}

impl View for SignupClosed {
    const TEMPLATE: &'static str = "signup/closed.html";

    fn title_key(&self) -> &str {
        "signup-closed-title"
    }
}

/// GET, POST /terms: a new version of the terms, asked for once after a sign-in.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Terms {
    pub terms: TermsLink,
    pub return_to: String,
    pub errors: Vec<FieldError>,
}

impl View for Terms {
    const TEMPLATE: &'static str = "signup/terms.html";

    fn title_key(&self) -> &str {
        "terms-title"
    }

    fn errors(&self) -> &[FieldError] {
        &self.errors
    }
}
