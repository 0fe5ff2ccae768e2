//! What is said when the answer is no: one table from refusal to status, page and problem document.
//!
//! Handlers return a bare `Problem`; the layer `dress` writes it afterwards, once for all, as an error page or as
//! a problem document (RFC 9457), in the reader's language. A fault shows its request's number and nothing of
//! what happened. The same refusal is written the same way whoever asks (R-SIGNIN-2, security.md H1).

use std::time::Duration;

use accounts::{Instant, Public};
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use engine::{Fault, Refusal, Secret};
use http::header::{ALLOW, CONTENT_TYPE, RETRY_AFTER, VARY, WWW_AUTHENTICATE};
use http::{HeaderMap, HeaderValue, StatusCode};
use pages::Locale;
use pages::views::{self, Args, Chrome};
use serde::Serialize;
use utoipa::ToSchema;

use crate::answers::{number_text, refusal_text, see_other};
use crate::app::Needed;
use crate::json::time;
use crate::log::RequestNumber;
use crate::options::AppMinimum;
use crate::{House, origin, visitor};

/// Why there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Problem {
    /// The engine refused.
    Refused(Refusal),
    /// The engine refused a number from a mail; the sentence is about a number, all else is as above.
    NumberRefused(Refusal),
    /// No such path, or nothing there for the asker.
    NotFound,
    /// The path exists, not with this method.
    MethodNotAllowed,
    /// The body is larger than any form.
    TooLarge,
    /// The body is not of the type that is read here.
    WrongContentType,
    /// The body or query cannot be read.
    InvalidRequest,
    /// Another site sent the form.
    CrossOrigin,
    /// It took longer than a request may take, or the database was away: trying again may help.
    TooSlow,
    /// As before, and what was asked for may have been done: nobody can say yet.
    Unfinished,
    /// The app is too old for what it asks; beside it stands what is needed.
    AppTooOld,
    /// A fault of the house.
    Internal,
}

/// What a request that took too long is told to wait, in seconds.
const TOO_SLOW_WAIT: Duration = Duration::from_secs(5);

impl From<Fault> for Problem {
    fn from(fault: Fault) -> Self {
        if fault.is_unsure() {
            tracing::warn!(%fault, "a request failed; what it asked for may have been done");
            return Self::Unfinished;
        }
        if fault.is_passing() {
            tracing::warn!(%fault, "a request failed; it can be tried again");
            return Self::TooSlow;
        }
        tracing::error!(%fault, "a request failed");
        Self::Internal
    }
}

impl From<pages::PagesFault> for Problem {
    fn from(fault: pages::PagesFault) -> Self {
        tracing::error!(%fault, "a page could not be written");
        Self::Internal
    }
}

impl IntoResponse for Problem {
    /// A bare answer that `dress` finds and writes.
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.extensions_mut().insert(self);
        response
    }
}

impl Problem {
    /// The refusal of somebody who is not signed in.
    pub(crate) const UNAUTHENTICATED: Self = Self::Refused(Refusal::Rules(Public::Unauthenticated));
    /// The refusal of a flow that is over or was never begun.
    pub(crate) const FLOW_EXPIRED: Self = Self::Refused(Refusal::Rules(Public::FlowExpired));

    /// The refusal of an identity whose address is on another account: sign in there first (R-REG-5).
    pub(crate) const SIGN_IN_THERE: Self = Self::Refused(Refusal::Rules(Public::AddressOnOtherAccount));
    /// The refusal of a change without a fresh proof.
    pub(crate) const PROOF_FIRST: Self = Self::Refused(Refusal::Rules(Public::FreshProofRequired));

