//! Which versions of the service's apps are too old for what they ask (R-APP-2).
//!
//! An app says what it is in `Genkan-App: <client>/<version>`, perhaps with a platform: `Novel/3.1.0 (iOS)`. Each call has
//! its capability, in the one list here; an operator can demand a version for each. It is looked at before anything of the
//! call is read or paid. It protects nobody from an app that lies: it is there so that old ones say what their user can do.
//!
//! What must never be gated: what an owner defends an account with (the reset, "not me", the undo, ending sessions).

use std::sync::Arc;

use accounts::Instant;
use axum::extract::{FromRequestParts, MatchedPath, Request};
use axum::response::{IntoResponse, Response};
use http::header::AUTHORIZATION;
use http::request::Parts;
use http::{HeaderMap, HeaderName, HeaderValue, Method};

use crate::House;
use crate::json::time;
use crate::options::{AppMinimum, AppOptions, AppVersion, Capability};
use crate::origin;
use crate::problem::Problem;
use crate::visitor::{GENKAN_APP, single};

const MINIMUM: HeaderName = HeaderName::from_static("genkan-app-minimum");
const LONGEST_HEADER: usize = 256;
const LONGEST_WORD: usize = 64;

/// What a call needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Call {
    /// This, whatever is in it.
    Of(Capability),
    /// Nothing: it must work for every app, or tells nothing but who asks.
    Free,
    /// It begins a sign-in, an addition or a proof: its handler looks at what its body says.
    ByBody,
    /// An addition where a session is presented, a sign-in else.
    BySession,
}

/// Every call of the API, by its template.
#[rustfmt::skip]
const CALLS: [(&str, &str, Call); 50] = {
    use Call::{ByBody, BySession, Free, Of};
    use Capability::{AddMethod, Manage, Register, SignIn};
    [
        ("POST", "/api/v1/signin/password", Of(SignIn)),
        ("POST", "/api/v1/signin/passkey/options", Of(SignIn)),
        ("POST", "/api/v1/signin/passkey", Of(SignIn)),
        ("POST", "/api/v1/signin/{provider}/options", ByBody),
        ("POST", "/api/v1/signin/{provider}", BySession),
        ("POST", "/api/v1/register/email", Of(Register)),
        ("POST", "/api/v1/register/verify", Of(Register)),
        ("POST", "/api/v1/register/complete", Of(Register)),
        ("POST", "/api/v1/register/identity", Of(Register)),
        ("POST", "/api/v1/register/identity/address", Of(Register)),
        ("POST", "/api/v1/register/identity/verify", Of(Register)),
        ("POST", "/api/v1/account/methods/email", Of(AddMethod)),
        ("POST", "/api/v1/account/methods/email/verify", Of(AddMethod)),
        ("POST", "/api/v1/account/methods/email/complete", Of(AddMethod)),
        ("POST", "/api/v1/account/methods/passkey/options", Of(AddMethod)),
        ("POST", "/api/v1/account/methods/passkey", Of(AddMethod)),
        ("POST", "/api/v1/account/methods/offer", Of(AddMethod)),
        ("POST", "/api/v1/account/methods/offer/cancel", Of(Manage)),
        ("GET", "/api/v1/account", Of(Manage)),
        ("PATCH", "/api/v1/account", Of(Manage)),
        ("DELETE", "/api/v1/account", Of(Manage)),
        ("GET", "/api/v1/account/activity", Of(Manage)),
        ("PUT", "/api/v1/account/contact", Of(Manage)),
        ("POST", "/api/v1/account/contact/test-mail", Of(Manage)),
        ("GET", "/api/v1/account/export", Of(Manage)),
        ("GET", "/api/v1/account/methods", Of(Manage)),
        ("DELETE", "/api/v1/account/methods/email", Of(Manage)),
        ("DELETE", "/api/v1/account/methods/{id}", Of(Manage)),
        ("PATCH", "/api/v1/account/methods/{id}", Of(Manage)),
        ("POST", "/api/v1/account/password", Of(Manage)),
        ("POST", "/api/v1/account/terms", Of(Manage)),
        ("DELETE", "/api/v1/account/connected/{client}", Of(Manage)),
        ("DELETE", "/api/v1/account/devices/{id}", Of(Manage)),
        ("POST", "/api/v1/proof/passkey/options", Of(Manage)),
        ("POST", "/api/v1/proof/passkey", Of(Manage)),
        ("POST", "/api/v1/proof/password", Of(Manage)),
        ("POST", "/api/v1/proof/{provider}", Of(Manage)),
        // What an owner defends the account with, and signing out.
        ("POST", "/api/v1/reset", Free),
        ("POST", "/api/v1/reset/verify", Free),
        ("POST", "/api/v1/reset/password", Free),
        ("POST", "/api/v1/not-me", Free),
        ("POST", "/api/v1/undo", Free),
        ("POST", "/api/v1/provider-lost", Free),
        ("POST", "/api/v1/restore", Free),
        ("GET", "/api/v1/account/sessions", Free),
        ("DELETE", "/api/v1/account/sessions", Free),
        ("DELETE", "/api/v1/account/sessions/{id}", Free),
        ("POST", "/api/v1/signout", Free),
        // Who asks, also for the servers of the service.
        ("GET", "/api/v1/session", Free),
        ("GET", "/api/v1/openapi.json", Free),
    ]
};

