//! The sign-in page of the stand-in for Apple.
//!
//! ```text
//! GET → who is it, and which address may the client know → POST person → back with a code (and, once, the name)
//!                                                        → POST cancel → back with user_cancelled_authorize
//! ```
//!
//! Who asks for a name or an address must take the answer by a form post, as with the real one. A request whose client or
//! return address is wrong ends here; it is never sent back.

use std::sync::Arc;

use axum::Form;
use axum::extract::{Query, RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::json;

use super::people::{Consent, Mail, Person};
use super::{Apple, WHOM};
use crate::Playground;
use crate::frame::escape;
use crate::issuer::answer::{Pairs, form_post, redirect, refusal, sheet};
use crate::issuer::request::{Asked, Grant};
use crate::issuer::{StandInFault, jwt, put};

/// What was pressed.
#[derive(Deserialize)]
pub(crate) struct Pressed {
    person: Option<String>,
    mail: Option<Mail>,
    cancel: Option<String>,
}

/// A request whose client and return address are right.
struct Trip<'a> {
    house: &'a Playground,
    apple: &'a Apple,
    asked: &'a Asked,
    redirect_uri: &'a str,
}

pub(crate) async fn ask(
    State(house): State<Arc<Playground>>,
    Query(asked): Query<Asked>,
    RawQuery(query): RawQuery,
) -> Response {
    match Trip::check(&house, &asked) {
        Ok(trip) => trip.chooser(&query.unwrap_or_default()),
        Err(refusal) => *refusal,
    }
}

pub(crate) async fn answer(
    State(house): State<Arc<Playground>>,
    Query(asked): Query<Asked>,
    RawQuery(query): RawQuery,
    Form(pressed): Form<Pressed>,
) -> Response {
    let trip = match Trip::check(&house, &asked) {
        Ok(trip) => trip,
        Err(refusal) => return *refusal,
    };
    if pressed.cancel.is_some() {
        return trip.back(vec![("error", "user_cancelled_authorize".to_owned())]);
    }
    let id = pressed.person.as_deref().unwrap_or_default();
    let Some(person) = trip.apple.book.read(|book| book.person(id).cloned()) else {
        return trip.chooser(&query.unwrap_or_default());
    };
    match trip.grant(&person, pressed.mail.unwrap_or(Mail::Share)) {
        Ok(pairs) => trip.back(pairs),
        Err(fault) => fault.into_response(),
    }
}

impl<'a> Trip<'a> {
    /// Boxed, because a response is large and a refusal rare.
    fn check(house: &'a Playground, asked: &'a Asked) -> Result<Self, Box<Response>> {
        let apple = house.apple();
        let refuse = |code: &str, sentence: &str| {
            Err(Box::new(refusal(house, WHOM, StatusCode::BAD_REQUEST, code, sentence)))
        };
        if asked.client_id.as_ref() != Some(&apple.client.services_id) {
            return refuse("invalid_client", "Invalid client.");
        }
        let registered = |uri: &&str| apple.client.redirect_uris.iter().any(|known| known == uri);
        let Some(redirect_uri) = asked.redirect_uri.as_deref().filter(registered) else {
            return refuse("invalid_request", "Invalid web redirect url.");
        };
        let kind = asked.response_type.as_deref();
        if !matches!(kind, Some("code" | "code id_token")) {
            return refuse("unsupported_response_type", "response_type must be code or code id_token.");
        }
        let scopes =
            asked.scope.as_deref().unwrap_or_default().split(' ').filter(|word| !word.is_empty());
        if let Some(other) =
            scopes.into_iter().find(|word| !matches!(*word, "openid" | "name" | "email"))
        {
            return refuse("invalid_scope", &format!("Invalid scope(s): {other}"));
        }
        let is_form_post = asked.response_mode.as_deref() == Some("form_post");
        if !is_form_post && (asked.has_scope("name") || asked.has_scope("email")) {
            let sentence = "response_mode must be form_post when name or email scope is requested.";
            return refuse("invalid_request", sentence);
        }
        if !is_form_post && kind != Some("code") {
            return refuse("invalid_request", "response_mode must be form_post for id_token.");
        }
        if !is_form_post && !matches!(asked.response_mode.as_deref(), None | Some("query")) {
            return refuse("invalid_request", "response_mode must be query or form_post.");
        }
        Ok(Self { house, apple, asked, redirect_uri })
    }

