//! Where the member is signed in, which devices are known, and ending either (R-SESSION-2).
//!
//! Ids come from the page and are nobody's until the rules have found them in the member's own account (I8).

use std::collections::BTreeMap;

use accounts::{ClientGrant, DeviceId, GrantReach, Instant, Session, SessionKind};
use axum::extract::State;
use engine::{Answer, Attempt, Overview};
use pages::Locale;
use pages::views::{ConnectedRow, DeviceRow, SessionRow, Sessions};

use crate::House;
use crate::answers::{Answered, see_other, show_to};
use crate::fields::Fields;
use crate::ids;
use crate::problem::Problem;
use crate::visitor::Guest;

const NOTICES: [&str; 4] = ["session-ended", "sessions-ended", "disconnected", "device-forgotten"];

/// GET /account/sessions.
pub(crate) async fn list(State(house): State<House>, guest: Guest) -> Answered {
    let found = house.engine.overview(&guest.visitor).await?.ok_or(Problem::UNAUTHENTICATED)?;
    let others = found.account.sessions.iter().filter(|session| session.id != found.session.id);
    let devices = found.account.devices.iter().rev().map(|device| DeviceRow {
        id: ids::device(device.id),
        device: named(device.label.as_str()),
        last_used_at_ms: device.last_at.0,
        this_device: device.id == found.session.device,
    });
    let view = Sessions {
        current: Some(row(&found.session)),
        others: others.rev().map(row).collect(),
        connected: connected(&house, &found, guest.locale),
        devices: devices.collect(),
        notice: guest.notice(&NOTICES),
    };
    show_to(&house, &guest, &found.account, &view)
}

/// POST /account/sessions/end.
pub(crate) async fn end(State(house): State<House>, guest: Guest, fields: Fields) -> Answered {
    let fields = fields.of(&["session"])?;
    let session = ids::parse_session(&fields.text("session")).ok_or(Problem::InvalidRequest)?;
    carry_out(&house, &guest, Attempt::EndSession(session), "session-ended").await
}

/// POST /account/sessions/end-others.
pub(crate) async fn end_others(State(house): State<House>, guest: Guest, fields: Fields) -> Answered {
    fields.of(&[])?;
    carry_out(&house, &guest, Attempt::EndOtherSessions, "sessions-ended").await
}

/// POST /account/connected/end.
pub(crate) async fn disconnect(State(house): State<House>, guest: Guest, fields: Fields) -> Answered {
    let fields = fields.of(&["client"])?;
    let attempt = Attempt::Disconnect { client: fields.text("client") };
    carry_out(&house, &guest, attempt, "disconnected").await
}

/// POST /account/devices/forget.
pub(crate) async fn forget(State(house): State<House>, guest: Guest, fields: Fields) -> Answered {
    let fields = fields.of(&["device"])?;
    let device = ids::parse_device(&fields.text("device")).ok_or(Problem::InvalidRequest)?;
    carry_out(&house, &guest, Attempt::ForgetDevice(device), "device-forgotten").await
}

async fn carry_out(house: &House, guest: &Guest, attempt: Attempt, notice: &str) -> Answered {
    match house.engine.execute(attempt, &guest.visitor).await? {
        Answer::Done => Ok(see_other(&format!("/account/sessions?notice={notice}"))),
        Answer::Refused(refusal) => Err(Problem::Refused(refusal)),
        _ => Err(Problem::Internal),
    }
}

/// What one client holds of an account, in one: several browsers may have brought it several grants.
pub(crate) struct Held<'o> {
    /// Its `client_id`.
    pub(crate) client: &'o str,
    /// Scope values that any of its grants has.
    pub(crate) scopes: Vec<&'o str>,
    /// When the oldest began.
    pub(crate) started_at: Instant,
    /// When the one that was used last was used.
    pub(crate) seen_at: Instant,
}

/// What clients hold of an account, what was used last first. What is one with a session is in the list of those.
pub(crate) fn held(grants: &[ClientGrant]) -> Vec<Held<'_>> {
    let mut by_client: BTreeMap<&str, Held<'_>> = BTreeMap::new();
    for grant in grants.iter().filter(|grant| grant.reach != GrantReach::App) {
        let held = by_client.entry(grant.client.as_str()).or_insert_with(|| Held {
            client: grant.client.as_str(),
            scopes: Vec::new(),
            started_at: grant.started_at,
            seen_at: grant.seen_at,
        });
        held.started_at = held.started_at.min(grant.started_at);
        held.seen_at = held.seen_at.max(grant.seen_at);
        for scope in grant.scope.as_str().split(' ') {
            if !held.scopes.contains(&scope) {
                held.scopes.push(scope);
            }
        }
    }
    let mut all = by_client.into_values().collect::<Vec<_>>();
    all.sort_by_key(|held| std::cmp::Reverse(held.seen_at));
    all
}

fn connected(house: &House, found: &Overview, locale: Locale) -> Vec<ConnectedRow> {
    let rows = held(&found.account.grants).into_iter().filter_map(|held| {
        let client = house.engine.clients().find(held.client)?;
        let reads = [("profile", "name"), ("email", "email")];
        let reads = reads.into_iter().filter(|(scope, _)| held.scopes.contains(scope));
        Some(ConnectedRow {
            client: held.client.to_owned(),
            name: client.label.get(locale, locale).to_owned(),
            reads: reads.map(|(_, what)| what).collect(),
            started_at_ms: held.started_at.0,
            last_used_at_ms: held.seen_at.0,
        })
    });
    rows.collect()
}

fn row(session: &Session) -> SessionRow {
    SessionRow {
        id: ids::session(session.id),
        device: named(session.origin.label.as_str()),
        kind: kind_name(session.kind).to_owned(),
        network: Some(session.origin.address.as_str().to_owned()).filter(|address| !address.is_empty()),
        started_at_ms: session.started_at.0,
        last_used_at_ms: session.seen_at.0,
    }
}

/// What a device calls itself, or that it is unknown.
pub(crate) fn named(label: &str) -> String {
    if label.is_empty() { "unknown".to_owned() } else { label.to_owned() }
}

/// The word for browser or app, in the API and as a text id.
pub(crate) const fn kind_name(kind: SessionKind) -> &'static str {
    match kind {
        SessionKind::Browser => "browser",
        SessionKind::App => "app",
    }
}

/// Whether a device is the one the presented session runs on.
pub(crate) fn is_this(found: &Overview, device: DeviceId) -> bool {
    found.session.device == device
}
