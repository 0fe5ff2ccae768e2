//! The account's own pages: the hub, the password, the proof before it, what happened.
//!
//! Only the member sees these pages, but their rows hold text from outside (device names), so
//! everything is escaped like everywhere else.

use serde::Serialize;

use super::{FieldError, InApp, View};

/// GET /account: the hub アカウント設定.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Account {
    /// Empty when the member has given no name.
    pub display_name: String,
    /// The masked contact address.
    pub address: String,
    /// Why mail to the contact does not arrive, so that another is chosen (R-CONTACT-4): `bounced`,
    /// `forwarding-off`, `address-on-other-account` (the provider's new address is on another account, R-METHOD-9);
    /// empty where it does.
    pub trouble: String,
    /// Whether the account has no `email` method, so that there is no password to change.
    pub without_password: bool,
    /// Whether /account/withdraw and /account/export are there.
    pub can_withdraw: bool,
    /// A small word at the top: `welcome`, `password-changed`, `terms-accepted`, `method-added` ...
    pub notice: Option<String>,
}

impl View for Account {
    const TEMPLATE: &'static str = "account/hub.html";

    fn title_key(&self) -> &str {
        "account-title"
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

/// GET, POST /proof: who signed in shows it once more. The password's form is posted to /proof with `password` and
/// `return_to`; a provider's button to /signin/{provider} with `intent` = `proof`. Error ids: `wrong-password`,
/// `missing-password` (field `password`), `try-again`, `overloaded` (`seconds`), `rate-limited` (`minutes`),
/// `other-identity` (the provider came back with another account of its own); of a passkey, whose form is posted to
/// /proof/passkey with `credential` and `return_to` and leads to /proof?error= where the browser refuses:
/// `passkey-` and a problem of [`super::PasskeySignin`].
#[derive(Clone, Debug, Default, Serialize)]
pub struct Proof {
    /// The address of the `email` method, for password managers.
    pub address: String,
    /// Whether the account has a password, so that its form is shown.
    pub password: bool,
    /// The providers that can prove it, and `passkey` where the account has one, in the order of the service; a rule
    /// of the routes says when. A passkey that was used last comes first.
    pub providers: Vec<String>,
    /// The method used last on this browser.
    pub last_used: Option<String>,
    pub return_to: String,
    pub in_app: Option<InApp>,
    pub errors: Vec<FieldError>,
}

impl Proof {
    fn passkey_first(&self) -> bool {
        let passkey = |name: &String| name == "passkey";
        self.last_used.as_ref().is_some_and(passkey) && self.providers.iter().any(passkey)
    }
}

impl View for Proof {
    const TEMPLATE: &'static str = "account/proof.html";

    fn title_key(&self) -> &str {
        if self.password && !self.passkey_first() { "proof-title" } else { "proof-provider-title" }
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
    /// Whether the operator of the service did it; who that was is not told.
    pub by_operator: bool,
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