    fn chooser(&self, query: &str) -> Response {
        let book = self.apple.book.read(Clone::clone);
        let client_id = &self.apple.client.services_id;
        let form = |person: &Person| {
            let asks_address =
                self.asked.has_scope("email") && book.consent(&person.id, client_id).is_none();
            self.form(person, asks_address, query)
        };
        let rows = book.people.iter().map(form).collect::<String>();
        let body = format!(
            "<p>to continue to <code>{}</code></p>\
             <p class=\"soft\">Mail to an address at privaterelay.appleid.com arrives in \
             <a href=\"/dev/mailbox\">the mailbox</a>, as all mail does.</p><ul class=\"rows\">{rows}</ul>\
             <form method=\"post\" action=\"/dev/apple/auth/authorize?{}\">\
             <button class=\"second narrow\" name=\"cancel\" value=\"yes\">Cancel</button></form>\
             <p class=\"ways\"><a href=\"/dev/apple\">Add somebody, or take a consent back</a></p>",
            escape(self.redirect_uri),
            escape(query)
        );
        sheet(self.house, WHOM, "Sign in with one of these accounts", &body)
    }

    fn form(&self, person: &Person, asks_address: bool, query: &str) -> String {
        let (name, email) = (escape(&person.name()), escape(&person.email));
        let button = |mail: &str, words: &str| {
            format!(
                "<button class=\"second small\" name=\"mail\" value=\"{mail}\" \
                 aria-label=\"{words}, as {name}\">{words}</button>"
            )
        };
        let buttons = if asks_address {
            button("share", "Share my e-mail") + &button("hide", "Hide my e-mail")
        } else {
            button("share", "Continue")
        };
        format!(
            "<li><div><strong>{name}</strong><br><span class=\"soft\">{email}</span></div>\
             <form class=\"acts\" method=\"post\" action=\"/dev/apple/auth/authorize?{}\">\
             <input type=\"hidden\" name=\"person\" value=\"{}\">{buttons}</form></li>",
            escape(query),
            escape(&person.id)
        )
    }

    fn grant(&self, person: &Person, mail: Mail) -> Result<Pairs, StandInFault> {
        let (apple, now_s) = (self.apple, self.house.now_s());
        let client_id = &apple.client.services_id;
        let scope = self.asked.scope.clone().unwrap_or_default();
        let grant = Grant {
            person: person.id.clone(),
            client_id: client_id.clone(),
            redirect_uri: Some(self.redirect_uri.to_owned()),
            scope,
            nonce: self.asked.nonce.clone(),
            challenge: self.asked.code_challenge.clone(),
            auth_time: now_s,
        };
        let user = apple.agree(person, &grant, mail)?;
        let code = apple.codes.put(now_s, grant.clone())?;
        let mut pairs = vec![("code", code.clone())];
        if self.asked.response_type.as_deref() == Some("code id_token") {
            let mut claims = apple.claims(person, &grant, now_s);
            put(&mut claims, "c_hash", json!(jwt::half_digest(&code)));
            pairs.push(("id_token", apple.keys.sign("JWT", &claims)?));
        }
        pairs.extend(user.map(|user| ("user", user)));
        Ok(pairs)
    }

    fn back(&self, rest: Pairs) -> Response {
        let state = self.asked.state.clone().map(|state| ("state", state));
        let pairs = state.into_iter().chain(rest).collect::<Pairs>();
        match self.asked.response_mode.as_deref() {
            Some("form_post") => form_post(self.house, WHOM, self.redirect_uri, &pairs),
            _ => redirect(self.redirect_uri, &pairs),
        }
    }
}

impl Apple {
    /// Writes the consent down. What is told beside the token is told with the first one alone.
    pub(super) fn agree(
        &self,
        person: &Person,
        grant: &Grant,
        mail: Mail,
    ) -> Result<Option<String>, StandInFault> {
        let mail = grant.has_scope("email").then_some(mail);
        let is_first = self.book.change(|book| {
            let is_first = book.consent(&person.id, &grant.client_id).is_none();
            if is_first {
                let (person, client_id) = (person.id.clone(), grant.client_id.clone());
                book.consents.push(Consent { person, client_id, mail });
            }
            is_first
        })?;
        let mut user = json!({});
        if grant.has_scope("name") {
            let name = json!({ "firstName": person.first_name, "lastName": person.last_name });
            put(&mut user, "name", name);
        }
        if let Some(mail) = mail {
            put(&mut user, "email", json!(person.address(mail, &grant.client_id)));
        }
        let says_something = user.as_object().is_some_and(|user| !user.is_empty());
        Ok((is_first && says_something).then(|| user.to_string()))
    }
}
