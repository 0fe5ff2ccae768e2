//! The page of the stand-in for Google itself: who has an account, what can be told to the house, keys and switches.
//!
//! Whatever a button does here, a test can do by JSON under the same path with `.json`.

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::{Form, Json};
use serde::Deserialize;
use serde_json::json;

use super::people::{Person, Switches};
use super::{WHOM, events};
use crate::Playground;
use crate::frame::escape;
use crate::issuer::StandInFault;
use crate::issuer::answer::{self, Field, choice, fields, rotation, sheet};
use crate::issuer::keys::Old;

const HOME: &str = "/dev/google";

pub(crate) async fn show(State(house): State<Arc<Playground>>) -> Response {
    let google = house.google();
    let book = google.book.read(Clone::clone);
    let people = book.people.iter().map(row).collect::<String>();
    let options = book
        .people
        .iter()
        .map(|person| {
            let (id, name) = (escape(&person.id), escape(&person.name()));
            format!("<option value=\"{id}\">{name} ({})</option>", escape(&person.email))
        })
        .collect::<String>();
    let body = format!(
        "<p>Sign in at <a href=\"{house}/signin\">the house</a> with Google, and choose one of these people.</p>\
         <section><h2>People</h2><ul class=\"rows\">{people}</ul>\
         <details><summary>Add somebody</summary>{add}</details></section>\
         <section><h2>Events</h2><p class=\"soft\">Google tells <code>{to}</code> that something happened.</p>\
         {sending}</section>{rotation}<section><h2>Switches</h2>{switches}</section>\
         <section class=\"help\"><h2>From a program</h2><ul>\
         <li><code>POST {HOME}/native-token.json</code> — the ID token that an app gets from the SDK: \
         <code>{{\"person\", \"client_id\", \"nonce\"}}</code></li>\
         <li><code>POST {HOME}/people.json</code>, <code>/events.json</code>, <code>/keys.json</code>, \
         <code>/switches.json</code></li>\
         <li><a href=\"{HOME}/.well-known/openid-configuration\">openid-configuration</a>, \
         <a href=\"{HOME}/.well-known/risc-configuration\">risc-configuration</a>, \
         <a href=\"{HOME}/certs\">certs</a></li></ul></section>",
        house = escape(&house.origin),
        add = form(None),
        to = escape(&google.events),
        sending = answer::events(HOME, &options, &events::buttons()),
        rotation = rotation(HOME),
        switches = switches(book.switches),
    );
    sheet(&house, WHOM, "Google, as far as this machine goes", &body)
}

fn row(person: &Person) -> String {
    let verified = if person.email_verified { "verified" } else { "not verified" };
    let domain = person.hd.as_ref().map(|hd| format!(" · Workspace {}", escape(hd)));
    format!(
        "<li><div><strong>{}</strong><br><span class=\"soft\">{} · {verified}{}</span></div>\
         <details><summary>Change</summary>{}</details></li>",
        escape(&person.name()),
        escape(&person.email),
        domain.unwrap_or_default(),
        form(Some(person))
    )
}

/// The form for a person, or for somebody new.
fn form(person: Option<&Person>) -> String {
    let id = person.map(|person| person.id.clone()).unwrap_or_default();
    let text = |of: fn(&Person) -> &str| person.map(of).unwrap_or_default();
    let inputs = fields(
        &id,
        &[
            Field("family_name", "Family name", text(|person| &person.family_name)),
            Field("given_name", "Given name", text(|person| &person.given_name)),
            Field("email", "Address", text(|person| &person.email)),
            Field(
                "hd",
                "Workspace domain, if any",
                text(|person| person.hd.as_deref().unwrap_or_default()),
            ),
        ],
    );
    let is_verified = person.is_none_or(|person| person.email_verified);
    let verified = choice(&id, "email_verified", "Address verified", is_verified);
    format!(
        "<form method=\"post\" action=\"{HOME}/people\"><input type=\"hidden\" name=\"id\" value=\"{}\">\
         {inputs}{verified}<button class=\"second narrow\">Save</button></form>",
        escape(&id)
    )
}

fn switches(now: Switches) -> String {
    let bare =
        choice("", "bare_issuer", "ID tokens name the issuer without its scheme", now.bare_issuer);
    let again = choice(
        "",
        "asks_again",
        "max_age and prompt=login ask for the password again; ID tokens have auth_time",
        now.asks_again,
    );
    let slash = choice(
        "",
        "slash_in_events",
        "Events name the issuer with a slash at its end",
        now.slash_in_events,
    );
    format!(
        "<form method=\"post\" action=\"{HOME}/switches\">{bare}{again}{slash}\
         <button class=\"second narrow\">Save</button></form>"
    )
}

/// Switches to be set; what is not named stays.
#[derive(Deserialize)]
pub(crate) struct Wanted {
    bare_issuer: Option<bool>,
    asks_again: Option<bool>,
    slash_in_events: Option<bool>,
}

pub(crate) async fn switch_form(
    State(house): State<Arc<Playground>>,
    Form(wanted): Form<Wanted>,
) -> Response {
    match set(&house, &wanted) {
        Ok(_) => Redirect::to(HOME).into_response(),
        Err(fault) => fault.into_response(),
    }
}

pub(crate) async fn switch_json(
    State(house): State<Arc<Playground>>,
    Json(wanted): Json<Wanted>,
) -> Response {
    match set(&house, &wanted) {
        Ok(now) => Json(now).into_response(),
        Err(fault) => fault.into_response(),
    }
}

fn set(house: &Playground, wanted: &Wanted) -> Result<Switches, StandInFault> {
    house.google().book.change(|book| {
        let now = &mut book.switches;
        now.bare_issuer = wanted.bare_issuer.unwrap_or(now.bare_issuer);
        now.asks_again = wanted.asks_again.unwrap_or(now.asks_again);
        now.slash_in_events = wanted.slash_in_events.unwrap_or(now.slash_in_events);
        *now
    })
}

/// A new key is wanted.
#[derive(Deserialize)]
pub(crate) struct Rotation {
    old: Old,
}

pub(crate) async fn rotate_form(
    State(house): State<Arc<Playground>>,
    Form(wanted): Form<Rotation>,
) -> Response {
    match house.google().keys.rotate(wanted.old, house.now_s()) {
        Ok(_) => Redirect::to(HOME).into_response(),
        Err(fault) => fault.into_response(),
    }
}

pub(crate) async fn rotate_json(
    State(house): State<Arc<Playground>>,
    Json(wanted): Json<Rotation>,
) -> Response {
    match house.google().keys.rotate(wanted.old, house.now_s()) {
        Ok(kid) => Json(json!({ "kid": kid })).into_response(),
        Err(fault) => fault.into_response(),
    }
}
