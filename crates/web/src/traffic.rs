//! What is counted and measured of requests, and how it is told to whoever may ask.
//!
//! Requests are counted under the template of their route, which is one of the router's own list; what matched none
//! is `unmatched`, so that no path that somebody has made up becomes a figure. The figures are told on a listener of
//! their own and, where a token is set, only to who brings it.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, OnceLock, PoisonError, RwLock};
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use engine::{Engine, Secret};
use figures::{Bound, Count, Counters, Figures, Format, SHORT, Span, Spans, Word};
use http::header::{ACCEPT, AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE, WWW_AUTHENTICATE};
use http::{HeaderMap, Method, StatusCode};
use subtle::ConstantTimeEq;
use tokio::sync::Semaphore;

use crate::serve::ENDS;
use crate::visitor::single;

/// What is counted of requests and connections. Clones share it.
#[derive(Clone)]
pub struct Traffic {
    requests: Counters<3>,
    times: Spans<2>,
    routes: Arc<RwLock<HashMap<String, Arc<Route>>>>,
    room: Arc<OnceLock<(Arc<Semaphore>, usize)>>,
    closed: Counters<1>,
    refused: Counters<1>,
}

/// A route: the methods that were met so far, in the order of `METHODS`.
pub(crate) struct Route {
    pub(crate) template: String,
    methods: [OnceLock<Met>; METHODS.len()],
}

/// One method of one route: kept, so that counting a request looks nothing up by its labels.
struct Met {
    classes: [OnceLock<Count>; CLASSES.len()],
    time: Span,
}

/// The methods that are told apart; the last stands for all others, since a visitor may write anything.
const METHODS: [&str; 8] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "other"];
/// The first digits of statuses, from 1 on.
const CLASSES: [&str; 5] = ["1xx", "2xx", "3xx", "4xx", "5xx"];
/// What matched no route.
pub(crate) const UNMATCHED: &str = "unmatched";

impl Default for Traffic {
    fn default() -> Self {
        Self {
            requests: Counters::new(["route", "method", "status"]),
            times: Spans::new(["route", "method"], SHORT),
            routes: Arc::default(),
            room: Arc::default(),
            closed: Counters::new(["why"]).beginning(&ENDS),
            refused: Counters::new(["bound"]).beginning(&["request-body", "request-time"]),
        }
    }
}

impl fmt::Debug for Traffic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Traffic(..)")
    }
}

impl Traffic {
    /// A request to the route of this template was answered.
    pub(crate) fn answered(&self, route: &str, method: &Method, status: StatusCode, time: Duration) {
        self.booked(&self.route(route), (method, status), time);
    }

    /// What is counted of the route of this template. Whoever keeps it need not look for it again.
    pub(crate) fn route(&self, template: &str) -> Arc<Route> {
        let known = self.routes.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(route) = known.get(template) {
            return Arc::clone(route);
        }
        drop(known);
        let mut routes = self.routes.write().unwrap_or_else(PoisonError::into_inner);
        let new = || Arc::new(Route { template: template.to_owned(), methods: Default::default() });
        Arc::clone(routes.entry(template.to_owned()).or_insert_with(new))
    }

    /// A request to this route was answered.
    pub(crate) fn booked(
        &self,
        route: &Route,
        (method, status): (&Method, StatusCode),
        time: Duration,
    ) {
        let at = METHODS.iter().position(|name| *name == method.as_str());
        let at = at.unwrap_or(METHODS.len() - 1);
        let class = usize::from(status.as_u16() / 100).saturating_sub(1);
        let (Some(met), Some(method)) = (route.methods.get(at), METHODS.get(at)) else { return };
        let words = || [Word::listed(&route.template), Word::from(*method)];
        let met = met.get_or_init(|| Met { classes: Default::default(), time: self.times.of(words()) });
        met.time.took(time);
        if let (Some(count), Some(class)) = (met.classes.get(class), CLASSES.get(class)) {
            let begin = || {
                let [route, method] = words();
                self.requests.of([route, method, Word::from(*class)])
            };
            count.get_or_init(begin).one();
        }
    }

    /// Connections take their places here.
    pub(crate) fn room(&self, room: &Arc<Semaphore>, places: usize) {
        let _first = self.room.set((Arc::clone(room), places));
    }

    /// A connection was closed before its client had done so.
    pub(crate) fn closed(&self, why: &'static str) {
        self.closed.one([Word::from(why)]);
    }

    /// A request was refused because it went beyond this bound.
    pub(crate) fn refused(&self, bound: &'static str) {
        self.refused.one([Word::from(bound)]);
    }

    /// Registers what is counted and measured.
    pub fn tell(&self, figures: &mut Figures) {
        let help = "Requests answered, by the template of their route";
        figures.counters("genkan_requests", help, &self.requests);
        let help = "How long answering a request took";
        figures.spans("genkan_request", help, &self.times);
        let help = "Connections that were closed before their client had done so, by why";
        figures.counters("genkan_connections_closed", help, &self.closed);
        let help = "Requests that were refused because they went beyond a bound of their own";
        figures.counters("genkan_requests_refused", help, &self.refused);
        let room = Arc::clone(&self.room);
        figures.bound("connections", move || {
            let Some((room, places)) = room.get() else { return Bound { used: 0, limit: 0 } };
            let used = places.saturating_sub(room.available_permits());
            Bound { used: count(used), limit: count(*places) }
        });
    }
}

fn count(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}

/// What telling the figures needs.
pub struct Watch {
    /// All figures, registered.
    pub figures: Figures,
    /// The counter, which is asked to look at the database first.
    pub engine: Arc<Engine>,
    /// What must be brought as `Authorization: Bearer`, if anything.
    pub token: Option<Secret>,
}

/// The one path of the operator's listener.
pub fn watch(watch: Watch) -> Router {
    Router::new().route("/metrics", get(metrics)).with_state(Arc::new(watch))
}

async fn metrics(State(watch): State<Arc<Watch>>, headers: HeaderMap) -> Response {
    if !may_read(watch.token.as_ref(), &headers) {
        let asked = [(WWW_AUTHENTICATE, "Bearer")];
        return (StatusCode::UNAUTHORIZED, asked, "a token is needed\n").into_response();
    }
    watch.engine.look().await;
    let format = Format::asked(single(&headers, &ACCEPT).unwrap_or_default());
    let head = [(CONTENT_TYPE, format.media_type()), (CACHE_CONTROL, "no-store")];
    (head, watch.figures.text(format)).into_response()
}

/// Without a token anybody may who can reach the listener; the settings see to it who can.
fn may_read(token: Option<&Secret>, headers: &HeaderMap) -> bool {
    let Some(token) = token else { return true };
    let shown = single(headers, &AUTHORIZATION).and_then(|line| line.strip_prefix("Bearer "));
    shown.is_some_and(|shown| shown.as_bytes().ct_eq(token.expose().as_bytes()).into())
}
