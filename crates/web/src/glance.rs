//! The commonest question, answered before the routes: who is asking, where this node remembers it (R-SESSION-2).
//!
//! A service asks `GET /api/v1/session` for every request of its own. What is remembered needs no database, no body and no
//! waiting, and so none of what the routes are wrapped in; all else goes on to them. What must never happen here: an answer
//! that the route itself would not have given, byte for byte, or one without its line in the log.

use axum::body::Bytes;
use axum::response::Response;
use http::{Method, Request, StatusCode};

use crate::routes::api::session::written;
use crate::{House, json, log, visitor};

const PATH: &str = "/api/v1/session";

/// Looks at requests before the routes. Clones share what they know.
#[derive(Clone)]
pub struct Glance {
    house: House,
}

impl std::fmt::Debug for Glance {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Glance(..)")
    }
}

impl Glance {
    pub(crate) fn of(house: House) -> Self {
        Self { house }
    }

    /// The answer, if it is known at once.
    #[must_use]
    pub fn answer<B>(&self, request: &Request<B>) -> Option<Response> {
        let house = &self.house;
        if request.method() != Method::GET || request.uri().path() != PATH {
            return None;
        }
        log::at_once(&house.traffic, (request.method(), PATH), || {
            let seen = house.engine.glance(visitor::presented(house, request.headers())?)?;
            let body = written(house, &seen)?;
            let mut response = json::written(StatusCode::OK, Bytes::from_owner(body));
            response.headers_mut().extend(
                house.dress.of(house).iter().map(|(name, value)| (name.clone(), value.clone())),
            );
            Some(response)
        })
    }
}
