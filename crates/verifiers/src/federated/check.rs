//! What an operator must know about a configured provider before somebody stands at its door.
//!
//! Everything is asked anew, past what is kept: that is what the check is for. The secret is tried with a code that
//! cannot be good: a provider that takes the client says so of the code, one that does not says so of the client.
//!
//! What must never happen here: a finding that names a secret, a finding without what to do.

use std::fmt;

use super::discovery::{self, Metadata};
use super::keys;
use super::options::{ClientSecret, EventKeys, Preset};
use super::outbound::is_loopback;
use super::problems::{Part, Redeem, UpstreamFault};
use super::{Provider, events};

/// A code that no provider gave.
const NO_CODE: &str = "genkan-doctor-asks-whether-this-client-is-known";

/// What is wrong, where, and what to do: one sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The sentence.
    pub sentence: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentence)
    }
}

impl Provider {
    /// Everything that is wrong with this provider as configured; nothing where it can be used.
    pub async fn check(&self) -> Vec<Finding> {
        let mut found = Vec::new();
        self.check_redirect(&mut found);
        match discovery::fetch(&self.outbound, &self.options).await {
            Ok(metadata) => {
                self.check_pkce(&metadata, &mut found);
                self.check_keys(&metadata, &mut found).await;
                self.check_client(&metadata, &mut found).await;
            }
            Err(fault) => found.push(self.finding(fault)),
        }
        found
    }

    fn check_redirect(&self, found: &mut Vec<Finding>) {
        let uri = &self.options.redirect_uri;
        let fits = reqwest::Url::parse(uri).is_ok_and(|url| {
            url.scheme() == "https" || (self.options.loopback_http && is_loopback(&url))
        });
        if !fits {
            found.push(self.say(&format!(
                "the redirect address {uri} is not https, so the code could be read on its way; give this \
                 service an https address in the settings and register the new redirect address with the \
                 provider"
            )));
        }
    }

    fn check_pkce(&self, metadata: &Metadata, found: &mut Vec<Finding>) {
        // Apple's document says nothing of PKCE, whatever Apple does with it.
        if metadata.s256 != Some(true) && self.options.preset != Preset::Apple {
            found.push(self.say(
                "the discovery document does not list S256 under code_challenge_methods_supported, so a \
                 stolen code may be redeemable; switch PKCE on at the provider",
            ));
        }
    }

    async fn check_keys(&self, metadata: &Metadata, found: &mut Vec<Finding>) {
        if let Err(fault) = keys::fetch(&self.outbound, Part::Keys, &metadata.jwks).await {
            found.push(self.finding(fault));
        }
        if !matches!(self.options.event_source().keys, EventKeys::OfProvider)
            && let Err(fault) = events::fetch_keys(&self.outbound, &self.options, metadata).await
        {
            found.push(self.finding(fault));
        }
    }

    async fn check_client(&self, metadata: &Metadata, found: &mut Vec<Finding>) {
        if self.options.preset == Preset::Apple && self.signer.is_none() {
            found.push(self.say(
                "Apple takes no fixed client secret for longer than six months; give team id, key id and the \
                 .p8 file in the settings instead",
            ));
        }
        if matches!(self.options.secret, ClientSecret::None) && self.options.preset != Preset::Other {
            found.push(self.say(
                "there is no client secret, and this provider wants one; copy it from the provider's console \
                 into the settings",
            ));
        }
        let form = [
            ("grant_type", "authorization_code"),
            ("code", NO_CODE),
            ("redirect_uri", self.options.redirect_uri.as_str()),
            ("code_verifier", "genkan-doctor-has-no-verifier-and-needs-none"),
        ];
        let tried = self.exchange(metadata, &self.options.client_id, NO_CODE, &form).await;
        match tried {
            // A plain refusal of the code, in whatever words, means that the client was let through.
            Ok(_) | Err(Redeem::Refused(_) | Redeem::Upstream(UpstreamFault::Status(_, 400))) => {}
            Err(Redeem::Upstream(UpstreamFault::Status(_, 401))) => {
                found.push(self.finding(UpstreamFault::ClientRefused));
            }
            Err(Redeem::Upstream(fault)) => found.push(self.finding(fault)),
        }
    }

    fn finding(&self, fault: UpstreamFault) -> Finding {
        let todo = match fault {
            UpstreamFault::Timeout(_) | UpstreamFault::Connect(_) | UpstreamFault::Transfer(_) => {
                "let this machine open https connections to the provider (a firewall, the name service or a \
                 certificate store may be in the way), and look whether the provider is up"
            }
            UpstreamFault::Status(Part::Discovery, _) | UpstreamFault::Issuer(_) => {
                "write the issuer in the settings exactly as the provider's document spells it, with or without \
                 a slash at its end"
            }
            UpstreamFault::Status(..) | UpstreamFault::TooLong(_) | UpstreamFault::NotJson(_) => {
                "look whether the provider is up and whether something in between answers in its place"
            }
            UpstreamFault::Address(_) => {
                "the provider must name https addresses by a public host name; for Google and Apple, something \
                 in between has changed the document"
            }
            UpstreamFault::Algorithms | UpstreamFault::NoKeys(_) => {
                "let the provider sign ID tokens with RS256 or ES256 and publish that key"
            }
            UpstreamFault::ClientRefused => {
                "compare client id and secret (with Apple: team id, key id and key) with the provider's console"
            }
            UpstreamFault::RedirectRefused => {
                "register exactly this redirect address in the provider's console"
            }
            UpstreamFault::NoRevocation => "nothing needs to be done: tokens run out by themselves",
            UpstreamFault::Signing => "give the whole .p8 file from Apple's console in the settings",
        };
        self.say(&format!("{fault} (issuer {}); {todo}", self.options.issuer))
    }

    fn say(&self, what: &str) -> Finding {
        Finding { sentence: format!("provider {}: {what}", self.options.name) }
    }
}
