//! What `genkan dev` adds to the house: a guided tour, a mailbox and a receiver of events that live here, a clock that can be
//! moved, and stand-ins for Google and Apple.
//!
//! It shares no code with the rest and knows none of it: letters come in by `Mailbox::put`, the clock is two
//! functions. Only `genkan dev` can start it, on loopback; `genkan serve` does not know it. Nothing here may
//! ever be reachable from another machine.

#![cfg_attr(
    not(test),
    deny(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)
)]

mod apple;
mod clock;
mod events;
mod frame;
mod google;
mod guard;
mod issuer;
mod mailbox;
mod stand_ins;
mod tour;

use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post};
use tower_http::compression::CompressionLayer;

pub use apple::AppleClient;
pub use events::{EVENTS_PATH, EVENTS_SECRET, Events};
pub use google::GoogleClient;
pub use issuer::StandInFault;
pub use mailbox::{Letter, Mailbox, MailboxFault};
pub use stand_ins::{StandInSetup, StandIns};
pub use tour::progress::Progress;

/// What the tour stands on.
#[derive(Clone)]
pub struct Playground {
    /// The letters.
    pub mailbox: Mailbox,
    /// What a service would be told.
    pub events: Events,
    /// The house's clock, in milliseconds since 1970.
    pub now: Arc<dyn Fn() -> i64 + Send + Sync>,
    /// Moves it forward by so many milliseconds.
    pub advance: Arc<dyn Fn(i64) + Send + Sync>,
    /// Where the house's stylesheet is served.
    pub stylesheet: String,
    /// The house's origin, for the examples.
    pub origin: String,
    /// The settings file with which operators' commands find this house.
    pub settings_file: String,
    /// How far the tour has come.
    pub progress: Progress,
    /// Google and Apple, as far as this machine goes.
    pub stand_ins: StandIns,
}

impl Playground {
    /// The pages under `/dev`.
    pub fn router(self) -> Router {
        Router::new()
            .route("/dev", get(tour::page))
            .route("/dev/anew", post(tour::begin_anew))
            .route("/dev/mailbox", get(mailbox::pages::list))
            .route("/dev/mailbox.json", get(mailbox::pages::json))
            .route("/dev/mailbox/{id}", get(mailbox::pages::one))
            .route("/dev/mailbox/{id}/html", get(mailbox::pages::html_part))
            .route("/dev/mailbox/empty", post(mailbox::pages::empty))
            .route("/dev/events", get(events::list))
            .route("/dev/events.json", get(events::json))
            .route(EVENTS_PATH, post(events::hear))
            .route("/dev/clock", get(clock::show).post(clock::advance))
            .route(issuer::answer::SENDER, get(issuer::answer::sender))
            .merge(google::routes())
            .merge(apple::routes())
            .layer(axum::middleware::from_fn(guard::guard))
            .layer(CompressionLayer::new())
            .with_state(Arc::new(self))
    }

    /// The house's clock in seconds, as tokens have it.
    fn now_s(&self) -> i64 {
        (self.now)().div_euclid(1_000)
    }

    fn google(&self) -> &google::Google {
        &self.stand_ins.google
    }

    fn apple(&self) -> &apple::Apple {
        &self.stand_ins.apple
    }
}