/// An app, as it calls itself.
#[derive(Clone, Debug, PartialEq, Eq)]
struct App {
    client: String,
    version: AppVersion,
    platform: Option<String>,
}

impl App {
    /// `<client>/<version>`, then perhaps a platform in round brackets. Anything else is as if nothing came.
    fn parse(text: &str) -> Option<Self> {
        if text.len() > LONGEST_HEADER {
            return None;
        }
        let (client, rest) = text.trim().split_once('/')?;
        let (version, platform) = match rest.split_once(' ') {
            None => (rest, None),
            Some((version, platform)) => {
                (version, Some(platform.trim().strip_prefix('(')?.strip_suffix(')')?))
            }
        };
        let sound = |word: &str, more: &[u8]| {
            let fits = !word.is_empty() && word.len() <= LONGEST_WORD;
            fits && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || more.contains(&byte))
        };
        let fine = sound(client, b"-._") && platform.is_none_or(|word| sound(word, b"-._ "));
        let version = AppVersion::parse(version).filter(|_| fine)?;
        Some(Self { client: client.to_owned(), version, platform: platform.map(str::to_owned) })
    }

    fn of(headers: &HeaderMap) -> Option<Self> {
        single(headers, &GENKAN_APP).and_then(Self::parse)
    }
}

/// What is demanded of the app that calls, for handlers that must look into a body first.
pub(crate) struct Demands {
    house: House,
    app: Option<App>,
}

impl FromRequestParts<House> for Demands {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, house: &House) -> Result<Self, Self::Rejection> {
        Ok(Self { house: Arc::clone(house), app: App::of(&parts.headers) })
    }
}

impl Demands {
    /// The refusal of an app that is too old for this, if it is.
    pub(crate) fn refuse(&self, capability: Capability) -> Option<Response> {
        self.needed(capability).map(too_old)
    }

    /// What an app would have to be for this, if it is too old.
    pub(crate) fn needed(&self, capability: Capability) -> Option<Arc<AppMinimum>> {
        let options = &self.house.options.apps;
        needed(options, self.app.as_ref(), capability, self.house.engine.signing().now())
    }
}

