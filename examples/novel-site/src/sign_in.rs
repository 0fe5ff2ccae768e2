//! The way to genkan and back: authorization code with PKCE, `state` and `nonce`.
//!
//! What a trip is about (its nonce, its verifier, where it leads afterwards) stays here, under `state`, and is found again only
//! for the browser that set out: a link with somebody else's code signs nobody in (login CSRF).

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Form;
use axum::extract::{Query, State};
use axum::http::header::{LOCATION, SET_COOKIE};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use openidconnect::core::{CoreAuthPrompt, CoreResponseType};
use openidconnect::{AuthenticationFlow, CsrfToken, Nonce, PkceCodeChallenge, PkceCodeVerifier, Scope};
use serde::Deserialize;

use crate::Site;
use crate::pages::Failure;
use crate::place::Place;
use crate::provider::Claims;
use crate::sessions::{BROWSER, SESSION, Visit, secret};

/// A trip that does not come back within this is over.
pub(crate) const LIFE: Duration = Duration::from_mins(30);
/// How many may be under way.
pub(crate) const MOST: usize = 10_000;
/// Times in tokens are whole seconds.
const ROUNDING: Duration = Duration::from_secs(2);

/// What somebody was sent to genkan for.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Errand {
    SignIn,
    Register,
    /// To show anew who they are: this member, and nobody else.
    Prove(String),
    SignOut,
}

pub(crate) struct Trip {
    pub(crate) browser: String,
    pub(crate) errand: Errand,
    since: Instant,
    nonce: Nonce,
    verifier: PkceCodeVerifier,
    place: Place,
}

/// Which of our own pages to come back to; anything else is the first page.
#[derive(Deserialize)]
pub(crate) struct Wish {
    #[serde(default)]
    to: String,
}

pub(crate) async fn sign_in(
    State(site): State<Arc<Site>>,
    visit: Visit,
    Form(wish): Form<Wish>,
) -> Result<Response, Failure> {
    set_out(&site, &visit, Errand::SignIn, Place::parse(&wish.to)).await
}

pub(crate) async fn register(
    State(site): State<Arc<Site>>,
    visit: Visit,
    Form(wish): Form<Wish>,
) -> Result<Response, Failure> {
    set_out(&site, &visit, Errand::Register, Place::parse(&wish.to)).await
}

/// Before something precious: who is signed in shows so anew.
pub(crate) async fn prove(State(site): State<Arc<Site>>, visit: Visit) -> Result<Response, Failure> {
    let sub = visit.member.as_ref().map(|member| member.sub.clone()).ok_or(Failure::NotSignedIn)?;
    set_out(&site, &visit, Errand::Prove(sub), Place::PenName).await
}

async fn set_out(
    site: &Site,
    visit: &Visit,
    errand: Errand,
    place: Place,
) -> Result<Response, Failure> {
    let published = site.provider.published(Instant::now()).await?;
    let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
    let flow = AuthenticationFlow::<CoreResponseType>::AuthorizationCode;
    let (state, nonce) = (|| CsrfToken::new_random_len(32), Nonce::new_random);
    let request = published.client.authorize_url(flow, state, nonce);
    let request = request.add_scope(Scope::new("profile".to_owned())).set_pkce_challenge(challenge);
    let request = match errand {
        // The library does not know this word yet.
        Errand::Register => request.add_extra_param("prompt", "create"),
        Errand::Prove(_) => request.add_prompt(CoreAuthPrompt::Login),
        Errand::SignIn | Errand::SignOut => request,
    };
    let (url, state, nonce) = request.url();
    let trip = Trip { browser: String::new(), errand, since: Instant::now(), nonce, verifier, place };
    let cookie = site.remember(visit, state, trip);
    Ok(see_other(url.as_str(), [(SET_COOKIE, cookie)]))
}

