//! The secrets of one round trip, made from what the browser holds and stored nowhere.
//!
//! A trip has a state, which goes through the address bar, and a secret that only the browser it began in has.
//! Nonce and PKCE verifier are HMAC-SHA256 of the state under that secret: whoever has the database, or the
//! address, has neither.
//!
//! What must never happen here: nonce and verifier alike or one made from the other, a secret in a `Debug` output.

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use zeroize::Zeroizing;

use crate::token::Token;

/// State, nonce and PKCE verifier of one trip. No `Debug`, wiped on drop.
pub struct TripSecrets {
    state: Zeroizing<String>,
    nonce: Zeroizing<String>,
    verifier: Zeroizing<String>,
}

impl TripSecrets {
    /// Of a browser: `state` comes back in the address, `browser` in the trip's cookie.
    #[must_use]
    pub fn new(state: &Token, browser: &Token) -> TripSecrets {
        TripSecrets {
            state: state.as_text(),
            nonce: derive(browser, b"nonce", state),
            verifier: derive(browser, b"pkce verifier", state),
        }
    }

    /// Of an app, which holds one token for both. The app asks the provider itself and is handed the nonce; no
    /// address may be made from these, because the state is the app's secret.
    #[must_use]
    pub fn for_app(flow: &Token) -> TripSecrets {
        TripSecrets::new(flow, flow)
    }

    /// The state, 43 characters.
    #[must_use]
    pub fn state(&self) -> &str {
        &self.state
    }

    /// The nonce, 43 characters; an app gives it (or its SHA-256 in small hex) to the provider's library.
    #[must_use]
    pub fn nonce(&self) -> &str {
        &self.nonce
    }

    /// What the code is redeemed with, 43 characters (RFC 7636 §4.1).
    pub(super) fn verifier(&self) -> &str {
        &self.verifier
    }

    /// What the question shows of it (RFC 7636 §4.2).
    pub(super) fn challenge(&self) -> String {
        URL_SAFE_NO_PAD.encode(digest(&SHA256, self.verifier.as_bytes()))
    }
}

fn derive(browser: &Token, label: &[u8], state: &Token) -> Zeroizing<String> {
    let key = hmac::Key::new(hmac::HMAC_SHA256, browser.bytes());
    let mut mac = hmac::Context::with_key(&key);
    // No label is the beginning of another one followed by the zero byte, so no two inputs are alike.
    mac.update(b"genkan trip v1\0");
    mac.update(label);
    mac.update(b"\0");
    mac.update(state.bytes());
    Zeroizing::new(URL_SAFE_NO_PAD.encode(mac.sign()))
}
