//! 退会: what it does, its one confirmation, and what comes after; the download before it (R-WITHDRAW).
//!
//! Nothing here is red: leaving is nobody's fault. What is done at once and what later is said before the button.

use serde::Serialize;

use super::{FieldError, View};

/// GET, POST /account/withdraw (fresh proof first; no field). Error ids: `try-again`.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Withdraw {
    /// After how many days everything is erased; 0 for at once, and then it cannot be undone.
    pub grace_days: u32,
    pub errors: Vec<FieldError>,
}

impl View for Withdraw {
    const TEMPLATE: &'static str = "withdraw/withdraw.html";

    fn title_key(&self) -> &str {
        "withdraw-title"
    }

    fn errors(&self) -> &[FieldError] {
        &self.errors
    }
}

/// GET /withdrawn: done, signed out. The same for everybody who opens it.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Withdrawn {
    /// As at [`Withdraw`].
    pub grace_days: u32,
}

impl View for Withdrawn {
    const TEMPLATE: &'static str = "withdraw/withdrawn.html";

    fn title_key(&self) -> &str {
        "withdrawn-title"
    }
}

/// GET /account/export; the button is POST /account/export (no field), answered by the file.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Export {
    pub errors: Vec<FieldError>,
}

impl View for Export {
    const TEMPLATE: &'static str = "withdraw/export.html";

    fn title_key(&self) -> &str {
        "export-title"
    }

    fn errors(&self) -> &[FieldError] {
        &self.errors
    }
}