    /// The status of the answer.
    pub(crate) const fn status(self) -> StatusCode {
        match self {
            Self::Refused(refusal) | Self::NumberRefused(refusal) => status_of(refusal),
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::WrongContentType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::InvalidRequest => StatusCode::BAD_REQUEST,
            // Not 426, which is about the protocol and needs an `Upgrade` header (RFC 9110 section 15.5.22).
            Self::CrossOrigin | Self::AppTooOld => StatusCode::FORBIDDEN,
            Self::TooSlow | Self::Unfinished => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// The stable code.
    const fn code(self) -> &'static str {
        match self {
            Self::Refused(refusal) | Self::NumberRefused(refusal) => refusal.code(),
            Self::NotFound => "not-found",
            Self::MethodNotAllowed
            | Self::TooLarge
            | Self::WrongContentType
            | Self::InvalidRequest
            | Self::CrossOrigin => "invalid-request",
            Self::TooSlow | Self::Unfinished => "overloaded",
            Self::AppTooOld => "app-update-required",
            Self::Internal => "internal",
        }
    }

    /// How long to wait, where waiting helps.
    pub(crate) const fn retry_after(self) -> Option<Duration> {
        match self {
            Self::Refused(refusal) | Self::NumberRefused(refusal) => refusal.retry_after(),
            Self::TooSlow | Self::Unfinished => Some(TOO_SLOW_WAIT),
            _ => None,
        }
    }

    /// The kind of error page.
    const fn kind(self) -> &'static str {
        match self {
            Self::Refused(Refusal::Rules(Public::FlowExpired)) => "flow-expired",
            Self::Refused(Refusal::Rules(Public::NotFound)) | Self::NotFound => "not-found",
            Self::Refused(Refusal::RateLimited { .. }) => "rate-limited",
            Self::Refused(Refusal::Overloaded { .. }) | Self::TooSlow => "overloaded",
            Self::Refused(_) | Self::NumberRefused(_) | Self::AppTooOld => "other",
            Self::MethodNotAllowed => "method-not-allowed",
            Self::TooLarge => "too-large",
            Self::WrongContentType | Self::InvalidRequest => "invalid-request",
            Self::CrossOrigin => "cross-origin",
            Self::Unfinished => "unfinished",
            Self::Internal => "internal",
        }
    }
}

/// The status of a refusal (the codes of the surface).
pub(crate) const fn status_of(refusal: Refusal) -> StatusCode {
    match refusal {
        Refusal::Rules(public) => match public {
            Public::InvalidCredentials | Public::Unauthenticated => StatusCode::UNAUTHORIZED,
            Public::AccountLocked
            | Public::AccountSuspended
            | Public::RegistrationClosed
            | Public::IdentityNotYours
            | Public::ProviderRefused
            | Public::PasskeyRefused
            | Public::FreshProofRequired => StatusCode::FORBIDDEN,
            Public::TryAgain
            | Public::AddressOnOtherAccount
            | Public::IdentityOnOtherAccount
            | Public::ProviderAlreadyAdded
            | Public::PasskeyAlreadyAdded
            | Public::TooManyPasskeys
            | Public::LastAddressedMethod
            | Public::ContactNeedsSuccessor => StatusCode::CONFLICT,
            Public::InvalidGrant => StatusCode::BAD_REQUEST,
            Public::InvalidCode | Public::CodeExpired | Public::TermsRequired => {
                StatusCode::UNPROCESSABLE_ENTITY
            }
            Public::CodeUsedUp | Public::CodeCooldown => StatusCode::TOO_MANY_REQUESTS,
            Public::FlowExpired => StatusCode::GONE,
            Public::NotFound | Public::PasskeyUnknown => StatusCode::NOT_FOUND,
        },
        Refusal::InvalidAddress | Refusal::InvalidName | Refusal::WeakPassword(_) => {
            StatusCode::UNPROCESSABLE_ENTITY
        }
        Refusal::ProviderCancelled => StatusCode::FORBIDDEN,
        Refusal::ProviderUnreachable => StatusCode::BAD_GATEWAY,
        Refusal::RateLimited { .. } | Refusal::CodeCooldown { .. } => StatusCode::TOO_MANY_REQUESTS,
        Refusal::Overloaded { .. } => StatusCode::SERVICE_UNAVAILABLE,
    }
}

/// Whole seconds to wait, at least one.
pub(crate) fn whole_seconds(wait: Duration) -> u64 {
    let more = u64::from(wait.subsec_nanos() > 0);
    wait.as_secs().saturating_add(more).max(1)
}

/// Tells the program when to come again.
pub(crate) fn put_retry_after(headers: &mut HeaderMap, wait: Option<Duration>) {
    if let Some(wait) = wait {
        headers.insert(RETRY_AFTER, HeaderValue::from(whole_seconds(wait)));
    }
}

