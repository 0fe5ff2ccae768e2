//! What happened in the account, newest first (Always-4).
//!
//! Read only. Whose list it is follows from the session; the place in it is an opaque text that is checked when it
//! comes back (I6).

use accounts::{Activity, ActivityKind, Actor};
use axum::extract::State;
use pages::Locale;
use pages::views::{self, ActivityRow};

use crate::House;
use crate::answers::{Answered, member, show_to};
use crate::problem::Problem;
use crate::routes::sessions::named;
use crate::visitor::Guest;

/// Lines on a page, and in an answer of the API.
pub(crate) const LINES: u16 = 30;

/// GET /account/activity. A `before` that this house did not give out is refused (security.md I6).
pub(crate) async fn list(State(house): State<House>, guest: Guest) -> Answered {
    let seen = member(&house, &guest).await?;
    let before = guest.query("before");
    let page = house.engine.activity(&seen, before, LINES).await?.ok_or(Problem::InvalidRequest)?;
    let view = views::Activity {
        entries: page.lines.iter().map(|line| row(&house, guest.locale, line)).collect(),
        older: page.next,
        paged: before.is_some(),
    };
    show_to(&house, &guest, &seen.account, &view)
}

/// Who did something, in the API and in what a member downloads.
pub(crate) const fn actor_name(actor: Actor) -> &'static str {
    match actor {
        Actor::Visitor => "visitor",
        Actor::Operator => "operator",
        Actor::System => "system",
    }
}

fn row(house: &House, locale: Locale, line: &Activity) -> ActivityRow {
    let network = line.origin.address.as_str();
    let label = line.origin.label.as_str();
    // What a client did is under its id; members know it by its name.
    let of_client = matches!(line.kind, ActivityKind::ClientConnected | ActivityKind::ClientDoubted);
    let client = house.engine.clients().find(label).filter(|_| of_client);
    let device = match &client {
        Some(client) => client.label.get(locale, locale).to_owned(),
        None => named(label),
    };
    ActivityRow {
        at_ms: line.at.0,
        kind: line.kind.name().to_owned(),
        method: line.method.as_ref().map(|method| method.name().to_owned()),
        device: (!network.is_empty()).then_some(device),
        network: (!network.is_empty()).then(|| network.to_owned()),
        by_operator: line.actor == Actor::Operator,
    }
}