impl Site {
    /// Keeps a trip under its state, for this browser alone.
    fn remember(&self, visit: &Visit, state: CsrfToken, mut trip: Trip) -> HeaderValue {
        // One secret for all tabs of a browser.
        trip.browser = visit.browser.clone().filter(|known| known.len() >= 40).unwrap_or_else(secret);
        let cookie = self.cookie(BROWSER, &trip.browser, LIFE);
        self.trips.put(state.into_secret(), trip, Instant::now());
        cookie
    }

    /// Somebody leaves by way of genkan; gives the state to come back by.
    pub(crate) fn sees_off(&self, visit: &Visit) -> (CsrfToken, HeaderValue) {
        let state = CsrfToken::new_random_len(32);
        let verifier = PkceCodeVerifier::new(String::new());
        let (errand, nonce, browser) = (Errand::SignOut, Nonce::new_random(), String::new());
        let trip = Trip { browser, errand, since: Instant::now(), nonce, verifier, place: Place::Home };
        let cookie = self.remember(visit, state.clone(), trip);
        (state, cookie)
    }

    /// A trip comes back, once, in the browser that set out.
    pub(crate) fn comes_back(&self, visit: &Visit, state: &str) -> Option<Trip> {
        let of_browser = |trip: &Trip| visit.browser.as_ref() == Some(&trip.browser);
        self.trips.take(state, Instant::now(), of_browser)
    }
}

#[derive(Deserialize)]
pub(crate) struct Back {
    state: Option<String>,
    code: Option<String>,
    error: Option<String>,
    iss: Option<String>,
}

/// The browser comes back.
pub(crate) async fn callback(
    State(site): State<Arc<Site>>,
    visit: Visit,
    Query(back): Query<Back>,
) -> Result<Response, Failure> {
    let state = back.state.as_deref().unwrap_or_default();
    let trip = site.comes_back(&visit, state).filter(|trip| trip.errand != Errand::SignOut);
    let trip = trip.ok_or(Failure::TripUnknown)?;
    // Who answers must be whom we asked (RFC 9207).
    if back.iss.as_deref() != Some(site.provider.issuer.as_str()) {
        return Err(Failure::TripUnknown);
    }
    let Some(code) = back.code else {
        tracing::info!(error = back.error, "a sign-in came to nothing");
        return Err(Failure::NotSignedIn);
    };
    let (tokens, claims) = site.provider.redeem(code, trip.verifier, &trip.nonce).await?;
    let asked = matches!(&trip.errand, Errand::Prove(sub) if sub == claims.subject().as_str());
    if asked && !proved_within(&claims, trip.since.elapsed()) {
        return Err(Failure::NotProved);
    }
    // Somebody else may have signed in on the way. Then it is their session, and not their errand.
    let place = match trip.errand {
        Errand::Prove(_) if !asked => Place::Home,
        _ => trip.place,
    };
    if let Some(before) = &visit.member {
        site.sessions.take(&before.key, Instant::now(), |_| true);
    }
    let cookie = site.begin(&claims, tokens, asked);
    Ok(see_other(&place.path(), [(SET_COOKIE, cookie)]))
}

/// `prompt=login` is a wish in an address that the browser carried; what counts is that the proof is younger than the trip. How
/// old it is, genkan's two times say; how long the trip took, our own clock. So it does not matter whether they agree.
fn proved_within(claims: &Claims, trip: Duration) -> bool {
    let age = claims.auth_time().map(|at| claims.issue_time().signed_duration_since(at));
    age.and_then(|age| age.to_std().ok()).is_some_and(|age| age <= trip + ROUNDING)
}

/// Leads on, with cookies.
pub(crate) fn see_other<const N: usize>(to: &str, headers: [(HeaderName, HeaderValue); N]) -> Response {
    let Ok(location) = HeaderValue::from_str(to) else { return StatusCode::NOT_FOUND.into_response() };
    let mut response = (StatusCode::SEE_OTHER, [(LOCATION, location)]).into_response();
    for (name, value) in headers {
        response.headers_mut().append(name, value);
    }
    response
}

/// The cookie that takes the session's away.
pub(crate) fn no_session(site: &Site) -> HeaderValue {
    site.cookie(SESSION, "", Duration::ZERO)
}