/// Writes the problems that handlers returned.
pub(crate) async fn dress<F>(
    house: &House,
    request: Request,
    answer: impl FnOnce(Request) -> F,
) -> Response
where
    F: Future<Output = Response>,
{
    let reader = Reader::of(house, &request);
    let bare = answer(request).await;
    let Some(problem) = bare.extensions().get::<Problem>().copied() else { return bare };
    let mut response = match reader {
        Reader::Program(locale) => {
            let (way_on, needed) = (bare.extensions().get(), bare.extensions().get());
            document(house, problem, locale, (way_on, needed))
        }
        Reader::Browser(chrome, number) => page(house, problem, chrome, number),
    };
    for name in [ALLOW, VARY] {
        if let Some(value) = bare.headers().get(&name) {
            response.headers_mut().insert(name, value.clone());
        }
    }
    put_retry_after(response.headers_mut(), problem.retry_after());
    response
}

/// Who would read a problem, and what it must then be written with.
enum Reader {
    Program(Locale),
    Browser(Chrome, Option<String>),
}

impl Reader {
    fn of(house: &House, request: &Request) -> Self {
        let path = request.uri().path();
        if origin::is_api(path) || origin::is_gate(path) || origin::is_challenge(path) {
            return Self::Program(visitor::api_locale(house, request.headers()));
        }
        let locale = visitor::page_locale(house, request.headers());
        let path = visitor::here(request.method(), request.uri());
        let number = request.extensions().get::<RequestNumber>().map(|number| number.0.clone());
        Self::Browser(Chrome { locale, path, signed_in: None }, number)
    }
}

/// A problem document (RFC 9457).
#[derive(Serialize, ToSchema)]
pub(crate) struct ProblemBody {
    /// `urn:genkan:problem:` and the code.
    r#type: String,
    /// The code in words; English, the same for every occurrence.
    title: String,
    /// The status of the answer.
    status: u16,
    /// A sentence for a person, in the language of `Accept-Language`.
    detail: String,
    /// What programs go by; it never changes.
    #[schema(example = "invalid-credentials")]
    code: String,
    /// Seconds to wait, where waiting helps.
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_after: Option<u64>,
    /// What is not lost by the refusal: the flow with which it is gone on with, once what `code` asks for is done.
    #[serde(skip_serializing_if = "Option::is_none")]
    flow: Option<String>,
    /// Until when that flow lives.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    expires_at: Option<String>,
    /// The oldest version of the app that may, with `app-update-required`.
    #[serde(skip_serializing_if = "Option::is_none")]
    minimum_version: Option<String>,
    /// Where a new version of the app is to be had.
    #[serde(skip_serializing_if = "Option::is_none")]
    update_url: Option<String>,
}

/// What a program goes on with after a refusal.
#[derive(Clone)]
pub(crate) struct WayOn {
    /// The flow's secret.
    pub(crate) flow: Secret,
    /// Until when.
    pub(crate) until: Instant,
}

