//! What an app hears, as JSON: a code, what can be done next, or why there is nothing to be done.
//!
//! `error` is the draft's word; `code`, `message` and `retry_after` are those of the API for the same refusal (problem.rs), so
//! that an app knows both by one table. `next` names the steps that are open.

use axum::response::{IntoResponse, Response};
use engine::Refusal as No;
use http::StatusCode;
use pages::Locale;
use serde_json::{Map, Value, json};

use super::super::refusal::{Refusal, answer};
use super::Stepped;
use super::ask::Ask;
use crate::House;
use crate::options::AppMinimum;
use crate::problem::{InWords, Problem, in_words_of, put_retry_after};
use accounts::Public;

/// What a step leads to.
pub(super) enum Told {
    /// A code: all is shown.
    Code(String),
    /// Something is left to do.
    More,
    /// What the house cannot do in an app, and can in a browser.
    Web,
}

/// The steps that the terms are agreed to with.
const AGREED: [&str; 3] = ["register_password", "identity_confirm", "terms"];

/// What is wrong with a request itself, whoever is behind it.
#[derive(Clone)]
pub(super) enum Wrong {
    /// The client does not show itself.
    Client(Refusal),
    /// The draft's word and a sentence for its developer.
    Request(StatusCode, &'static str, &'static str),
}

impl Wrong {
    pub(super) const INVALID_SESSION: Self = Self::Request(
        StatusCode::BAD_REQUEST,
        "invalid_session",
        "The auth_session is over, of another client or key, or was begun with another code_challenge.",
    );
    pub(super) const UNAUTHORIZED_CLIENT: Self = Self::Request(
        StatusCode::BAD_REQUEST,
        "unauthorized_client",
        "Only the service's own apps may sign members in here (client.NAME.first_party).",
    );
    pub(super) const ACCESS_DENIED: Self =
        Self::Request(StatusCode::FORBIDDEN, "access_denied", "This is for apps, not for pages.");

    pub(super) const fn request(why: &'static str) -> Self {
        Self::Request(StatusCode::BAD_REQUEST, "invalid_request", why)
    }

    pub(super) const fn of(error: &'static str) -> Self {
        Self::Request(StatusCode::BAD_REQUEST, error, "See the documentation: docs/apps.md.")
    }
}

impl IntoResponse for Wrong {
    fn into_response(self) -> Response {
        match self {
            Self::Client(refusal) => refusal.into_response(),
            Self::Request(status, error, why) => {
                answer(status, &json!({ "error": error, "error_description": why }))
            }
        }
    }
}

/// Writes what came of a request.
pub(super) fn write(mut ask: Ask<'_>, locale: Locale, stepped: Stepped) -> Response {
    let (status, error, problem) = match stepped {
        Ok(Told::Code(code)) => {
            ask.say("authorization_code", code);
            return answer(StatusCode::OK, &Value::Object(ask.said));
        }
        Ok(Told::Web) => return to_the_web(),
        Ok(Told::More) => (StatusCode::FORBIDDEN, "insufficient_authorization", None),
        Err(problem) => {
            after(&mut ask, problem);
            let (status, error) = error_of(problem);
            (status, error, Some(problem))
        }
    };
    let next = ask.next();
    if next.is_empty() && status == StatusCode::FORBIDDEN {
        return to_the_web();
    }
    let wait = problem.map(|problem| {
        let InWords { code, detail, retry_after } = in_words_of(ask.house, problem, locale, None);
        ask.say("code", code);
        ask.say("message", detail);
        if let Some(seconds) = retry_after {
            ask.say("retry_after", seconds);
        }
        problem.retry_after()
    });
    ask.say("error", error);
    if error != "access_denied" {
        if next.contains(&"provider_options") {
            let all = ask.house.engine.providers().native();
            let names = all.map(|name| name.as_str().to_owned()).collect::<Vec<_>>();
            ask.say("providers", names);
        }
        if next.iter().any(|step| AGREED.contains(step)) {
            ask.say("terms", terms_told(ask.house, locale));
        }
        ask.say("next", next);
        match ask.house.engine.seal_auth_session(ask.held.clone()) {
            Ok(sealed) => ask.say("auth_session", sealed),
            Err(fault) => return Refusal::from(fault).into_response(),
        }
    }
    let mut response = answer(status, &Value::Object(ask.said));
    put_retry_after(response.headers_mut(), wait.flatten());
    response
}

/// An app that is too old for the step. Nothing of it was looked at.
pub(super) fn too_old(house: &House, locale: Locale, needed: &AppMinimum) -> Response {
    let InWords { code, detail, .. } = in_words_of(house, Problem::AppTooOld, locale, Some(needed));
    let mut body = Map::new();
    body.insert("error".to_owned(), json!("access_denied"));
    body.insert("code".to_owned(), json!(code));
    body.insert("message".to_owned(), json!(detail));
    body.insert("minimum_version".to_owned(), json!(needed.version.to_string()));
    if let Some(url) = &needed.update_url {
        body.insert("update_url".to_owned(), json!(url));
    }
    answer(StatusCode::FORBIDDEN, &Value::Object(body))
}

/// The version of the terms in force and where they are to be read, where the service has any.
fn terms_told(house: &House, locale: Locale) -> Option<Value> {
    let terms = house.options.terms.as_ref()?;
    Some(json!({ "version": terms.version, "url": terms.url.get(locale, Locale::Ja) }))
}

fn to_the_web() -> Response {
    let why = "Begin again in a browser, at the authorization endpoint.";
    answer(StatusCode::FORBIDDEN, &json!({ "error": "redirect_to_web", "error_description": why }))
}

/// What a refusal changes of what the app holds.
fn after(ask: &mut Ask<'_>, problem: Problem) {
    if problem == Problem::FLOW_EXPIRED {
        ask.begin_again();
    }
}

/// The draft's word for a refusal. Whatever the person can do something about is "not enough yet".
fn error_of(problem: Problem) -> (StatusCode, &'static str) {
    let status = problem.status();
    match problem {
        Problem::Refused(No::Rules(Public::AccountSuspended)) | Problem::AppTooOld => {
            (StatusCode::FORBIDDEN, "access_denied")
        }
        Problem::Refused(No::RateLimited { .. } | No::Overloaded { .. } | No::ProviderUnreachable)
        | Problem::TooSlow
        | Problem::Unfinished => (status, "temporarily_unavailable"),
        Problem::Internal => (status, "server_error"),
        Problem::InvalidRequest
        | Problem::NotFound
        | Problem::Refused(No::InvalidName | No::Rules(Public::NotFound)) => {
            (StatusCode::BAD_REQUEST, "invalid_request")
        }
        _ => (StatusCode::FORBIDDEN, "insufficient_authorization"),
    }
}
