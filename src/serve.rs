//! `genkan serve`: the service, from a settings file, until it is told to stop.
//!
//! It refuses to start in an unsafe state and holds nothing of development mode. On SIGTERM or SIGINT it
//! stops listening, finishes what is under way, lets the mail on its way arrive and closes the database.

use std::future::Future;
use std::path::Path;
use std::process::ExitCode;

use delivery::Outlet;
use engine::{Clock, Running};
use store::{Database, Role, Store};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::oneshot;
use web::{Glance, ServeOptions, Traffic};

use crate::files::Files;
use crate::house::{self, EngineParts, Trouble};
use crate::logging;
use crate::settings::{Settings, process_environment};
use crate::traced;
use crate::watch::{self, Watched};

/// Runs the service.
pub(crate) fn run(config: Option<&Path>) -> ExitCode {
    let loaded = process_environment().and_then(|env| Settings::load_to_serve(config, &env));
    let (settings, keys) = match loaded {
        Ok(loaded) => loaded,
        Err(problems) => {
            for problem in problems {
                eprintln!("{problem}");
            }
            eprintln!("genkan did not start. `genkan config check` says the same without starting.");
            return ExitCode::FAILURE;
        }
    };
    let (layer, traced) = match traced::open(&settings) {
        Ok(opened) => opened.unzip(),
        Err(trouble) => {
            eprintln!("{trouble}");
            return ExitCode::FAILURE;
        }
    };
    let log = logging::start(&settings, layer);
    finish(async move {
        let _written_out = log;
        let tracing = traced.map(|traced| (traced.tally.clone(), traced.start()));
        let (spans, sending) = tracing.unzip();
        let spans = spans.unwrap_or_default();
        let clock = Clock::system();
        let database = house::open_database(&settings, Role::Server, &clock).await?;
        migrate(&database).await?;
        let pages = house::pages(&settings)?;
        let relay = house::relay(&settings)?;
        let parts = EngineParts {
            store: Store::new(database.clone()),
            clock: clock.clone(),
            pages: pages.clone(),
            outlet: Outlet::Smtp(relay.clone()),
        };
        let (engine, running) = house::engine(&settings, &keys, parts)?;
        if let Err(fault) = engine.read_clients().await {
            tracing::warn!(%fault, "the clients that were added by command are not known yet; they are read again by themselves");
        }
        let listener = listen(settings.listen.address).await?;
        tracing::info!(address = %settings.listen.address, url = %settings.service.base_url, "genkan serves");
        let traffic = Traffic::default();
        let watched = Watched {
            engine: &engine,
            traffic: &traffic,
            clock: &clock,
            database: database.engine(),
            spans,
        };
        let watching = watch::open(&settings, watched).await?;
        let (routes, glance) = house::routes(&settings, engine, pages, &traffic);
        let options = bounds(&settings, traffic, glance);
        let ended = serve_until_stopped(listener, routes, &database, (running, options)).await;
        if let Some(watching) = watching {
            watching.close().await;
        }
        relay.close().await;
        database.close().await;
        if let Some(sending) = sending {
            sending.close().await;
        }
        tracing::info!("genkan has stopped");
        ended
    })
}

/// Runs the house to its end, and says what stopped it.
pub(crate) fn finish(house: impl Future<Output = Result<(), Trouble>>) -> ExitCode {
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(fault) => {
            eprintln!("The system gives no threads: {fault}");
            return ExitCode::FAILURE;
        }
    };
    match runtime.block_on(house) {
        Ok(()) => ExitCode::SUCCESS,
        Err(trouble) => {
            eprintln!("{trouble}");
            ExitCode::FAILURE
        }
    }
}

/// Brings the tables up to this version.
pub(crate) async fn migrate(database: &Database) -> Result<(), Trouble> {
    let applied = store::migrate(database).await.map_err(|fault| fault.to_string())?;
    for step in applied {
        tracing::info!(number = step.number, name = step.name, "migrated");
    }
    Ok(())
}

/// Listens on an address.
pub(crate) async fn listen(address: std::net::SocketAddr) -> Result<TcpListener, Trouble> {
    TcpListener::bind(address)
        .await
        .map_err(|fault| format!("listen.address {address} cannot be listened on: {fault}"))
}

/// Serves until a signal, or until only a fresh process can keep what was committed; then ends in order: requests first,
/// then the tasks behind them.
///
/// # Errors
/// Why it ended without being asked.
pub(crate) async fn serve_until_stopped(
    listener: TcpListener,
    routes: axum::Router,
    database: &Database,
    (running, options): (Running, ServeOptions),
) -> Result<(), Trouble> {
    let (tell, mut told) = oneshot::channel();
    let end = async move {
        tokio::select! {
            () = stopped() => {}
            why = database.doubted() => {
                tracing::error!(why, "a sync of the database file failed; genkan stops to be started anew");
                let _heard = tell.send(why);
            }
        }
    };
    web::serve(listener, routes, options, end).await;
    running.stop().await;
    told.try_recv().map_or(Ok(()), |why| {
        Err(format!(
            "The disk did not take what was to be written to the database file ({why}). What was answered is in the \
             write-ahead log and is read from there by the next start. Look at the disk before you trust it again."
        ))
    })
}

/// The bounds of the server, from the settings and as far as the system allows.
pub(crate) fn bounds(settings: &Settings, traffic: Traffic, glance: Glance) -> ServeOptions {
    let files = Files::raise();
    let wanted = settings.limits.connections;
    let connections = files.connections(wanted, needs(settings));
    tracing::info!(files = files.most, connections, "the system allows so many open files");
    if connections < wanted {
        tracing::warn!(
            wanted,
            connections,
            "fewer connections than limits.connections; raise LimitNOFILE"
        );
    }
    ServeOptions {
        connections: usize::try_from(connections).unwrap_or(usize::MAX),
        header_timeout: settings.limits.header_timeout,
        answer_timeout: settings.limits.answer_timeout,
        traffic,
        glance: Some(glance),
        ..ServeOptions::default()
    }
}

/// Files and connections beside those of visitors.
pub(crate) fn needs(settings: &Settings) -> u32 {
    let database = settings.database.pool.max(SQLITE_FILES);
    let mail = settings.mail.smtp.connections;
    // The operator's listener, providers that are asked, and a reserve for what libraries open.
    const OTHERS: u32 = 160;
    database.saturating_add(mail).saturating_add(OTHERS)
}

/// The readers that are kept, each with the file and its log, and as many again that come and go.
const SQLITE_FILES: u32 = 128;

async fn stopped() {
    let (Ok(mut term), Ok(mut int)) =
        (signal(SignalKind::terminate()), signal(SignalKind::interrupt()))
    else {
        tracing::error!("signals cannot be heard; stop this process by force");
        return std::future::pending().await;
    };
    tokio::select! {
        _ = term.recv() => {}
        _ = int.recv() => {}
    }
    tracing::info!("stopping: finishing what is under way");
}
