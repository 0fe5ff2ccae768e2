//! Numbers from mails: "this was not me", the undo of a change or a withdrawal, the lost provider (R-SIGNIN-6,
//! R-METHOD-10, R-WITHDRAW-2, R-RESET-8).
//!
//! All work without signing in, and act on a button alone: opening the page changes nothing. Their answers are
//! the same whatever the address is.

use serde::Serialize;

use super::{FieldError, View};

/// GET, POST /not-me. Error ids: `invalid-address` (field `email`), `invalid-number`, `number-expired`,
/// `code-used-up` (field `number`), `rate-limited` (`minutes`).
#[derive(Clone, Debug, Default, Serialize)]
pub struct NotMe {
    pub email: String,
    /// What was typed; kept when the form comes back.
    pub number: String,
    pub errors: Vec<FieldError>,
}

impl View for NotMe {
    const TEMPLATE: &'static str = "numbers/not_me.html";

    fn title_key(&self) -> &str {
        "not-me-title"
    }

    fn errors(&self) -> &[FieldError] {
        &self.errors
    }
}

/// GET, POST /undo: takes back a change, or a withdrawal. Error ids as at [`NotMe`].
#[derive(Clone, Debug, Default, Serialize)]
pub struct Undo {
    pub email: String,
    /// What was typed; kept when the form comes back.
    pub number: String,
    pub errors: Vec<FieldError>,
}

impl View for Undo {
    const TEMPLATE: &'static str = "numbers/undo.html";

    fn title_key(&self) -> &str {
        "undo-title"
    }

    fn errors(&self) -> &[FieldError] {
        &self.errors
    }
}

/// GET, POST /provider-lost: the number from the mail about a reset at an address that signs in with a provider
/// (R-RESET-8). It starts a wait. Error ids as at [`NotMe`].
#[derive(Clone, Debug, Default, Serialize)]
pub struct ProviderLost {
    pub email: String,
    /// What was typed; kept when the form comes back.
    pub number: String,
    /// How long the wait is, in hours.
    pub wait_hours: u32,
    pub errors: Vec<FieldError>,
}

impl View for ProviderLost {
    const TEMPLATE: &'static str = "numbers/provider_lost.html";

    fn title_key(&self) -> &str {
        "provider-lost-title"
    }

    fn errors(&self) -> &[FieldError] {
        &self.errors
    }
}

/// GET /not-me/done, /undo/done, /undo/restored and /provider-lost/done: what has happened, and the way on. The same
/// for everybody who opens it.
#[derive(Clone, Debug, Default, Serialize)]
pub struct TakenBack {
    /// `not-me`, `undo`, `restored` or `provider-lost`.
    pub what: String,
    /// How long the wait of `provider-lost` is.
    pub wait_hours: u32,
    title: String,
}

impl TakenBack {
    pub fn new(what: &str) -> TakenBack {
        TakenBack { what: what.to_owned(), wait_hours: 24, title: format!("{what}-done-title") }
    }
}

impl View for TakenBack {
    const TEMPLATE: &'static str = "numbers/done.html";

    fn title_key(&self) -> &str {
        &self.title
    }
}
