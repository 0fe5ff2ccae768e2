//! The way to a provider and back: the buttons' forms, and the callbacks (R-SIGNIN-10, R-REG-4 and 5, R-METHOD-2).
//!
//! ```text
//!  POST /signin/{provider} ──▶ the provider ──▶ GET  /callback/{provider} ──▶ in, confirm, offer, or a page that says why not
//!                                           └─▶ POST /callback/{provider} ──┘ (kept in a cookie for a minute: a form of
//!                                                                              another site brings none of ours along)
//! ```
//!
//! A callback is the one GET that changes something; it is guarded by a state that is used once and a cookie of the
//! browser that began the trip. HEAD never uses it. What a provider sends beside what is looked for is passed over.

use accounts::{Provider, Public, TripErrand};
use axum::extract::{Path, State};
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use engine::{Answer, Arrival, Brought, Departed, Departure, FollowedAddress, Refusal, Return, Secret};
use http::Method;
use pages::views::Conflict;

use crate::House;
use crate::answers::{Answered, keep_flow, see_other, show_whoever, welcome, whoever};
use crate::cookies::{FlowValue, Kind};
use crate::fields::{self, Fields};
use crate::problem::{Problem, status_of, with_return};
use crate::return_to::ReturnTo;
use crate::routes::identity::{needs_page, offer_page};
use crate::visitor::Guest;

/// How long the browser keeps what binds its trips to it, in seconds: longer than any trip takes.
const TRIP_SECONDS: i64 = 3_600;
/// How long what a provider posted waits for the browser's next step, in seconds.
const BACK_SECONDS: i64 = 60;
/// A state of ours is short, and a code that is longer is none that a provider makes.
const MOST_BACK_CHARS: usize = 1_400;

/// POST /signin/{provider}: begins a trip.
pub(crate) async fn depart(
    State(house): State<House>,
    Path(name): Path<String>,
    guest: Guest,
    fields: Fields,
) -> Answered {
    let provider = Provider::parse(&name).ok_or(Problem::NotFound)?;
    let fields = fields.of(&["intent", "return_to"])?;
    let return_to = ReturnTo::parse(&fields.text("return_to"));
    let (errand, intent) = match fields.text("intent").as_str() {
        "" | "signin" => (TripErrand::SignIn, "signin"),
        "register" => (TripErrand::SignIn, "register"),
        "link" => (TripErrand::Link, "link"),
        "proof" => (TripErrand::Prove, "proof"),
        _ => return Err(Problem::InvalidRequest),
    };
    let next = return_to.as_ref().map(|path| path.as_str().to_owned()).unwrap_or_default();
    let departure = Departure { provider, errand, next };
    match house.engine.depart(departure, &guest.visitor).await? {
        Departed::Browser { url, browser } => {
            let mut response = see_other(&url);
            house.names.set(response.headers_mut(), Kind::Trip, browser.expose(), TRIP_SECONDS);
            Ok(response)
        }
        Departed::Refused(Refusal::Rules(Public::Unauthenticated)) => {
            let page = if intent == "link" { "/account/methods/add" } else { "/account" };
            Ok(see_other(&with_return("/signin", page)))
        }
        Departed::Refused(Refusal::Rules(Public::FreshProofRequired)) => {
            Ok(see_other(&with_return("/proof", "/account/methods/add")))
        }
        Departed::Refused(refusal) => {
            let why = Why { provider: &name, intent, return_to: return_to.as_ref() };
            refused(&house, &guest, refusal, why).await
        }
        Departed::App { .. } => Err(Problem::Internal),
    }
}

/// GET /signin/{provider}: somebody has come back to where a button led.
pub(crate) async fn choose(State(house): State<House>, Path(name): Path<String>) -> Answered {
    if house.options.methods.contains(&name) {
        Ok(see_other("/signin"))
    } else {
        Err(Problem::NotFound)
    }
}

