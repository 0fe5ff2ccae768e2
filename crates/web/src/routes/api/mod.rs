//! The API for apps and programs, `/api/v1`: JSON over the same loop as the pages.
//!
//! Apps present `Authorization: Bearer`; cookies are not read here, but for the one question who a browser's
//! session belongs to. Every call is described by the code itself (`openapi.json`), and every refusal is a
//! problem document. No call takes an account's id: whose account it is follows from the session (D14).

mod account;
mod bodies;
mod email;
mod identity;
mod methods;
mod numbers;
mod passkeys;
mod providers;
mod register;
mod reset;
pub(crate) mod session;
mod sessions;
mod signin;

use accounts::{Instant, Reach, TermsState};
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use engine::{Answer, Secret, Signed};
use http::StatusCode;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::House;
use crate::fields;
use crate::json::{self, time};
use crate::openapi;
use crate::problem::Problem;
pub(crate) use bodies::FormerBody;
use bodies::{AskedBody, FlowBody, SignedBody};

/// The calls and their description.
pub(crate) fn described() -> OpenApiRouter<House> {
    OpenApiRouter::with_openapi(openapi::head())
        .routes(routes!(register::ask))
        .routes(routes!(register::verify))
        .routes(routes!(register::complete))
        .routes(routes!(identity::register))
        .routes(routes!(identity::address))
        .routes(routes!(identity::verify))
        .routes(routes!(identity::restore))
        .routes(routes!(signin::password))
        .routes(routes!(providers::options))
        .routes(routes!(providers::arrive))
        .routes(routes!(passkeys::signin_options))
        .routes(routes!(passkeys::signin))
        .routes(routes!(passkeys::proof_options))
        .routes(routes!(passkeys::prove))
        .routes(routes!(passkeys::add_options))
        .routes(routes!(passkeys::add))
        .routes(routes!(signin::leave))
        .routes(routes!(signin::prove))
        .routes(routes!(providers::prove))
        .routes(routes!(reset::ask))
        .routes(routes!(reset::verify))
        .routes(routes!(reset::complete))
        .routes(routes!(numbers::report))
        .routes(routes!(numbers::undo))
        .routes(routes!(numbers::lost))
        .routes(routes!(session::who))
        .routes(routes!(account::read, account::change, methods::withdraw))
        .routes(routes!(account::password))
        .routes(routes!(account::terms))
        .routes(routes!(methods::list))
        .routes(routes!(methods::remove, passkeys::rename))
        .routes(routes!(email::ask, methods::remove_email))
        .routes(routes!(email::verify))
        .routes(routes!(email::complete))
        .routes(routes!(identity::accept))
        .routes(routes!(identity::cancel))
        .routes(routes!(methods::contact))
        .routes(routes!(methods::test_mail))
        .routes(routes!(methods::export))
        .routes(routes!(account::activity))
        .routes(routes!(sessions::list, sessions::end_others))
        .routes(routes!(sessions::end))
        .routes(routes!(sessions::disconnect))
        .routes(routes!(sessions::forget))
}

/// The calls, and the path of their description.
pub(crate) fn router() -> Router<House> {
    let (calls, _) = described().split_for_parts();
    calls.route("/api/v1/openapi.json", get(description))
}

async fn description(State(house): State<House>) -> Response {
    if let Some(written) = house.description.get() {
        return json::written(StatusCode::OK, written.clone());
    }
    match serde_json::to_vec(&openapi::of_this_house(&house.options)) {
        Ok(text) => {
            let written = house.description.get_or_init(|| Bytes::from(text));
            json::written(StatusCode::OK, written.clone())
        }
        Err(_) => Problem::Internal.into_response(),
    }
}

/// A flow to be gone on with.
fn flow(flow: &Secret, expires_at: Instant) -> Response {
    let body = FlowBody { flow: flow.expose().to_owned(), expires_at: time(expires_at) };
    json::answer(StatusCode::OK, &body)
}

/// A flow in which a code was asked for. Whether mail to the address is refused hangs on the address alone, as the pages have it.
async fn asked(
    house: &House,
    address: &str,
    (flow, expires_at): (&Secret, Instant),
) -> Result<Response, Problem> {
    let mail_refused = house.engine.mail_refused(address).await?;
    let flow = flow.expose().to_owned();
    let body = AskedBody { flow, expires_at: time(expires_at), mail_refused };
    Ok(json::answer(StatusCode::OK, &body))
}

/// A new session, and the terms where they are due (R-SIGNIN-11).
fn signed(house: &House, signed: &Signed) -> Response {
    json::answer(StatusCode::OK, &signed_body(house, signed))
}

fn signed_body(house: &House, signed: &Signed) -> SignedBody {
    let due = signed.welcome.terms == TermsState::Due;
    let terms = house.options.terms.as_ref().filter(|_| due);
    SignedBody::of(signed, terms.map(|terms| terms.version.clone()))
}

/// What a member should be asked about now, most important first.
pub(crate) fn attention(signed: &Signed) -> Vec<&'static str> {
    match signed.welcome.contact {
        Reach::Arrives => Vec::new(),
        Reach::Bounces => vec!["contact-bounced"],
        Reach::NotForwarded => vec!["contact-forwarding-off"],
    }
}

/// The one value that a query may have, at most once, and nothing else (ASVS 15.3.7).
fn only(name: &str, query: &str) -> Result<Option<String>, Problem> {
    let mut pairs = fields::pairs(query).ok_or(Problem::InvalidRequest)?.into_iter();
    match (pairs.next(), pairs.next()) {
        (None, _) => Ok(None),
        (Some((key, value)), None) if key == name => Ok(Some(value)),
        _ => Err(Problem::InvalidRequest),
    }
}

/// The answer of a call that has nothing to hand over.
fn done(answer: Answer) -> Result<Response, Problem> {
    match answer {
        Answer::Done => Ok(StatusCode::NO_CONTENT.into_response()),
        Answer::Refused(refusal) => Err(Problem::Refused(refusal)),
        _ => Err(Problem::Internal),
    }
}
