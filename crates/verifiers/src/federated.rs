//! Ways in by somebody else's word: the relying-party side of OpenID Connect.
//!
//! A [`Provider`] sends a browser away with a question, takes its answer back and says who was shown: issuer and
//! subject, never more than the provider signed. It also reads what providers report of their own accord, and
//! tells the operator what does not fit. Which account that means is nobody's business here.
//!
//! What must never happen here: a claim believed before its signature, issuer, audience, time and nonce were
//! checked; an address from a token or a visitor fetched; a code, a token or a secret in an error or a log line.

mod apple;
mod ask;
mod check;
mod claims;
mod discovery;
mod events;
mod keys;
mod options;
mod outbound;
mod problems;
mod redeem;
mod seal;
mod shelf;
mod trip;

use std::sync::Arc;

use serde::de::DeserializeOwned;

pub use ask::Ask;
pub use check::Finding;
pub use claims::Shown;
pub use events::{DisabledWhy, EventKind, ProviderEvent};
pub use options::{
    ClientSecret, EventKeys, EventSource, Limits, Preset, ProviderFault, ProviderOptions,
};
pub use problems::{EventProblem, Part, Redeem, TokenProblem, UpstreamFault};
pub use redeem::Callback;
pub use seal::{SealFault, seal, unseal};
pub use trip::TripSecrets;

use apple::AppleSigner;
use discovery::Metadata;
use keys::KeySet;
use outbound::Outbound;
use shelf::Shelf;

/// One configured provider: its options, and what was fetched from it and is still good.
pub struct Provider {
    options: ProviderOptions,
    outbound: Outbound,
    signer: Option<AppleSigner>,
    discovery: Shelf<Metadata>,
    keys: Shelf<KeySet>,
    event_keys: Shelf<KeySet>,
}

impl Provider {
    /// Checks the options; asks nobody yet.
    ///
    /// # Errors
    /// When an option cannot work whatever the provider says.
    pub fn new(options: ProviderOptions) -> Result<Provider, ProviderFault> {
        options.validate()?;
        let outbound = Outbound::new(&options)?;
        let signer = AppleSigner::of(&options)?;
        Ok(Provider {
            options,
            outbound,
            signer,
            discovery: Shelf::new(),
            keys: Shelf::new(),
            event_keys: Shelf::new(),
        })
    }

    /// The name it is configured by.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.options.name
    }

    /// The issuer that its identities are kept under.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.options.issuer
    }

    /// Which rules beyond the standard's it follows.
    #[must_use]
    pub fn preset(&self) -> Preset {
        self.options.preset
    }

    fn now_ms(&self) -> i64 {
        (self.options.now)()
    }

    async fn metadata(&self) -> Result<Arc<Metadata>, UpstreamFault> {
        let fetch = || discovery::fetch(&self.outbound, &self.options);
        self.discovery.get(self.now_ms(), fetch).await
    }

    /// The claims of a token that this provider signed; nothing but the signature is checked yet.
    async fn opened<T: DeserializeOwned>(&self, token: &str, use_: keys::Use) -> Result<T, Redeem> {
        let metadata = self.metadata().await?;
        let header = keys::header(token, use_)?;
        let algorithm = keys::algorithm(&header, &metadata.algorithms)?;
        let shelf = match use_ {
            keys::Use::IdToken => &self.keys,
            keys::Use::Event => &self.event_keys,
        };
        let now_ms = self.now_ms();
        let fetch = || self.fetch_keys(use_, &metadata);
        let mut held = shelf.get(now_ms, fetch).await?;
        if header.kid.is_some() && held.find(algorithm, header.kid.as_deref()).is_empty() {
            held = shelf.renew(now_ms, &held, fetch).await;
        }
        Ok(keys::verify(token, algorithm, &held.find(algorithm, header.kid.as_deref()))?)
    }

    async fn fetch_keys(&self, use_: keys::Use, metadata: &Metadata) -> Result<KeySet, UpstreamFault> {
        match use_ {
            keys::Use::IdToken => keys::fetch(&self.outbound, Part::Keys, &metadata.jwks).await,
            keys::Use::Event => events::fetch_keys(&self.outbound, &self.options, metadata).await,
        }
    }
}