/// GET /callback/{provider}.
pub(crate) async fn arrive(
    State(house): State<House>,
    Path(name): Path<String>,
    method: Method,
    guest: Guest,
) -> Answered {
    if method == Method::HEAD {
        return Err(Problem::MethodNotAllowed);
    }
    let posted = guest.back.as_ref().and_then(|value| Posted::read(value.expose()));
    let from_query = Posted {
        state: guest.query("state").unwrap_or_default().to_owned(),
        code: guest.query("code").unwrap_or_default().to_owned(),
        iss: guest.query("iss").map(str::to_owned),
        error: guest.query("error").map(str::to_owned),
        user: None,
    };
    // What was posted is looked at where the address itself brings nothing.
    let answer = if from_query.state.is_empty() { posted.unwrap_or(from_query) } else { from_query };
    let mut response = finish(&house, &guest, &name, answer).await?;
    house.names.expire(response.headers_mut(), Kind::Back);
    Ok(response)
}

/// POST /callback/{provider}: Apple comes back by a form (its `response_mode=form_post`). The browser sends none of our
/// cookies with it, so what came is kept for its next step, which does.
pub(crate) async fn posted(
    State(house): State<House>,
    Path(name): Path<String>,
    body: Fields,
) -> Answered {
    let provider = Provider::parse(&name).ok_or(Problem::NotFound)?;
    let posted = Posted {
        state: body.first("state"),
        code: body.first("code"),
        iss: Some(body.first("iss")).filter(|iss| !iss.is_empty()),
        error: Some(body.first("error")).filter(|error| !error.is_empty()),
        user: Some(body.first("user")).filter(|user| !user.is_empty()),
    };
    let mut response = see_other(&format!("/callback/{}", provider.as_str()));
    if let Some(value) = posted.write() {
        house.names.set(response.headers_mut(), Kind::Back, &value, BACK_SECONDS);
    }
    Ok(response)
}

/// What a provider's answer brought, whichever way.
struct Posted {
    state: String,
    code: String,
    iss: Option<String>,
    error: Option<String>,
    user: Option<String>,
}

impl Posted {
    /// As a cookie's value; `None` where no provider would send so much. A name that is too long is left out.
    fn write(&self) -> Option<String> {
        let user = self.user.as_deref().filter(|user| user.len() <= MOST_BACK_CHARS / 3);
        let parts = [
            self.state.as_str(),
            self.code.as_str(),
            self.iss.as_deref().unwrap_or_default(),
            self.error.as_deref().unwrap_or_default(),
            user.unwrap_or_default(),
        ];
        let value = parts.map(|part| URL_SAFE_NO_PAD.encode(part)).join(".");
        (value.len() <= MOST_BACK_CHARS).then_some(value)
    }

    fn read(value: &str) -> Option<Self> {
        let text = |part: Option<&str>| {
            let bytes = URL_SAFE_NO_PAD.decode(part?).ok()?;
            String::from_utf8(bytes).ok()
        };
        let mut parts = value.split('.');
        let some = |text: String| Some(text).filter(|text| !text.is_empty());
        Some(Self {
            state: text(parts.next())?,
            code: text(parts.next())?,
            iss: some(text(parts.next())?),
            error: some(text(parts.next())?),
            user: some(text(parts.next())?),
        })
    }
}

async fn finish(house: &House, guest: &Guest, name: &str, answer: Posted) -> Answered {
    let provider = Provider::parse(name).ok_or(Problem::NotFound)?;
    let brought = match answer.error {
        Some(error) => Brought::Nothing { error },
        None if answer.code.is_empty() => Brought::Nothing { error: "no code".to_owned() },
        None => Brought::Code { code: answer.code, iss: answer.iss, user: answer.user },
    };
    let back = Return { provider, state: Secret::new(&answer.state), brought };
    let Arrival { errand, next, answer, address } = house.engine.arrive(back, &guest.visitor).await?;
    let return_to = ReturnTo::parse(&next);
    match answer {
        Answer::Welcome(signed) => {
            let home = match address {
                FollowedAddress::Own => "/account",
                FollowedAddress::OnOtherAccount => "/account?trouble=address-on-other-account",
            };
            Ok(welcome(house, &signed, (name, return_to.as_ref()), home))
        }
        Answer::Fresh { .. } => Ok(see_other(return_to.as_ref().map_or("/account", ReturnTo::as_str))),
        Answer::Linked(_) => {
            let list = "/account/methods?notice=method-added";
            Ok(see_other(return_to.as_ref().map_or(list, ReturnTo::as_str)))
        }
        Answer::IdentityFree { flow, needs } => {
            let value = FlowValue { secret: flow, return_to };
            let mut response = needs_page(house, guest, provider, &needs).await?;
            keep_flow(house, response.headers_mut(), &value, house.engine.policy().code_life);
            Ok(response)
        }
        Answer::OfferMade { flow, .. } => {
            let value = FlowValue { secret: flow, return_to: return_to.clone() };
            let mut response = if errand == Some(TripErrand::Link) {
                // The proof grew old on the way.
                see_other(&with_return("/proof", "/account/methods/offer"))
            } else {
                offer_page(house, guest, provider, return_to.as_ref()).await?
            };
            keep_flow(house, response.headers_mut(), &value, house.engine.policy().offer_life);
            Ok(response)
        }
        Answer::Refused(refusal) => {
            let intent = match errand {
                Some(TripErrand::Link) => "link",
                Some(TripErrand::Prove) => "proof",
                Some(TripErrand::SignIn) | None => "signin",
            };
            refused(
                house,
                guest,
                refusal,
                Why { provider: name, intent, return_to: return_to.as_ref() },
            )
            .await
        }
        _ => Err(Problem::Internal),
    }
}

