//! The page of the stand-in for Apple itself: who has an account, what can be told to the house, keys and switches.
//!
//! Whatever a button does here, a test can do by JSON under the same path with `.json`.

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::{Form, Json};
use serde::Deserialize;
use serde_json::json;

use super::people::{Book, Mail, Person, Switches};
use super::{WHOM, events};
use crate::Playground;
use crate::frame::escape;
use crate::issuer::StandInFault;
use crate::issuer::answer::{self, Field, choice, fields, rotation, sheet};
use crate::issuer::keys::Old;

const HOME: &str = "/dev/apple";

pub(crate) async fn show(State(house): State<Arc<Playground>>) -> Response {
    let apple = house.apple();
    let book = apple.book.read(Clone::clone);
    let people = book.people.iter().map(|person| row(&book, person)).collect::<String>();
    let options = book
        .people
        .iter()
        .map(|person| {
            let (id, name) = (escape(&person.id), escape(&person.name()));
            format!("<option value=\"{id}\">{name} ({})</option>", escape(&person.email))
        })
        .collect::<String>();
    let body = format!(
        "<p>Sign in at <a href=\"{house}/signin\">the house</a> with Apple, and choose one of these people. Mail to an address at \
         privaterelay.appleid.com arrives in <a href=\"/dev/mailbox\">the mailbox</a>, as all mail does.</p>\
         <section><h2>People</h2><ul class=\"rows\">{people}</ul>\
         <details><summary>Add somebody</summary>{add}</details></section>\
         <section><h2>Events</h2><p class=\"soft\">Apple tells <code>{to}</code> that something happened. The last three end \
         what the person agreed to: the next sign-in is the first again.</p>\
         {sending}</section>{rotation}<section><h2>Switches</h2><form method=\"post\" action=\"{HOME}/switches\">{switch}\
         <button class=\"second narrow\">Save</button></form></section>\
         <section class=\"help\"><h2>From a program</h2><ul>\
         <li><code>POST {HOME}/native-token.json</code> — what an app gets on a phone: \
         <code>{{\"person\", \"client_id\", \"nonce\", \"mail\": \"share\" or \"hide\"}}</code></li>\
         <li><code>POST {HOME}/people.json</code>, <code>/events.json</code>, <code>/keys.json</code>, \
         <code>/switches.json</code></li>\
         <li><a href=\"{HOME}/.well-known/openid-configuration\">openid-configuration</a>, \
         <a href=\"{HOME}/auth/keys\">keys</a></li></ul></section>",
        house = escape(&house.origin),
        add = form(None),
        to = escape(&apple.events),
        sending = answer::events(HOME, &options, &events::buttons()),
        rotation = rotation(HOME),
        switch = choice(
            "",
            "verified_as_text",
            "email_verified is a string",
            book.switches.verified_as_text
        ),
    );
    sheet(&house, WHOM, "Apple, as far as this machine goes", &body)
}

fn row(book: &Book, person: &Person) -> String {
    let agreed = book.consents.iter().filter(|consent| consent.person == person.id).map(|consent| {
        let address = consent.mail.map(|mail| match mail {
            Mail::Share => "e-mail shared".to_owned(),
            Mail::Hide => format!("known as {}", person.relay(&consent.client_id)),
        });
        format!(
            "<br>{}: {}",
            escape(&consent.client_id),
            address.unwrap_or_else(|| "no e-mail".to_owned())
        )
    });
    let verified = if person.email_verified { "verified" } else { "not verified" };
    format!(
        "<li><div><strong>{}</strong><br><span class=\"soft\">{} · {verified}{}</span></div>\
         <details><summary>Change</summary>{}</details></li>",
        escape(&person.name()),
        escape(&person.email),
        agreed.collect::<String>(),
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
            Field("last_name", "Family name", text(|person| &person.last_name)),
            Field("first_name", "Given name", text(|person| &person.first_name)),
            Field("email", "Address", text(|person| &person.email)),
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

/// Switches to be set; what is not named stays.
#[derive(Deserialize)]
pub(crate) struct Wanted {
    verified_as_text: Option<bool>,
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
    house.apple().book.change(|book| {
        let now = &mut book.switches;
        now.verified_as_text = wanted.verified_as_text.unwrap_or(now.verified_as_text);
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
    match house.apple().keys.rotate(wanted.old, house.now_s()) {
        Ok(_) => Redirect::to(HOME).into_response(),
        Err(fault) => fault.into_response(),
    }
}

pub(crate) async fn rotate_json(
    State(house): State<Arc<Playground>>,
    Json(wanted): Json<Rotation>,
) -> Response {
    match house.apple().keys.rotate(wanted.old, house.now_s()) {
        Ok(kid) => Json(json!({ "kid": kid })).into_response(),
        Err(fault) => fault.into_response(),
    }
}
