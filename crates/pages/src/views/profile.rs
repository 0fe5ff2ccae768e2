//! 非公開プロフィール: the contact, the display name and the language.
//!
//! It also says which sender the member should let through (R-CONTACT-3): a mail that is filtered
//! away is a member who never hears of a strange sign-in.

use serde::Serialize;

use super::{FieldError, View};

/// GET, POST /account/profile. Error ids: `name-too-long` (`maximum`), `name-not-allowed` (both field
/// `display_name`).
#[derive(Clone, Debug, Default, Serialize)]
pub struct Profile {
    /// The contact address, in full: it is the member's own page.
    pub contact: String,
    /// Which method's address it is: `email`.
    pub contact_method: String,
    pub display_name: String,
    /// The language in which mails are written: `ja` or `en`.
    pub locale: String,
    /// `profile-saved` after a change.
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
