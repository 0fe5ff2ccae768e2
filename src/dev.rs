//! `genkan dev`: everything on this machine with nothing to set up, and a guided tour at `/dev`.
//!
//! It makes its own settings, keys and database in one folder, hands mail to a mailbox in the process, and
//! lets the clock be moved. It listens on loopback only. Its keys are marked as development keys, which
//! `genkan serve` refuses.

mod stand_ins;

use std::net::{IpAddr, SocketAddr};
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use accounts::Millis;
use delivery::{Composed, Letter, Outlet};
use engine::Clock;
use playground::{Events, Mailbox, Playground, Progress, StandInFault, StandInSetup, StandIns};
use store::{Role, Store};
use tokio::net::TcpListener;

use crate::command::DevArguments;
use crate::house::{self, EngineParts, Trouble};
use crate::keys::Keys;
use crate::logging;
use crate::serve;
use crate::settings::Settings;

/// Where what a service would be told goes, and its secret.
const EVENTS: (&str, &str) = (playground::EVENTS_PATH, playground::EVENTS_SECRET);
const FIRST_PORT: u16 = 7878;
const PORTS_TRIED: u16 = 100;

/// Runs development mode.
pub(crate) fn run(arguments: &DevArguments) -> ExitCode {
    serve::finish(house(arguments))
}

async fn house(arguments: &DevArguments) -> Result<(), Trouble> {
    let data = &arguments.data;
    std::fs::create_dir_all(data)
        .map_err(|fault| format!("The folder {} cannot be made: {fault}", data.display()))?;
    let listener = listen(arguments.listen, arguments.port).await?;
    let address = listener.local_addr().map_err(|fault| fault.to_string())?;
    let mut settings = Settings::development(address, data, EVENTS)
        .map_err(|problems| problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))?;
    let origin = settings.service.base_url.to_string();
    let setup = set_up(address, &origin, data).map_err(|fault| fault.to_string())?;
    settings.providers = stand_ins::providers(&setup, data);
    let _written_out = logging::start(&settings, None);
    let keys = settings.keys_file.as_deref().ok_or("development has no key file")?;
    let keys = Keys::open_or_create_for_development(keys).map_err(|fault| fault.to_string())?;

    let clock = Clock::system();
    let database = house::open_database(&settings, Role::Server, &clock).await?;
    serve::migrate(&database).await?;
    let pages = house::pages(&settings)?;
    let mailbox = Mailbox::open(&data.join("mailbox.jsonl")).map_err(|fault| fault.to_string())?;
    let parts = EngineParts {
        store: Store::new(database.clone()),
        clock: clock.clone(),
        pages: pages.clone(),
        outlet: Outlet::Handover(handover(mailbox.clone())),
    };
    let (engine, running) = house::engine(&settings, &keys, parts)?;
    let settings_file = write_settings(address, data)?;
    let stand_ins = StandIns::open(setup, data).map_err(|fault| fault.to_string())?;
    let tour = tour(Tour { mailbox, clock, origin: origin.clone(), settings_file, stand_ins }, &pages);
    let traffic = web::Traffic::default();
    let (routes, glance) = house::routes(&settings, engine, pages, &traffic);
    let routes = tour.progress.watch(routes).merge(tour.router());
    println!("\n  玄関 genkan — development mode\n  Start here: {origin}/dev\n");
    let options = serve::bounds(&settings, traffic, glance);
    let ended = serve::serve_until_stopped(listener, routes, &database, (running, options)).await;
    database.close().await;
    ended
}

/// The port that was asked for, or the first free one from 7878 on.
async fn listen(address: IpAddr, port: Option<u16>) -> Result<TcpListener, Trouble> {
    if let Some(port) = port {
        return serve::listen(SocketAddr::new(address, port)).await;
    }
    for port in FIRST_PORT..FIRST_PORT + PORTS_TRIED {
        if let Ok(listener) = TcpListener::bind(SocketAddr::new(address, port)).await {
            return Ok(listener);
        }
    }
    Err(format!("No port from {FIRST_PORT} on is free; choose one with --port."))
}

/// The mailbox takes the finished letter; a letter it cannot write down is logged.
fn handover(mailbox: Mailbox) -> delivery::Handover {
    Arc::new(move |letter: &Letter, composed: &Composed| {
        let put = mailbox.put(playground::Letter {
            id: letter.id.clone(),
            at_ms: letter.date_ms,
            to: composed.envelope_to.clone(),
            subject: letter.subject.clone(),
            text: letter.text.clone(),
            html: letter.html.clone(),
            language: letter.language.clone(),
        });
        if let Err(fault) = put {
            tracing::error!(%fault, "a letter is lost");
        }
    })
}

/// Google and Apple for this house. They are found under the other name of this machine, so that browsers take them for
/// another site, as the real ones are.
fn set_up(address: SocketAddr, house: &str, data: &Path) -> Result<StandInSetup, StandInFault> {
    StandInSetup::of_house(&format!("http://{address}"), house, data)
}

struct Tour {
    mailbox: Mailbox,
    clock: Clock,
    origin: String,
    settings_file: String,
    stand_ins: StandIns,
}

fn tour(tour: Tour, pages: &pages::Pages) -> Playground {
    let Tour { mailbox, clock, origin, settings_file, stand_ins } = tour;
    let hand = clock.clone();
    Playground {
        mailbox,
        events: Events::default(),
        now: Arc::new(move || clock.now().0),
        advance: Arc::new(move |ms| hand.advance(Millis(ms))),
        stylesheet: pages.stylesheet_path(),
        origin,
        settings_file,
        progress: Progress::default(),
        stand_ins,
    }
}

/// A settings file with which operators' commands find this house.
fn write_settings(address: SocketAddr, data: &Path) -> Result<String, Trouble> {
    let file = data.join("genkan.toml");
    let data = std::path::absolute(data).unwrap_or_else(|_| data.to_owned());
    let text = Settings::development_document(address, &data, EVENTS);
    std::fs::write(&file, text)
        .map_err(|fault| format!("{} cannot be written: {fault}", file.display()))?;
    Ok(file.display().to_string())
}
