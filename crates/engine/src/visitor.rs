//! Who stands at the counter: what the browser or app presented, before anything of it is believed.

use std::net::IpAddr;

use accounts::{Digest, Locale, SessionKind};

use crate::secret::Secret;

/// What came with a request.
#[derive(Clone)]
pub struct Visitor {
    /// Browser or app.
    pub kind: SessionKind,
    /// The session's secret, if one was presented.
    pub session: Option<Secret>,
    /// The session that a sealed text of ours names, in the place of a secret: an installation's that signed in without a browser.
    pub held: Option<Digest>,
    /// The device's secret, if one was presented.
    pub device: Option<Secret>,
    /// The secret of a flow of several steps, if one was presented.
    pub flow: Option<Secret>,
    /// The secret of the browser's trips to providers, if one was presented.
    pub browser: Option<Secret>,
    /// The client's address: of the socket, or as a configured proxy says (security.md A7).
    pub address: IpAddr,
    /// The `User-Agent`, or an app's name and version, as sent.
    pub agent: String,
    /// The language the answer is written in.
    pub locale: Locale,
}
