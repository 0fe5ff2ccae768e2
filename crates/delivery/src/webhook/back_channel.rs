//! A client that hears of sign-outs (OpenID Connect Back-Channel Logout 1.0 sections 2.5 and 2.8): a logout token, posted as a form.
//!
//! 200 says that it is signed out there, and so does 204, which frameworks make of an empty 200. Everything else says that it is not
//! yet; of 400 the client says itself that another try would bring nothing.

use std::fmt;

use reqwest::header::CONTENT_TYPE;

use super::door::{Door, Reach};
use super::{Taken, WebhookFault, WebhookSetting};

/// Where a client hears of sign-outs. Cheap to share behind an `Arc`; keeps its connections.
pub struct BackChannel(Door);

impl fmt::Debug for BackChannel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BackChannel")
    }
}

impl BackChannel {
    /// Of an address.
    ///
    /// # Errors
    /// One that may be told nothing.
    pub fn new(url: &str, reach: Reach) -> Result<Self, WebhookSetting> {
        Door::new(url, reach).map(Self)
    }

    /// Posts a signed token, whose letters need no escape in a form.
    ///
    /// # Errors
    /// Why it was not taken.
    pub async fn send(&self, token: &str) -> Result<Taken, WebhookFault> {
        let heads = [(CONTENT_TYPE.as_str(), "application/x-www-form-urlencoded".to_owned())];
        let answered = self.0.post(&heads, format!("logout_token={token}")).await?;
        if matches!(answered.status, 200 | 204) { Ok(answered.taken()) } else { Err(answered.fault()) }
    }
}
