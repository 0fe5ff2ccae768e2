//! The account chooser of the stand-in for Google.
//!
//! ```text
//! GET  → chooser → POST person → [password, where max_age or prompt=login ask for it] → back with a code
//!                → POST cancel → back with access_denied
//! ```
//!
//! Nothing is kept between the steps: the request stays in the address, and each step checks it again. A request
//! whose client or return address is wrong ends here; it is never sent back.

use std::sync::Arc;

use axum::Form;
use axum::extract::{Query, RawQuery, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use super::people::Person;
use super::{Google, WHOM};
use crate::Playground;
use crate::frame::escape;
use crate::issuer::answer::{Pairs, form_post, redirect, refusal, sheet};
use crate::issuer::request::{Asked, Grant};
use crate::issuer::{StandInFault, draw};

const COOKIE: &str = "genkan-dev-google";

/// What was pressed.
#[derive(Deserialize)]
pub(crate) struct Pressed {
    person: Option<String>,
    password: Option<String>,
    cancel: Option<String>,
}

/// A request whose client and return address are right.
struct Trip<'a> {
    house: &'a Playground,
    google: &'a Google,
    asked: &'a Asked,
    redirect_uri: &'a str,
}

pub(crate) async fn ask(
    State(house): State<Arc<Playground>>,
    Query(asked): Query<Asked>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let trip = match Trip::check(&house, &asked, &headers) {
        Ok(trip) => trip,
        Err(refusal) => return *refusal,
    };
    if asked.prompts("none") {
        return trip.back(vec![("error", "interaction_required".to_owned())]);
    }
    trip.chooser(&query.unwrap_or_default())
}

