//! 非公開プロフィール: the contact, the display name and the language; and the question for another contact.
//!
//! It also says which sender the member should let through, and sends a test mail (R-CONTACT-3): a mail that is
//! filtered away is a member who never hears of a strange sign-in.

use serde::Serialize;

use super::{ContactChoice, FieldError, View};

/// GET, POST /account/profile (fields `display_name`, `locale`), POST /account/profile/contact (field `contact`: an
/// id; fresh proof first), POST /account/profile/test-mail (no field). Error ids: `name-too-long` (`maximum`),
/// `name-not-allowed` (both field `display_name`), `contact-unknown` (field `contact`), `rate-limited` (`minutes`).
/// Notices: `profile-saved`, `contact-changed`, `test-mail-sent`.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Profile {
    /// The addressed methods, in the order of the service. One alone is shown, of several one can be chosen.
    pub contacts: Vec<ContactChoice>,
    pub display_name: String,
    /// The language in which mails are written: `ja` or `en`.
    pub locale: String,
    /// Whether the button for a test mail is shown.
    pub test_mail: bool,
    pub notice: Option<String>,
    pub errors: Vec<FieldError>,
}

impl View for Profile {
    const TEMPLATE: &'static str = "profile/profile.html";

    fn title_key(&self) -> &str {
        "profile-title"
    }

    fn errors(&self) -> &[FieldError] {
        &self.errors
    }
}

/// GET, POST /account/contact: after a sign-in, to whoever has a contact that mail does not reach (R-CONTACT-4).
/// Fields: `contact` (an id) or `answer` = `later`, and `return_to`. A code at the contact itself is asked for at
/// /account/methods/email. Error ids: `contact-unknown`.
#[derive(Clone, Debug, Default, Serialize)]
pub struct ContactAsk {
    /// The contact, in full: it is the member's own page.
    pub address: String,
    /// Why mail does not arrive there: `bounced`, `forwarding-off`.
    pub trouble: String,
    /// The member's other addresses that mail reaches.
    pub others: Vec<ContactChoice>,
    /// Whether the contact is the address of the `email` method, which can be changed and shown to work again.
    pub own_email: bool,
    /// This very page with where it leads to, for steps that come back to it.
    pub here: String,
    /// Where to go on to.
    pub return_to: String,
    pub errors: Vec<FieldError>,
}

impl View for ContactAsk {
    const TEMPLATE: &'static str = "profile/contact.html";

    fn title_key(&self) -> &str {
        "contact-ask-title"
    }

    fn errors(&self) -> &[FieldError] {
        &self.errors
    }
}
