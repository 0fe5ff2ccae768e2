//! The account's own pages: the hub, the methods, the password, the proof before it, what happened.
//!
//! Only the member sees these pages, but their rows hold text from outside (device names), so
//! everything is escaped like everywhere else.

use serde::Serialize;

use super::{FieldError, View};

/// GET /account: the hub アカウント設定.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Account {
    /// Empty when the member has given no name.
    pub display_name: String,
    /// The masked contact address.
    pub address: String,
    /// A small word at the top: `welcome`, `password-changed`, `terms-accepted` ...
    pub notice: Option<String>,
}

impl View for Account {
    const TEMPLATE: &'static str = "account/hub.html";

    fn title_key(&self) -> &str {
        "account-title"
    }
}

/// One login method of the account.
#[derive(Clone, Debug, Default, Serialize)]
pub struct MethodRow {
    /// `email`, later others; the label is the text `method-{method}`.
    pub method: String,
    /// What tells it apart: the masked address.
    pub detail: String,
    /// Whether its address is the contact.
    pub contact: bool,
    pub added_at_ms: Option<i64>,
    /// Whether it has a password that can be changed.
    pub password: bool,
}

/// GET /account/methods: アカウント.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Methods {
    pub methods: Vec<MethodRow>,
    pub notice: Option<String>,
}

impl View for Methods {
    const TEMPLATE: &'static str = "account/methods.html";

    fn title_key(&self) -> &str {
        "methods-title"
    }
}

/// GET, POST /account/password. Error ids as at [`super::SignupPassword`], field `new_password`.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Password {
    /// The address of the `email` method, for password managers.
    pub address: String,
    pub minimum_length: u32,
    pub errors: Vec<FieldError>,
}

impl View for Password {
    const TEMPLATE: &'static str = "account/password.html";

    fn title_key(&self) -> &str {
        "password-title"
    }

    fn errors(&self) -> &[FieldError] {
        &self.errors
    }
}

/// GET, POST /proof: the password once more. Error ids: `wrong-password` (field `password`),
/// `try-again`, `overloaded`, `rate-limited`.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Proof {
    /// The address of the `email` method, for password managers.
    pub address: String,
    pub return_to: String,
    pub errors: Vec<FieldError>,
}

impl View for Proof {
    const TEMPLATE: &'static str = "account/proof.html";

    fn title_key(&self) -> &str {
        "proof-title"
    }

    fn errors(&self) -> &[FieldError] {
        &self.errors
    }
}

/// One thing that happened.
#[derive(Clone, Debug, Default, Serialize)]
pub struct ActivityRow {
    pub at_ms: i64,
    /// Such as `signed-in`; the label is the text `activity-{kind}`.
    pub kind: String,
    pub method: Option<String>,
    pub device: Option<String>,
    pub network: Option<String>,
}

/// GET /account/activity: newest first.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Activity {
    pub entries: Vec<ActivityRow>,
    /// The value of `before` that leads to older entries, when there are any.
    pub older: Option<String>,
    /// Whether this is not the newest page, so that the way back to it is shown.
    pub paged: bool,
}

impl View for Activity {
    const TEMPLATE: &'static str = "account/activity.html";

    fn title_key(&self) -> &str {
        "activity-title"
    }
}
