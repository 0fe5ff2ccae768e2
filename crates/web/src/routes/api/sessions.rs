//! Where the member is signed in and which devices are known, for apps (R-SESSION-2).
//!
//! An id that is not one's own, or is no id, is answered alike: not found (I8).

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::response::Response;
use engine::Attempt;
use http::StatusCode;

use super::bodies::{Anywhere, ConnectedLine, DeviceLine, MembersOnly, SessionLine, SessionsBody};
use super::done;
use crate::House;
use crate::ids;
use crate::json::{self, time};
use crate::problem::{Problem, ProblemBody};
use crate::routes::sessions::{held, is_this};
use crate::visitor::{Caller, written};

type Id = Result<Path<String>, PathRejection>;

/// Sessions, connected sites and apps, and known devices.
#[utoipa::path(
    get, path = "/api/v1/account/sessions", tag = "sessions", operation_id = "sessions",
    security(("bearer" = [])),
    responses((status = 200, description = "The list.", body = SessionsBody), MembersOnly, Anywhere)
)]
pub(crate) async fn list(
    State(house): State<House>,
    Caller(visitor): Caller,
) -> Result<Response, Problem> {
    let found = house.engine.overview(&visitor).await?.ok_or(Problem::UNAUTHENTICATED)?;
    let sessions = found.account.sessions.iter().rev();
    let devices = found.account.devices.iter().rev().map(|device| DeviceLine {
        id: ids::device(device.id),
        device: device.label.as_str().to_owned(),
        last_used_at: time(device.last_at),
        current: is_this(&found, device.id),
    });
    let language = written(visitor.locale);
    let connected = held(&found.account.grants).into_iter().filter_map(|held| {
        let client = house.engine.clients().find(held.client)?;
        Some(ConnectedLine {
            client: held.client.to_owned(),
            name: client.label.get(language, language).to_owned(),
            scope: held.scopes.join(" "),
            connected_at: time(held.started_at),
            last_used_at: time(held.seen_at),
        })
    });
    let body = SessionsBody {
        sessions: sessions.map(|session| SessionLine::of(session, &found.session)).collect(),
        connected: connected.collect(),
        devices: devices.collect(),
    };
    Ok(json::answer(StatusCode::OK, &body))
}

/// End all sessions but the presented one.
#[utoipa::path(
    delete, path = "/api/v1/account/sessions", tag = "sessions", operation_id = "sessions_end_others",
    security(("bearer" = [])),
    responses((status = 204, description = "Ended."), MembersOnly, Anywhere)
)]
pub(crate) async fn end_others(
    State(house): State<House>,
    Caller(visitor): Caller,
) -> Result<Response, Problem> {
    done(house.engine.execute(Attempt::EndOtherSessions, &visitor).await?)
}

/// End one session of one's own.
#[utoipa::path(
    delete, path = "/api/v1/account/sessions/{id}", tag = "sessions", operation_id = "session_end",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The session's id.")),
    responses(
        (status = 204, description = "Ended."),
        (status = 404, description = "`not-found`: none of one's own", body = ProblemBody,
            content_type = "application/problem+json"),
        MembersOnly, Anywhere
    )
)]
pub(crate) async fn end(
    State(house): State<House>,
    Caller(visitor): Caller,
    id: Id,
) -> Result<Response, Problem> {
    let session = id.ok().and_then(|Path(id)| ids::parse_session(&id)).ok_or(Problem::NotFound)?;
    done(house.engine.execute(Attempt::EndSession(session), &visitor).await?)
}

/// End all that a connected site or app holds of the account.
#[utoipa::path(
    delete, path = "/api/v1/account/connected/{client}", tag = "sessions", operation_id = "connected_end",
    security(("bearer" = [])),
    params(("client" = String, Path, description = "Its `client_id`.")),
    responses(
        (status = 204, description = "Ended."),
        (status = 404, description = "`not-found`: it holds nothing", body = ProblemBody,
            content_type = "application/problem+json"),
        MembersOnly, Anywhere
    )
)]
pub(crate) async fn disconnect(
    State(house): State<House>,
    Caller(visitor): Caller,
    client: Id,
) -> Result<Response, Problem> {
    let client = client.map(|Path(client)| client).map_err(|_| Problem::NotFound)?;
    done(house.engine.execute(Attempt::Disconnect { client }, &visitor).await?)
}

/// Forget a known device.
#[utoipa::path(
    delete, path = "/api/v1/account/devices/{id}", tag = "sessions", operation_id = "device_forget",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The device's id.")),
    responses(
        (status = 204, description = "Forgotten."),
        (status = 404, description = "`not-found`: none of one's own", body = ProblemBody,
            content_type = "application/problem+json"),
        MembersOnly, Anywhere
    )
)]
pub(crate) async fn forget(
    State(house): State<House>,
    Caller(visitor): Caller,
    id: Id,
) -> Result<Response, Problem> {
    let device = id.ok().and_then(|Path(id)| ids::parse_device(&id)).ok_or(Problem::NotFound)?;
    done(house.engine.execute(Attempt::ForgetDevice(device), &visitor).await?)
}
