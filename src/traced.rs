//! Traces of `serve`, if a collector is set: what listens to spans, what sends them, and what is counted of them.
//!
//! Off, there is no layer, no task and no channel, and every span of a room is a look at one flag.

use secrecy::ExposeSecret;
use traces::{Collector, Layer, Ready, Sending, Service, Tally};

use crate::house::Trouble;
use crate::settings::Settings;

/// Traces that are to be told.
pub(crate) struct Traced {
    ready: Ready,
    pub(crate) tally: Tally,
}

/// Makes ready what the settings ask for.
///
/// # Errors
/// What is set cannot be sent to.
pub(crate) fn open(settings: &Settings) -> Result<Option<(Layer, Traced)>, Trouble> {
    let Some(url) = settings.traces.url.clone() else { return Ok(None) };
    let authorization = settings.traces.authorization.as_ref();
    let authorization = authorization.map(|text| text.expose_secret().to_owned());
    let service = Service {
        name: "genkan".to_owned(),
        version: env!("CARGO_PKG_VERSION"),
        instance: traces::instance(),
    };
    let (heap, ready) = traces::open(&Collector { url, authorization }, service)?;
    let tally = heap.tally();
    let layer = Layer::new(heap, settings.traces.per_thousand.saturating_mul(1_000));
    Ok(Some((layer, Traced { ready, tally })))
}

impl Traced {
    /// Begins to send, in the runtime of the house.
    pub(crate) fn start(self) -> Sending {
        tracing::info!("requests are traced");
        self.ready.start()
    }
}
