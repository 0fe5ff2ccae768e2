//! The configured providers by name, and their facts in the words of the rules.
//!
//! A provider that is not configured is none, whatever a row or an address says of it (security.md D15). Evidence
//! is checked in `verifiers`; here it is only put into other words, and what does not fit is nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, PoisonError, RwLock};

use accounts::{Email, Identity, Line, Provider, Relay, Shown, Vouched};
use verifiers::federated;

use crate::execute::NAME_CHARS;
use crate::tally::{Answered, Asked, Tally};

/// The configured providers.
#[derive(Clone, Default)]
pub struct Providers {
    by_name: Arc<BTreeMap<Provider, Arc<federated::Provider>>>,
    page_origins: Arc<RwLock<BTreeSet<String>>>,
}

impl Providers {
    /// Those that the settings name. One whose name is none is left out; settings refuse it before.
    #[must_use]
    pub fn new(all: Vec<federated::Provider>) -> Self {
        let named = all.into_iter().filter_map(|provider| {
            Provider::parse(provider.name()).map(|name| (name, Arc::new(provider)))
        });
        Self { by_name: Arc::new(named.collect()), page_origins: Arc::default() }
    }

    /// The provider of that name.
    pub(crate) fn find(&self, name: Provider) -> Option<&Arc<federated::Provider>> {
        self.by_name.get(&name)
    }

    /// How many origins `page_origins` gives: another number each time that there is one more.
    #[must_use]
    pub fn page_origins_known(&self) -> usize {
        self.page_origins.read().unwrap_or_else(PoisonError::into_inner).len()
    }

    /// Where their pages are, as far as they have said it: an issuer may send people elsewhere.
    #[must_use]
    pub fn page_origins(&self) -> Vec<String> {
        let known = self.page_origins.read().unwrap_or_else(PoisonError::into_inner);
        known.iter().cloned().collect()
    }

    /// Asks each provider where its page is. What cannot be asked now is asked again.
    pub(crate) async fn look_for_pages(&self, tally: &Tally) {
        for (name, provider) in self.by_name.iter() {
            let began = std::time::Instant::now();
            match provider.page_origin().await {
                Ok(origin) => {
                    tally.asked(*name, Asked::Page, Answered::Taken, began);
                    let mut known = self.page_origins.write().unwrap_or_else(PoisonError::into_inner);
                    known.insert(origin);
                }
                Err(fault) => {
                    tally.asked(*name, Asked::Page, Answered::Unreachable, began);
                    tracing::warn!(%fault, provider = provider.name(), "a provider cannot be asked");
                }
            }
        }
    }

    /// Those whose SDK an app can ask by itself.
    pub fn native(&self) -> impl Iterator<Item = Provider> {
        self.by_name.iter().filter(|(_, provider)| provider.knows_apps()).map(|(name, _)| *name)
    }

    /// Their names.
    pub fn names(&self) -> impl Iterator<Item = Provider> {
        self.by_name.keys().copied()
    }
}

/// What a provider has shown, as the rules see it. `None` where its subject is no identity.
pub(crate) fn facts(provider: Provider, shown: &federated::Shown) -> Option<Shown> {
    Some(Shown {
        provider,
        identity: Identity::new(&shown.issuer, &shown.subject)?,
        // What is not an address is none (C9); it is then asked for and proven by a code.
        address: shown.address.as_deref().and_then(Email::parse),
        vouched: if shown.vouched { Vouched::Yes } else { Vouched::No },
        relay: if shown.private_relay { Relay::Private } else { Relay::Own },
        name: Line::clean(shown.name.as_deref().unwrap_or_default(), NAME_CHARS),
    })
}