pub(crate) async fn answer(
    State(house): State<Arc<Playground>>,
    Query(asked): Query<Asked>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    Form(pressed): Form<Pressed>,
) -> Response {
    let trip = match Trip::check(&house, &asked, &headers) {
        Ok(trip) => trip,
        Err(refusal) => return *refusal,
    };
    if pressed.cancel.is_some() {
        return trip.back(vec![("error", "access_denied".to_owned())]);
    }
    let id = pressed.person.as_deref().unwrap_or_default();
    let Some(person) = trip.google.book.read(|book| book.person(id).cloned()) else {
        return trip.chooser(&query.unwrap_or_default());
    };
    let (browser, is_new) =
        match browser(&headers).map_or_else(|| draw(16).map(|id| (id, true)), |id| Ok((id, false))) {
            Ok(browser) => browser,
            Err(fault) => return fault.into_response(),
        };
    let proved = pressed.password.is_some_and(|password| !password.is_empty());
    let last = trip.google.signed_in_at(&browser, &person.id);
    if trip.asks_for_password(last) && !proved {
        return trip.password(&person, &query.unwrap_or_default());
    }
    let at_s = if proved { house.now_s() } else { last.unwrap_or_else(|| house.now_s()) };
    trip.google.signs_in(browser.clone(), person.id.clone(), at_s);
    let mut response = match trip.grant(&person, at_s) {
        Ok(response) => response,
        Err(fault) => return fault.into_response(),
    };
    if is_new
        && let Ok(cookie) = HeaderValue::try_from(format!(
            "{COOKIE}={browser}; Path=/dev/google; HttpOnly; SameSite=Lax"
        ))
    {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

impl<'a> Trip<'a> {
    /// Boxed, because a response is large and a refusal rare.
    fn check(
        house: &'a Playground,
        asked: &'a Asked,
        headers: &HeaderMap,
    ) -> Result<Self, Box<Response>> {
        let google = house.google();
        let refuse = |status, code: &str, sentence: &str| {
            Err(Box::new(refusal(house, WHOM, status, code, sentence)))
        };
        if is_inside_an_app(headers) {
            let sentence =
                "Google does not sign people in inside another app. Open this page in your browser.";
            return refuse(StatusCode::FORBIDDEN, "disallowed_useragent", sentence);
        }
        if asked.client_id.as_ref() != Some(&google.client.client_id) {
            return refuse(
                StatusCode::UNAUTHORIZED,
                "invalid_client",
                "The OAuth client was not found.",
            );
        }
        let registered = |uri: &&str| google.client.redirect_uris.iter().any(|known| known == uri);
        let Some(redirect_uri) = asked.redirect_uri.as_deref().filter(registered) else {
            let sentence =
                "The redirect URI in the request is not one that is registered for this client.";
            return refuse(StatusCode::BAD_REQUEST, "redirect_uri_mismatch", sentence);
        };
        let missing = [
            (asked.response_type.as_deref() == Some("code"), "response_type must be code."),
            (asked.scope.is_some(), "Missing required parameter: scope"),
            (
                matches!(asked.response_mode.as_deref(), None | Some("query" | "form_post")),
                "response_mode must be query or form_post.",
            ),
            (
                asked.code_challenge.is_none()
                    || asked.code_challenge_method.as_deref() == Some("S256"),
                "code_challenge_method must be S256.",
            ),
        ];
        match missing.iter().find(|(is_right, _)| !is_right) {
            Some((_, sentence)) => refuse(StatusCode::BAD_REQUEST, "invalid_request", sentence),
            None => Ok(Self { house, google, asked, redirect_uri }),
        }
    }

    fn asks_for_password(&self, last: Option<i64>) -> bool {
        let age = |at_s: i64| self.house.now_s().saturating_sub(at_s);
        let too_old = |most: i64| most == 0 || last.is_some_and(|at_s| age(at_s) > most);
        let asks_again = self.google.book.read(|book| book.switches.asks_again);
        asks_again && (self.asked.prompts("login") || self.asked.max_age.is_some_and(too_old))
    }

    fn chooser(&self, query: &str) -> Response {
        let hint = self.asked.login_hint.as_deref();
        let mut people = self.google.book.read(|book| book.people.clone());
        people.sort_by_key(|person| hint != Some(&person.email) && hint != Some(&person.sub));
        let rows = people.iter().map(row).collect::<String>();
        let body = format!(
            "<p>to continue to <code>{}</code></p>\
             <form method=\"post\" action=\"/dev/google/authorize?{}\"><ul class=\"rows\">{rows}</ul>\
             <button class=\"second narrow\" name=\"cancel\" value=\"yes\">Cancel</button></form>\
             <p class=\"ways\"><a href=\"/dev/google\">Add somebody, or change an address</a></p>",
            escape(self.redirect_uri),
            escape(query)
        );
        sheet(self.house, WHOM, "Choose an account", &body)
    }

    fn password(&self, person: &Person, query: &str) -> Response {
        let body = format!(
            "<p>{}</p><form method=\"post\" action=\"/dev/google/authorize?{}\">\
             <input type=\"hidden\" name=\"person\" value=\"{}\"><div class=\"field\">\
             <label for=\"password\">Password</label><p class=\"hint\" id=\"password-hint\">Anything will do.</p>\
             <input id=\"password\" name=\"password\" type=\"password\" autocomplete=\"off\" required \
             aria-describedby=\"password-hint\"></div><button>Next</button>\
             <button class=\"second narrow\" name=\"cancel\" value=\"yes\" formnovalidate>Cancel</button></form>",
            escape(&person.email),
            escape(query),
            escape(&person.id)
        );
        sheet(self.house, WHOM, "Verify that it is you", &body)
    }

    fn grant(&self, person: &Person, auth_time: i64) -> Result<Response, StandInFault> {
        let scope = self.asked.scope.clone().unwrap_or_default();
        let code = self.google.codes.put(
            self.house.now_s(),
            Grant {
                person: person.id.clone(),
                client_id: self.google.client.client_id.clone(),
                redirect_uri: Some(self.redirect_uri.to_owned()),
                scope: scope.clone(),
                nonce: self.asked.nonce.clone(),
                challenge: self.asked.code_challenge.clone(),
                auth_time,
            },
        )?;
        let mut pairs = vec![("code", code), ("scope", scope), ("authuser", "0".to_owned())];
        pairs.extend(person.hd.clone().map(|hd| ("hd", hd)));
        pairs.push(("prompt", "none".to_owned()));
        Ok(self.back(pairs))
    }

    /// Back to the client, with the state it gave and this issuer's name (RFC 9207).
    fn back(&self, rest: Pairs) -> Response {
        let state = self.asked.state.clone().map(|state| ("state", state));
        let issuer = ("iss", self.google.issuer.clone());
        let pairs = state.into_iter().chain([issuer]).chain(rest).collect::<Pairs>();
        match self.asked.response_mode.as_deref() {
            Some("form_post") => form_post(self.house, WHOM, self.redirect_uri, &pairs),
            _ => redirect(self.redirect_uri, &pairs),
        }
    }
}

fn row(person: &Person) -> String {
    format!(
        "<li><div><strong>{}</strong><br><span class=\"soft\">{}</span></div>\
         <button class=\"second small\" name=\"person\" value=\"{}\" aria-label=\"Continue as {}\">Continue</button></li>",
        escape(&person.name()),
        escape(&person.email),
        escape(&person.id),
        escape(&person.name()),
    )
}

fn browser(headers: &HeaderMap) -> Option<String> {
    let cookies = headers.get(header::COOKIE)?.to_str().ok()?;
    let mut pairs = cookies.split(';').filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(name, _)| *name == COOKIE).map(|(_, value)| value.to_owned())
}

/// A web view of Android or iOS, or an app that is known to bring its own.
fn is_inside_an_app(headers: &HeaderMap) -> bool {
    let agent =
        headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let apps = ["; wv)", "Line/", "LIFF", "Instagram", "FBAN", "FBAV", "Twitter"];
    let is_ios_view =
        agent.contains("AppleWebKit") && agent.contains("Mobile/") && !agent.contains("Safari/");
    is_ios_view || apps.iter().any(|app| agent.contains(app))
}
