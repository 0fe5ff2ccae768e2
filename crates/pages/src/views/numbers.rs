//! Numbers from mails: "this was not me", and the undo of a change (R-SIGNIN-6, R-METHOD-10).
//!
//! Both work without signing in, and act on a button alone: opening the page changes nothing. Their answers are
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

/// GET, POST /undo. Error ids as at [`NotMe`].
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

/// GET /not-me/done and /undo/done: what has happened, and the way on to the reset. The same for everybody who
/// opens it.
#[derive(Clone, Debug, Default, Serialize)]
pub struct TakenBack {
    /// `not-me` or `undo`.
    pub what: String,
    title: String,
}

impl TakenBack {
    pub fn new(what: &str) -> TakenBack {
        TakenBack { what: what.to_owned(), title: format!("{what}-done-title") }
    }
}

impl View for TakenBack {
    const TEMPLATE: &'static str = "numbers/done.html";

    fn title_key(&self) -> &str {
        &self.title
    }
}
