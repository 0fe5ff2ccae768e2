//! The operator's listener of `serve`: the figures of this process, on an address of their own.
//!
//! Off unless an address is set. It is open for as long as requests are answered, also while the service ends, so that
//! the last minute of a process is not the one that nobody sees.

use std::sync::Arc;

use engine::{Clock, Engine, Secret};
use figures::{Figures, Word};
use secrecy::ExposeSecret;
use store::Engine as Kind;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use web::{ServeOptions, Traffic, Watch};

use crate::house::Trouble;
use crate::settings::Settings;

/// Figures are asked for by a machine or two.
const CONNECTIONS: usize = 64;

/// The listener, while it is open.
pub(crate) struct Watching {
    stop: oneshot::Sender<()>,
    ended: JoinHandle<()>,
}

/// What is watched.
pub(crate) struct Watched<'a> {
    pub(crate) engine: &'a Arc<Engine>,
    pub(crate) traffic: &'a Traffic,
    pub(crate) clock: &'a Clock,
    pub(crate) database: Kind,
    /// What became of spans; none, where nothing is traced.
    pub(crate) spans: traces::Tally,
}

/// Opens the listener, if there is to be one.
///
/// # Errors
/// The address cannot be listened on.
pub(crate) async fn open(
    settings: &Settings,
    watched: Watched<'_>,
) -> Result<Option<Watching>, Trouble> {
    let Some(address) = settings.listen.metrics_address else { return Ok(None) };
    let listener = TcpListener::bind(address)
        .await
        .map_err(|fault| format!("listen.metrics_address {address} cannot be listened on: {fault}"))?;
    let token = settings.listen.metrics_token.as_ref();
    let token = token.map(|token| Secret::new(token.expose_secret()));
    let watch = Watch { figures: registered(&watched), engine: Arc::clone(watched.engine), token };
    let options = ServeOptions { connections: CONNECTIONS, ..ServeOptions::default() };
    let (stop, stopped) = oneshot::channel();
    let until = async move {
        // Either way there is nothing more to wait for.
        let _dropped = stopped.await;
    };
    let ended = tokio::spawn(web::serve(listener, web::watch(watch), options, until));
    tracing::info!(%address, "figures are told");
    Ok(Some(Watching { stop, ended }))
}

impl Watching {
    /// Closes the listener.
    pub(crate) async fn close(self) {
        let _gone = self.stop.send(());
        if self.ended.await.is_err() {
            tracing::warn!("the listener of the figures had ended before");
        }
    }
}

fn registered(watched: &Watched<'_>) -> Figures {
    let mut figures = Figures::new();
    watched.traffic.tell(&mut figures);
    watched.engine.tell(&mut figures);
    watched.spans.tell(&mut figures);
    let started = std::time::Duration::from_millis(watched.clock.now().0.unsigned_abs());
    figures::process(&mut figures, started.as_secs_f64());
    let database = match watched.database {
        Kind::Sqlite => "sqlite",
        Kind::Postgres => "postgres",
    };
    let build = [Word::from(env!("CARGO_PKG_VERSION")), Word::from(database)];
    let help = "Always 1: which genkan this is, and on what";
    figures
        .gauges("genkan_build_info", help, ["version", "database"], move || vec![(build.clone(), 1.0)]);
    figures
}