/// What a refused trip was.
struct Why<'a> {
    provider: &'a str,
    intent: &'a str,
    return_to: Option<&'a ReturnTo>,
}

/// The page that says what happened and the one thing to do next.
async fn refused(house: &House, guest: &Guest, refusal: Refusal, why: Why<'_>) -> Answered {
    let kind = match refusal {
        Refusal::Rules(public) => match public {
            Public::IdentityOnOtherAccount => "identity-on-other-account",
            Public::ProviderAlreadyAdded => "provider-taken",
            Public::ProviderRefused => "provider-refused",
            Public::FlowExpired => "trip-over",
            Public::NotFound => "provider-off",
            Public::RegistrationClosed => "registration-closed",
            Public::IdentityNotYours => return Ok(again(&why, "other-identity")),
            Public::FreshProofRequired => return Ok(again(&why, "not-shown-anew")),
            _ => return Err(Problem::Refused(refusal)),
        },
        Refusal::ProviderCancelled => "provider-cancelled",
        Refusal::ProviderUnreachable => "provider-unreachable",
        _ => return Err(Problem::Refused(refusal)),
    };
    let account = whoever(house, guest).await?;
    let return_to = why.return_to.map(|path| path.as_str().to_owned()).unwrap_or_default();
    let view = Conflict { return_to, ..Conflict::new(kind, why.provider, why.intent) };
    let mut response = show_whoever(house, guest, account.as_ref(), &view)?;
    *response.status_mut() = status_of(refusal);
    Ok(response)
}

/// The proof was not given: back to where it is asked for, with a word about it.
fn again(why: &Why<'_>, error: &str) -> Response {
    let target = why.return_to.map_or("/account", ReturnTo::as_str);
    let page = with_return("/proof", target);
    let joint = if page.contains('?') { '&' } else { '?' };
    see_other(&format!("{page}{joint}error={error}"))
}

/// POST /events/{provider}: a provider reports. Nobody signs in for it; the signature says who it is.
pub(crate) async fn hear(
    State(house): State<House>,
    Path(name): Path<String>,
    request: axum::extract::Request,
) -> Answered {
    use axum::response::IntoResponse as _;
    use engine::Hearing;
    use http::StatusCode;

    let provider = Provider::parse(&name).ok_or(Problem::NotFound)?;
    let body = fields::body(request, &house).await?;
    let text = std::str::from_utf8(&body).map_err(|_| Problem::InvalidRequest)?;
    Ok(match house.engine.hear(provider, text).await? {
        // RFC 8935 section 2.2: 202 with nothing. Apple takes every 2xx but repeats what is not 200.
        Hearing::Heard if provider == Provider::APPLE => StatusCode::OK.into_response(),
        Hearing::Heard => StatusCode::ACCEPTED.into_response(),
        Hearing::Refused => StatusCode::BAD_REQUEST.into_response(),
        Hearing::Later => StatusCode::SERVICE_UNAVAILABLE.into_response(),
        Hearing::Nobody => return Err(Problem::NotFound),
    })
}
