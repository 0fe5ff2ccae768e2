//! For the operator's probes: whether the process lives, and whether it can serve.
//!
//! The answers are one word: they tell a stranger nothing about what runs here or how it fares.

use axum::extract::State;
use engine::Readiness;
use http::StatusCode;

use crate::House;

/// GET /healthz: the process answers. It asks nobody else, so that a slow database restarts no process.
pub(crate) async fn alive() -> &'static str {
    "ok"
}

/// GET /readyz: the database answers, too.
pub(crate) async fn ready(State(house): State<House>) -> (StatusCode, &'static str) {
    match house.engine.readiness().await {
        Readiness::Ready => (StatusCode::OK, "ok"),
        Readiness::NotReady => (StatusCode::SERVICE_UNAVAILABLE, "not ready"),
    }
}
