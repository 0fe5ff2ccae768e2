//! The forgotten password, step by step: address, code, new password.
//!
//! The page after the address is the same whatever the address is (R-RESET-1). Only the last page knows that a
//! code was right; it is shown once, and its form carries a secret of its own (R-RESET-5). The password itself
//! never comes back to a page.

use serde::Serialize;

use super::{FieldError, MethodRow, View};

/// GET, POST /reset. Error ids: `invalid-address` (field `email`), `rate-limited` (`minutes`).
#[derive(Clone, Debug, Default, Serialize)]
pub struct Reset {
    pub email: String,
    /// The providers of the service; where there are any, the way to /provider-lost is shown.
    pub providers: Vec<String>,
    pub errors: Vec<FieldError>,
}

impl View for Reset {
    const TEMPLATE: &'static str = "reset/address.html";

    fn title_key(&self) -> &str {
        "reset-title"
    }

    fn errors(&self) -> &[FieldError] {
        &self.errors
    }
}

/// GET, POST /reset/code. Error ids: `invalid-code`, `code-expired`, `code-used-up` (field `code`),
/// `code-cooldown` (`minutes`, the whole form), `rate-limited` (`minutes`).
#[derive(Clone, Debug, Default, Serialize)]
pub struct ResetCode {
    /// The address as it was typed on this browser, so that a slip can be seen.
    pub address: String,
    /// What was typed; kept when the form comes back, never a code that was right.
    pub code: String,
    /// How long a code is valid, in minutes.
    pub valid_minutes: u32,
    /// How long no new code is sent after one was entered, in minutes.
    pub cooldown_minutes: u32,
    /// Whether a code was verified in this browser already: the same one opens the password form again.
    pub again: bool,
    /// Until when, where `again`; milliseconds since 1970.
    pub until_ms: Option<i64>,
    /// The providers of the service, which are named as another way in (R-RESET-10).
    pub providers: Vec<String>,
    /// Whether the code has just been asked for again.
    pub resent: bool,
    pub errors: Vec<FieldError>,
}

impl View for ResetCode {
    const TEMPLATE: &'static str = "reset/code.html";

    fn title_key(&self) -> &str {
        "reset-code-title"
    }

    fn errors(&self) -> &[FieldError] {
        &self.errors
    }
}

/// GET, POST /reset/password: shown once. Error ids as at [`super::SignupPassword`], field `password`.
#[derive(Clone, Default, Serialize)]
pub struct ResetPassword {
    /// The address, for password managers.
    pub address: String,
    pub minimum_length: u32,
    /// Until when the new password can be set; milliseconds since 1970.
    pub until_ms: i64,
    /// The secret that makes this showing of the form the one that counts: good for minutes, in this browser
    /// alone, and only to set a password.
    pub form: String,
    /// What was added in the last 72 hours (R-RESET-7): `id`, `method`, `detail` and `added_at_ms` are shown, each
    /// with a tick of the field `keep`. Those without are removed.
    pub recent: Vec<MethodRow>,
    /// The ids that were ticked in a form that comes back.
    pub kept: Vec<String>,
    pub errors: Vec<FieldError>,
}

impl View for ResetPassword {
    const TEMPLATE: &'static str = "reset/password.html";

    fn title_key(&self) -> &str {
        "reset-password-title"
    }

    fn errors(&self) -> &[FieldError] {
        &self.errors
    }
}
