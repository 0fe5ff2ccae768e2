//! The commonest questions, answered before the routes: who is asking, where this node remembers it (R-SESSION-2).
//!
//! A service asks `GET /api/v1/session` for every request of its own, a proxy `GET /forward-auth`. What is remembered needs no database, no body and no
//! waiting, and so none of what the routes are wrapped in; all else goes on to them. What must never happen here: an answer
//! that the route itself would not have given, byte for byte, or one without its line in the log.

use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::response::Response;
use http::{Method, Request};

use crate::routes::api::session::written;
use crate::routes::gate;
use crate::traffic::Route;
use crate::{House, app, log, visitor};

const PATH: &str = "/api/v1/session";

/// Looks at requests before the routes. Clones share what they know.
#[derive(Clone)]
pub struct Glance {
    house: House,
    session: Arc<Route>,
    gate: Arc<Route>,
}

impl std::fmt::Debug for Glance {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Glance(..)")
    }
}

impl Glance {
    pub(crate) fn of(house: House) -> Self {
        let (session, gate) = (house.traffic.route(PATH), house.traffic.route(gate::PATH));
        Self { house, session, gate }
    }

    /// The answer, if it is known at once.
    #[must_use]
    pub fn answer<B>(&self, request: &Request<B>) -> Option<Response> {
        let house = &self.house;
        if request.method() != Method::GET {
            return None;
        }
        let route = match request.uri().path() {
            // An app may have to be told that it will be too old.
            PATH if app::is_looked_at(&house.options.apps, request.headers()) => return None,
            PATH => &self.session,
            // With a demand, the route looks at it.
            gate::PATH if request.uri().query().is_none() => &self.gate,
            _ => return None,
        };
        log::at_once(&house.traffic, (request.method(), route), || {
            let seen = house.engine.glance(visitor::presented(house, request.headers())?)?;
            let dress = house.dress.of(house);
            if Arc::ptr_eq(route, &self.gate) {
                let mut response = Response::new(Body::empty());
                *response.headers_mut() = dress.all.clone();
                response.headers_mut().extend(gate::at_once(house, &seen)?);
                return Some(response);
            }
            let body = written(house, &seen)?;
            let mut response = Response::new(Body::from(Bytes::from_owner(body)));
            *response.headers_mut() = dress.json.clone();
            Some(response)
        })
    }
}
