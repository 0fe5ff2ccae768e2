//! Passkeys: the page behind the button, adding one, one of them, and the offer after a sign-in with a password.
//!
//! The dialogue is the browser's and needs the script, which posts an ordinary form with what came of it; what
//! went wrong comes back as a problem, a word that these pages know. A passkey's name is the member's own text and
//! its authenticator's comes from a list: both are shown as text and nothing else.

use serde::Serialize;

use super::{FieldError, InApp, View};

/// What can come of a sign-in that did not work.
const AT_SIGNIN: [&str; 11] = [
    "cancelled",
    "timeout",
    "failed",
    "unsupported",
    "insecure",
    "interrupted",
    "unreachable",
    "busy",
    "unknown",
    "refused",
    "expired",
];

/// What can come of adding one that did not work.
const AT_ADDING: [&str; 13] = [
    "cancelled",
    "timeout",
    "failed",
    "unsupported",
    "insecure",
    "interrupted",
    "unreachable",
    "busy",
    "refused",
    "expired",
    "already-added",
    "no-lock",
    "too-many",
];

/// A problem that the page knows; `failed` for any other, so that no address can make the page say something.
fn known(problem: &str, all: &[&'static str]) -> &'static str {
    if problem.is_empty() {
        return "";
    }
    all.iter().find(|known| **known == problem).copied().unwrap_or("failed")
}

/// GET /signin/passkey?problem=, and the answer of POST /signin/passkey (fields `credential`, `return_to`) where it
/// is refused. Problems: `cancelled` (or none was found: browsers do not tell), `timeout`, `failed`,
/// `unsupported`, `insecure`, `interrupted`, `unreachable`, `busy`, `unknown`, `refused`, `expired`.
#[derive(Clone, Debug, Default, Serialize)]
pub struct PasskeySignin {
    /// What went wrong, empty for nothing, and the heading's text id; `new` sets both.
    pub problem: &'static str,
    pub title: String,
    /// The methods of the service in its order; `passkey` among them is passed over.
    pub methods: Vec<String>,
    pub in_app: Option<InApp>,
    /// The method used last on this browser (R-SIGNIN-8).
    pub last_used: Option<String>,
    pub return_to: String,
    /// For `unknown`: the relying party's id, and the credential's in base64url, so that the browser forgets it.
    pub rp_id: String,
    pub credential: String,
}

impl PasskeySignin {
    /// The page, with what went wrong; empty for nothing.
    pub fn new(problem: &str) -> PasskeySignin {
        let problem = known(problem, &AT_SIGNIN);
        let title = match problem {
            "" => "passkey-signin-title".to_owned(),
            _ => format!("passkey-signin-{problem}-title"),
        };
        PasskeySignin { problem, title, ..PasskeySignin::default() }
    }
}

impl View for PasskeySignin {
    const TEMPLATE: &'static str = "passkeys/signin.html";

    fn title_key(&self) -> &str {
        &self.title
    }
}

/// One passkey of the account.
#[derive(Clone, Debug, Default, Serialize)]
pub struct PasskeyRow {
    /// Its id in the routes: /account/methods/passkeys/{id}.
    pub id: String,
    /// As the member named it. May be hostile text.
    pub name: String,
    /// What keeps it, by its AAGUID, such as `iCloud Keychain`; empty where nobody knows.
    pub authenticator: String,
    /// `single` (this device alone), `eligible` (could be synced and is not yet) or `backed-up` (synced).
    pub backup: String,
    pub added_at_ms: Option<i64>,
    /// None where it was never used.
    pub last_used_at_ms: Option<i64>,
}

/// What the browser's own list of passkeys is told (signalAllAcceptedCredentials, signalCurrentUserDetails).
#[derive(Clone, Debug, Default, Serialize)]
pub struct PasskeySignal {
    pub rp_id: String,
    /// The user handle, in base64url.
    pub user_id: String,
    /// The credential ids of the account's passkeys, each in base64url.
    pub credentials: Vec<String>,
    /// As in the options of adding one: what the browser shows for the account. May be hostile text.
    pub name: String,
    pub display_name: String,
}

/// GET /account/methods/passkeys/add?problem=, and the answer of POST /account/methods/passkeys/add (field
/// `credential`) where it is refused. Problems: as at [`PasskeySignin`] without `unknown`, and `already-added`,
/// `no-lock` (no screen lock, or nothing here that could keep a passkey), `too-many`.
#[derive(Clone, Debug, Default, Serialize)]
pub struct PasskeyAdd {
    /// What went wrong, empty for nothing, and the heading's text id; `new` sets both.
    pub problem: &'static str,
    pub title: String,
    /// How many an account can have, for `too-many`.
    pub maximum: u32,
}

impl PasskeyAdd {
    /// The page, with what went wrong; empty for nothing.
    pub fn new(problem: &str, maximum: u32) -> PasskeyAdd {
        let problem = known(problem, &AT_ADDING);
        let title = match problem {
            "" => "passkey-add-title".to_owned(),
            _ => format!("passkey-add-{problem}-title"),
        };
        PasskeyAdd { problem, title, maximum }
    }
}

impl View for PasskeyAdd {
    const TEMPLATE: &'static str = "passkeys/add.html";

    fn title_key(&self) -> &str {
        &self.title
    }
}

/// GET, POST /account/methods/passkeys/{id}: one of them, and its name. Field: `name`. Error ids: `missing-name`,
/// `passkey-name-too-long` (`maximum`), `passkey-name-not-allowed` (all field `name`). Removing it is
/// [`super::RemoveMethod`] with its id and `method` = `passkey`.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Passkey {
    pub passkey: PasskeyRow,
    /// What stands in the field: the name, or what was typed in a form that comes back.
    pub name: String,
    pub errors: Vec<FieldError>,
}

impl View for Passkey {
    const TEMPLATE: &'static str = "passkeys/passkey.html";

    fn title_key(&self) -> &str {
        "passkey-title"
    }

    fn errors(&self) -> &[FieldError] {
        &self.errors
    }
}

/// GET, POST /account/passkey-offer: once, after a sign-in with a password on a device that can. Fields of adding:
/// `credential`, `mediation` (`conditional` where the browser made it unasked; else empty), `return_to`; of
/// declining: `answer` = `no`, `return_to`. Error id: `passkey-not-added`.
#[derive(Clone, Debug, Default, Serialize)]
pub struct PasskeyOffer {
    /// Where to go afterwards; empty for /account.
    pub return_to: String,
    pub errors: Vec<FieldError>,
}

impl View for PasskeyOffer {
    const TEMPLATE: &'static str = "passkeys/offer.html";

    fn title_key(&self) -> &str {
        "passkey-offer-title"
    }

    fn errors(&self) -> &[FieldError] {
        &self.errors
    }
}