/// Refuses a call of an app that is too old for it, and tells one that soon will be.
pub(crate) async fn guard<F>(
    house: &House,
    request: Request,
    answer: impl FnOnce(Request) -> F,
) -> Response
where
    F: Future<Output = Response>,
{
    let options = &house.options.apps;
    let path = request.uri().path();
    if options.minimum.is_empty() || !(origin::is_api(path) || origin::is_challenge(path)) {
        return answer(request).await;
    }
    let app = App::of(request.headers());
    let now = house.engine.signing().now();
    let capability = capability(&request);
    let refused = capability.and_then(|capability| needed(options, app.as_ref(), capability, now));
    let refused = refused.map(too_old);
    let coming = app.and_then(|app| announced(options, &app, now));
    let mut response = match refused {
        Some(response) => response,
        None => answer(request).await,
    };
    if let Some(line) = coming {
        response.headers_mut().insert(MINIMUM, line);
    }
    response
}

/// Whether a call may be answered without a look at the app.
pub(crate) fn is_looked_at(options: &AppOptions, headers: &HeaderMap) -> bool {
    !options.minimum.is_empty() && headers.contains_key(&GENKAN_APP)
}

fn capability(request: &Request) -> Option<Capability> {
    let template = request.extensions().get::<MatchedPath>()?;
    match call(request.method(), template.as_str())? {
        Call::Of(capability) => Some(capability),
        Call::BySession if request.headers().contains_key(AUTHORIZATION) => Some(Capability::AddMethod),
        Call::BySession => Some(Capability::SignIn),
        Call::Free | Call::ByBody => None,
    }
}

fn call(method: &Method, template: &str) -> Option<Call> {
    // A look at the head alone is answered by the same handler.
    let verb = if *method == Method::HEAD { Method::GET.as_str() } else { method.as_str() };
    let known = CALLS.iter().find(|(known, path, _)| *known == verb && *path == template);
    known.map(|(_, _, call)| *call)
}

fn too_old(needed: Arc<AppMinimum>) -> Response {
    let mut response = Problem::AppTooOld.into_response();
    response.extensions_mut().insert(Needed(needed));
    response
}

fn needed(
    options: &AppOptions,
    app: Option<&App>,
    capability: Capability,
    now: Instant,
) -> Option<Arc<AppMinimum>> {
    let in_force = |minimum: &&AppMinimum| minimum.from.is_none_or(|from| from <= now);
    let of_this = |minimum: &&AppMinimum| minimum.capability.is_none_or(|one| one == capability);
    let too_old = |minimum: &&AppMinimum| match app {
        Some(app) => concerns(minimum, app),
        None => options.refuses_unknown,
    };
    let all = options.minimum.iter().filter(of_this).filter(in_force).filter(too_old);
    // Of several the highest, so that nobody has to update twice.
    let needed = all.max_by(|one, other| one.version.cmp(&other.version))?;
    Some(Arc::new(needed.clone()))
}

/// The demand that comes into force first, of those that this app does not meet.
fn announced(options: &AppOptions, app: &App, now: Instant) -> Option<HeaderValue> {
    let coming = options.minimum.iter().filter(|minimum| concerns(minimum, app));
    let coming = coming.filter_map(|minimum| Some((minimum.from.filter(|from| *from > now)?, minimum)));
    let (from, minimum) = coming.min_by_key(|(from, _)| *from)?;
    HeaderValue::from_str(&format!("{}; from={}", minimum.version, time(from))).ok()
}

/// Whether a demand is about this app, and it does not meet it.
fn concerns(minimum: &AppMinimum, app: &App) -> bool {
    let same =
        |word: &String, said: Option<&String>| said.is_some_and(|said| said.eq_ignore_ascii_case(word));
    same(&minimum.client, Some(&app.client))
        && minimum.platform.as_ref().is_none_or(|platform| same(platform, app.platform.as_ref()))
        && app.version < minimum.version
}

/// What an app that is too old is told beside its refusal.
#[derive(Clone)]
pub(crate) struct Needed(pub(crate) Arc<AppMinimum>);

/// Each call that an old app can be refused, for the description of the API.
pub(crate) fn gated() -> impl Iterator<Item = (&'static str, &'static str)> {
    CALLS.iter().filter(|(_, _, call)| *call != Call::Free).map(|(verb, path, _)| (*verb, *path))
}

#[cfg(test)]
mod tests;
