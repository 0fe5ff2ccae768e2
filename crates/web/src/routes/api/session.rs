//! Who is asking: the hot path of everything that trusts this house.
//!
//! One look-up at most, no write but the note of use once an hour. It is the one call that also takes the browser's
//! cookie, because it changes nothing; and the one that remembers what it has answered lately (docs/performance.md).

use std::sync::Arc;

use accounts::rules::session::{expires_at, fresh_until};
use axum::body::Bytes;
use axum::extract::State;
use axum::response::Response;
use engine::Sighting;
use http::StatusCode;

use super::bodies::{AccountBody, Anywhere, MembersOnly, SessionBody, WhoBody};
use crate::House;
use crate::ids;
use crate::json::{self, time};
use crate::problem::Problem;
use crate::routes::sessions::kind_name;
use crate::visitor::Asked;

/// Who is asking. Takes a bearer token, or the browser's session cookie passed on by the service.
#[utoipa::path(
    get, path = "/api/v1/session", tag = "signin", operation_id = "session",
    security(("bearer" = []), ("cookie" = [])),
    responses((status = 200, description = "A live session.", body = WhoBody), MembersOnly, Anywhere)
)]
pub(crate) async fn who(
    State(house): State<House>,
    Asked(visitor): Asked,
) -> Result<Response, Problem> {
    let seen = house.engine.sighting(&visitor).await?.ok_or(Problem::UNAUTHENTICATED)?;
    let body = written(&house, &seen).ok_or(Problem::Internal)?;
    Ok(json::written(StatusCode::OK, Bytes::from_owner(body)))
}

/// The answer about a session, as it is kept with it.
pub(crate) fn written(house: &House, seen: &Sighting) -> Option<Arc<[u8]>> {
    if let Some(written) = seen.written.get() {
        return Some(Arc::clone(written));
    }
    let policy = house.engine.policy();
    let session = SessionBody {
        id: ids::session(seen.session.id),
        kind: kind_name(seen.session.kind).to_owned(),
        created_at: time(seen.session.started_at),
        expires_at: time(expires_at(&seen.session, policy)),
        fresh_until: time(fresh_until(&seen.session, policy)),
    };
    let body = WhoBody { account: AccountBody::of(&seen.account), session };
    let text = serde_json::to_vec(&body).ok()?;
    Some(Arc::clone(seen.written.get_or_init(|| Arc::from(text))))
}