impl WayOn {
    /// The refusal, with what is not lost by it.
    pub(crate) fn after(self, problem: Problem) -> Response {
        let mut response = problem.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// What a program is told of a refusal, whatever form it is told in.
pub(crate) struct InWords {
    /// The stable code.
    pub(crate) code: &'static str,
    /// A sentence for a person.
    pub(crate) detail: String,
    /// Whole seconds to wait, where waiting helps.
    pub(crate) retry_after: Option<u64>,
}

/// A refusal in words; `needed` is what an app that is too old would have to be.
pub(crate) fn in_words_of(
    house: &House,
    problem: Problem,
    locale: Locale,
    needed: Option<&AppMinimum>,
) -> InWords {
    let code = problem.code();
    let message = needed.and_then(|needed| needed.message.as_ref());
    let detail = match problem {
        Problem::Refused(refusal) => refusal_text(house.password, refusal),
        Problem::NumberRefused(refusal) => number_text(house.password, refusal),
        Problem::Unfinished => (problem.kind(), Args::new()),
        _ => (code, needed.map(version_of).unwrap_or_default()),
    };
    let wait = problem.retry_after().map(whole_seconds);
    let own = message.map(|message| message.get(locale, Locale::Ja).to_owned());
    let sentence = own.or_else(|| detail_of(house, locale, detail.0, &detail.1, wait));
    InWords { code, detail: sentence.unwrap_or_else(|| in_words(code)), retry_after: wait }
}

fn document(
    house: &House,
    problem: Problem,
    locale: Locale,
    (way_on, needed): (Option<&WayOn>, Option<&Needed>),
) -> Response {
    let needed = needed.map(|needed| &*needed.0);
    let InWords { code, detail, retry_after } = in_words_of(house, problem, locale, needed);
    let body = ProblemBody {
        r#type: format!("urn:genkan:problem:{code}"),
        title: in_words(code),
        status: problem.status().as_u16(),
        detail,
        code: code.to_owned(),
        retry_after,
        flow: way_on.map(|way_on| way_on.flow.expose().to_owned()),
        expires_at: way_on.map(|way_on| time(way_on.until)),
        minimum_version: needed.map(|needed| needed.version.to_string()),
        update_url: needed.and_then(|needed| needed.update_url.clone()),
    };
    let bytes = serde_json::to_vec(&body).unwrap_or_default();
    let kind = [(CONTENT_TYPE, "application/problem+json")];
    let mut response = (problem.status(), kind, bytes).into_response();
    if problem.status() == StatusCode::UNAUTHORIZED {
        response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    response
}

/// The version that its user must have, for the sentence.
fn version_of(needed: &AppMinimum) -> Args {
    Args::from([("version".to_owned(), needed.version.to_string().into())])
}

fn detail_of(
    house: &House,
    locale: Locale,
    id: &str,
    args: &Args,
    wait: Option<u64>,
) -> Option<String> {
    let mut args = args.clone();
    if let Some(seconds) = wait.and_then(|wait| i64::try_from(wait).ok()) {
        args.entry("seconds".to_owned()).or_insert(seconds.into());
    }
    let text = house.pages.text(locale, &format!("error-{id}"), &args);
    text.or_else(|| house.pages.text(locale, &format!("problem-{id}-body"), &args))
}

fn in_words(code: &str) -> String {
    let words = code.replace('-', " ");
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// The page of a problem, or the way out of it.
fn page(house: &House, problem: Problem, chrome: Chrome, number: Option<String>) -> Response {
    let written = match problem {
        Problem::Refused(Refusal::Rules(Public::Unauthenticated)) => {
            return see_other(&with_return("/signin", &chrome.path));
        }
        Problem::Refused(Refusal::Rules(Public::FreshProofRequired)) => {
            return see_other(&with_return("/proof", &chrome.path));
        }
        Problem::Refused(Refusal::Rules(Public::AccountLocked)) => {
            house.pages.render(&views::Locked {}, &chrome)
        }
        Problem::Refused(Refusal::Rules(Public::AccountSuspended)) => {
            house.pages.render(&views::Suspended {}, &chrome)
        }
        Problem::Refused(Refusal::Rules(Public::RegistrationClosed)) => {
            house.pages.render(&views::SignupClosed {}, &chrome)
        }
        _ => house.pages.render(&error_view(problem, &chrome, number), &chrome),
    };
    match written {
        Ok(html) => (problem.status(), axum::response::Html(html)).into_response(),
        Err(fault) => {
            tracing::error!(%fault, "an error page could not be written");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

fn error_view(problem: Problem, chrome: &Chrome, number: Option<String>) -> views::Problem {
    let mut view = views::Problem::new(problem.kind());
    if let Some(wait) = problem.retry_after() {
        let seconds = i64::try_from(whole_seconds(wait)).unwrap_or(i64::MAX);
        view = view.with("seconds", seconds).with("minutes", seconds.saturating_add(59) / 60);
    }
    match problem {
        Problem::Refused(Refusal::Rules(Public::FlowExpired)) => view.next(beginning_of(&chrome.path)),
        Problem::Internal => view.reference(number.as_deref().unwrap_or_default()).next(&chrome.path),
        Problem::NotFound | Problem::MethodNotAllowed => view,
        _ => view.next(&chrome.path),
    }
}

/// Where the steps begin that a page belongs to.
fn beginning_of(path: &str) -> &'static str {
    if path.starts_with("/reset") {
        "/reset"
    } else if path.starts_with("/account/methods/email") {
        "/account/methods/email"
    } else {
        "/signup/email"
    }
}

/// A path with the page to return to, where that is not the first page.
pub(crate) fn with_return(path: &str, return_to: &str) -> String {
    if return_to.is_empty() || return_to == "/" {
        return path.to_owned();
    }
    let mut whole = format!("{path}?return_to=");
    for byte in return_to.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            whole.push(char::from(byte));
        } else {
            whole.push_str(&format!("%{byte:02X}"));
        }
    }
    whole
}

#[cfg(test)]
mod tests;
