//! アカウント: the list of login methods and what can be done with it: add, remove, keep, offer.
//!
//! Only the member sees these pages. Addresses are masked by whoever fills the views: these pages are open on
//! screens that others see.

use serde::Serialize;

use super::{FieldError, InApp, PasskeyRow, PasskeySignal, View};

/// One login method of the account.
#[derive(Clone, Debug, Default, Serialize)]
pub struct MethodRow {
    /// What the form of [`RemoveMethod`] is asked with: the method's id in the routes.
    pub id: String,
    /// `email`, `google`, `apple` or a configured provider; the label is the text `method-{method}`. `passkey` only
    /// where methods are to be kept by a tick.
    pub method: String,
    /// What tells it apart: the masked address, or a passkey's name; empty where there is none.
    pub detail: String,
    /// Whether the address is a private relay of the provider's.
    pub relay: bool,
    /// Whether its address is the contact.
    pub contact: bool,
    /// Why mail to it does not arrive: `bounced`, `forwarding-off`; empty where it does.
    pub trouble: String,
    pub added_at_ms: Option<i64>,
    pub last_used_at_ms: Option<i64>,
    /// Whether it has a password that can be changed.
    pub password: bool,
    /// Whether 「解除」 is shown; also for the last addressed method, whose page then says why not.
    pub removable: bool,
}

/// GET /account/methods: アカウント. Notices: `email-changed`, `method-added`, `method-removed`,
/// `contact-changed`, `password-added`, `methods-kept`, `passkey-added`, `passkey-renamed`, `passkey-removed`.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Methods {
    pub methods: Vec<MethodRow>,
    /// The account's passkeys, listed after the others; the oldest first.
    pub passkeys: Vec<PasskeyRow>,
    /// What the browser is told of them, where the service has passkeys switched on.
    pub signal: Option<PasskeySignal>,
    /// Whether 「ログイン方式を追加」 leads to /account/methods/add.
    pub can_add: bool,
    pub notice: Option<String>,
}

impl View for Methods {
    const TEMPLATE: &'static str = "methods/list.html";

    fn title_key(&self) -> &str {
        "methods-title"
    }
}

/// GET /account/methods/add: what can be added (R-METHOD-2). `email` leads to /account/methods/email, a provider's
/// form goes to /signin/{provider} with `intent` = `link`, `passkey` to /account/methods/passkeys/add (R-PASSKEY-1).
#[derive(Clone, Debug, Default, Serialize)]
pub struct AddMethod {
    /// Method ids that the account does not have yet, in the order of the service; `passkey` also where it has some.
    pub methods: Vec<String>,
    /// How many passkeys an account can have, where it has as many (and `methods` no `passkey`); else 0.
    pub passkeys_full: u32,
    pub in_app: Option<InApp>,
    /// Where to go on to once a method with an address is added; empty for the list of methods.
    pub return_to: String,
}

impl View for AddMethod {
    const TEMPLATE: &'static str = "methods/add.html";

    fn title_key(&self) -> &str {
        "add-title"
    }
}

/// An addressed method that can be the contact.
#[derive(Clone, Debug, Default, Serialize)]
pub struct ContactChoice {
    /// What the form sends: the method's id in the routes.
    pub id: String,
    pub method: String,
    /// The address, in full: it is the member's own page.
    pub address: String,
    /// Whether it is the contact now, or was chosen in a form that comes back.
    pub chosen: bool,
    /// Why mail to it does not arrive: `bounced`, `forwarding-off`; empty where it does.
    pub trouble: String,
}

/// GET /account/methods/remove?method=ID, POST /account/methods/remove. Fields: `method`, and `contact` (an id)
/// where the contact must pass on. Error ids: `contact-needs-successor` (field `contact`), `last-addressed-method`.
#[derive(Clone, Debug, Default, Serialize)]
pub struct RemoveMethod {
    pub id: String,
    pub method: String,
    /// The masked address; a passkey's name.
    pub detail: String,
    /// The last addressed method (R-METHOD-6): the page says why it stays, and has no form.
    pub last: bool,
    /// Where it is the contact: who can be it instead. Empty where it is not.
    pub successors: Vec<ContactChoice>,
    pub errors: Vec<FieldError>,
}

impl View for RemoveMethod {
    const TEMPLATE: &'static str = "methods/remove.html";

    fn title_key(&self) -> &str {
        "remove-title"
    }

    fn errors(&self) -> &[FieldError] {
        &self.errors
    }
}

/// GET, POST /account/methods/offer: an identity in hand, after the sign-in (R-REG-5). Field: `answer` = `add` or
/// `no`; `return_to` goes with it.
#[derive(Clone, Debug, Default, Serialize)]
pub struct OfferMethod {
    pub provider: String,
    /// The provider's address, in full; empty where there is none.
    pub address: String,
    /// Where to go afterwards; empty for nowhere in particular.
    pub return_to: String,
}

impl View for OfferMethod {
    const TEMPLATE: &'static str = "methods/offer.html";

    fn title_key(&self) -> &str {
        "offer-title"
    }
}

/// GET, POST /account/methods/recent: what was added in the last 72 hours, shown after the password was set or
/// changed (R-RESET-7, R-METHOD-7). Field: `keep`, once for each ticked method's id; those without are removed.
#[derive(Clone, Debug, Default, Serialize)]
pub struct RecentMethods {
    /// `id`, `method`, `detail` and `added_at_ms` are shown.
    pub methods: Vec<MethodRow>,
    pub errors: Vec<FieldError>,
}

impl View for RecentMethods {
    const TEMPLATE: &'static str = "methods/recent.html";

    fn title_key(&self) -> &str {
        "recent-title"
    }

    fn errors(&self) -> &[FieldError] {
        &self.errors
    }
}
