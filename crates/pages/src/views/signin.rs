//! The way in: choosing a method, address and password, and the two shut doors.
//!
//! The sentences of these pages are the same whether or not an address has an account
//! (R-SIGNIN-2); nothing here may make a difference between the two.

use serde::Serialize;

use super::{FieldError, InApp, View};

/// GET /signin: the methods that can be chosen.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Signin {
    /// Method ids in the order of the service. `email` is a link to `/signin/email`, a provider is a form to
    /// `/signin/{provider}` with `intent` = `signin` and `return_to`. `passkey` is a form to /signin/passkey
    /// (`credential`, `return_to`), hidden until the script finds that the browser can.
    pub methods: Vec<String>,
    pub in_app: Option<InApp>,
    /// The method used last on this browser (R-SIGNIN-8).
    pub last_used: Option<String>,
    /// A small word at the top: `signed-out`, `session-ended`, `language-changed` ...
    pub notice: Option<String>,
    /// Where to go afterwards; empty for nowhere in particular.
    pub return_to: String,
    /// Whether registration is open, so that the way there is shown.
    pub signup_open: bool,
}

impl View for Signin {
    const TEMPLATE: &'static str = "signin/methods.html";

    fn title_key(&self) -> &str {
        "signin-title"
    }
}

/// GET, POST /signin/email. Error ids: `invalid-credentials`, `try-again`, `overloaded` (`seconds`),
/// `rate-limited` (`minutes`), `invalid-address` (field `email`), `missing-password` (field `password`). With
/// `passkeys` the form also sends `passkey`, empty or `capable`.
#[derive(Clone, Debug, Default, Serialize)]
pub struct SigninEmail {
    /// What was typed; kept when the form comes back.
    pub email: String,
    pub return_to: String,
    pub signup_open: bool,
    /// Whether the address's field offers passkeys as well, by the browser's autofill (R-PASSKEY-1).
    pub passkeys: bool,
    pub errors: Vec<FieldError>,
}

impl View for SigninEmail {
    const TEMPLATE: &'static str = "signin/email.html";

    fn title_key(&self) -> &str {
        "signin-email-title"
    }

    fn errors(&self) -> &[FieldError] {
        &self.errors
    }
}

/// The answer to a sign-in at a locked address: the reset and the operator are the ways out (R-LOCK-1).
#[derive(Clone, Debug, Default, Serialize)]
pub struct Locked {}

impl View for Locked {
    const TEMPLATE: &'static str = "signin/locked.html";

    fn title_key(&self) -> &str {
        "locked-title"
    }
}

/// The answer to a right sign-in on a suspended account (R-LOCK-7).
#[derive(Clone, Debug, Default, Serialize)]
pub struct Suspended {}

impl View for Suspended {
    const TEMPLATE: &'static str = "signin/suspended.html";

    fn title_key(&self) -> &str {
        "suspended-title"
    }
}
