//! The address that a browser is sent to: the question put to a provider.
//!
//! Always a code, always PKCE by S256, always a state and a nonce (RFC 9700 §2.1). What differs by provider is
//! what it honours when somebody is to show themselves anew.
//!
//! What must never happen here: a question without nonce or challenge, a visitor's text in it but as the value of
//! a parameter.

use super::Provider;
use super::options::Preset;
use super::problems::UpstreamFault;
use super::trip::TripSecrets;

/// How a question is put.
#[derive(Clone, Debug, Default)]
pub struct Ask {
    /// The person shall show themselves anew, also when they are signed in there.
    pub fresh: bool,
    /// The language of the page that asks, as a tag (`ja`).
    pub locale: Option<String>,
    /// The address or identifier that the provider may fill in.
    pub login_hint: Option<String>,
}

const MOST_HINT_BYTES: usize = 320;
const MOST_LOCALE_BYTES: usize = 35;

impl Provider {
    /// The address to send the browser to.
    ///
    /// # Errors
    /// When the provider's discovery document cannot be had.
    pub async fn authorization_url(
        &self,
        trip: &TripSecrets,
        ask: Ask,
    ) -> Result<String, UpstreamFault> {
        let metadata = self.metadata().await?;
        let mut url = metadata.authorization.clone();
        let mut query = url.query_pairs_mut();
        query
            .append_pair("response_type", "code")
            .append_pair("client_id", &self.options.client_id)
            .append_pair("redirect_uri", &self.options.redirect_uri)
            .append_pair("scope", &self.options.scope_text())
            .append_pair("state", trip.state())
            .append_pair("nonce", trip.nonce())
            .append_pair("code_challenge", &trip.challenge())
            .append_pair("code_challenge_method", "S256");
        for (name, value) in self.manner(ask.fresh) {
            query.append_pair(name, value);
        }
        if let Some(locale) = ask.locale.filter(|tag| is_tag(tag)) {
            let name = match self.options.preset {
                Preset::Google => Some("hl"),
                Preset::Apple => None,
                Preset::Other => Some("ui_locales"),
            };
            name.map(|name| query.append_pair(name, &locale));
        }
        if let Some(hint) = ask.login_hint.filter(|hint| is_hint(hint)) {
            query.append_pair("login_hint", &hint);
        }
        drop(query);
        Ok(url.into())
    }

    /// The origin of the page that the browser is sent to: a form of ours leads there.
    ///
    /// # Errors
    /// When the provider's discovery document cannot be had.
    pub async fn page_origin(&self) -> Result<String, UpstreamFault> {
        Ok(self.metadata().await?.authorization.origin().ascii_serialization())
    }

    /// Google knows no `prompt=login`: `max_age=0` is what makes it ask again. Apple asks every time anyway, and
    /// sends name and address only by a form.
    fn manner(&self, fresh: bool) -> &'static [(&'static str, &'static str)] {
        match (self.options.preset, fresh) {
            (Preset::Google, false) => &[("prompt", "select_account")],
            (Preset::Google, true) => &[("prompt", "select_account"), ("max_age", "0")],
            (Preset::Apple, _) => &[("response_mode", "form_post")],
            (Preset::Other, false) => &[],
            (Preset::Other, true) => &[("prompt", "login"), ("max_age", "0")],
        }
    }
}

fn is_tag(tag: &str) -> bool {
    (1..=MOST_LOCALE_BYTES).contains(&tag.len())
        && tag.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
}

fn is_hint(hint: &str) -> bool {
    (1..=MOST_HINT_BYTES).contains(&hint.len()) && !hint.chars().any(char::is_control)
}
