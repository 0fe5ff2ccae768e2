//! Who stands before a route: what the browser or app presented, read from headers and believed nowhere.
//!
//! `Guest` is a browser (cookies), `Caller` is an app or program (`Authorization: Bearer`). Neither reads the
//! other's evidence: a page never honours a bearer token, and the API never honours a cookie, but for the one
//! read-only question "who is this?" (`Asked`). A header that comes twice counts as not sent.

use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use accounts::SessionKind;
use axum::extract::{ConnectInfo, FromRequestParts};
use axum::response::Response;
use engine::{Secret, Visitor};
use http::header::{ACCEPT_LANGUAGE, AUTHORIZATION, USER_AGENT};
use http::request::Parts;
use http::{HeaderMap, HeaderName, Method, Uri};
use pages::Locale;

use crate::House;
use crate::account_token;
use crate::client_address::client_address;
use crate::cookies::{FlowValue, Kind};
use crate::fields;
use crate::problem::with_return;
use crate::return_to::ReturnTo;

const LONGEST_BEARER: usize = 256;
/// What an app calls itself.
pub(crate) const GENKAN_APP: HeaderName = HeaderName::from_static("genkan-app");

/// A browser.
pub(crate) struct Guest {
    /// For the engine.
    pub(crate) visitor: Visitor,
    /// The language of the page.
    pub(crate) locale: Locale,
    /// The page a browser can be sent back to.
    pub(crate) here: String,
    /// The login method used last.
    pub(crate) last: Option<String>,
    /// Where the flow leads when it is done.
    pub(crate) flow_return: Option<ReturnTo>,
    /// What a provider has just posted from its own site.
    pub(crate) back: Option<Secret>,
    /// The secret of the password form that may be shown now (R-RESET-5).
    pub(crate) form: Option<Secret>,
    query: Vec<(String, String)>,
}

/// An app or program.
pub(crate) struct Caller(pub(crate) Visitor);

/// An app or program, or a browser whose cookie somebody passes on to ask who it is.
pub(crate) struct Asked(pub(crate) Visitor);

impl FromRequestParts<House> for Guest {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, house: &House) -> Result<Self, Infallible> {
        let read = |kind| house.names.read(&parts.headers, kind);
        let locale = page_locale(house, &parts.headers);
        let flow = read(Kind::Flow).map(FlowValue::parse);
        let (flow, flow_return) = match flow {
            Some(value) => (Some(value.secret), value.return_to),
            None => (None, None),
        };
        let visitor = Visitor {
            kind: SessionKind::Browser,
            session: read(Kind::Session).map(Secret::new),
            held: None,
            device: read(Kind::Device).map(Secret::new),
            flow,
            browser: read(Kind::Trip).map(Secret::new),
            address: address_of(parts, house),
            agent: single(&parts.headers, &USER_AGENT).unwrap_or_default().to_owned(),
            locale: spoken(locale),
        };
        Ok(Self {
            visitor,
            locale,
            here: here(&parts.method, &parts.uri),
            last: read(Kind::Last).filter(|name| is_method(name)).map(str::to_owned),
            flow_return,
            back: read(Kind::Back).map(Secret::new),
            form: read(Kind::Form).map(Secret::new),
            query: fields::pairs(parts.uri.query().unwrap_or_default()).unwrap_or_default(),
        })
    }
}

impl Guest {
    /// A value of the query, if it came once.
    pub(crate) fn query(&self, name: &str) -> Option<&str> {
        let mut values = self.query.iter().filter(|(key, _)| key == name);
        let (_, value) = values.next()?;
        values.next().is_none().then_some(value.as_str())
    }

    /// The checked `return_to` of the query.
    pub(crate) fn return_to(&self) -> Option<ReturnTo> {
        ReturnTo::parse(self.query("return_to")?)
    }

    /// Keeps a form's `return_to` for whoever switches the language while the form is shown again.
    pub(crate) fn returning(mut self, return_to: Option<&ReturnTo>) -> Self {
        if let Some(path) = return_to {
            self.here = with_return(&self.here, path.as_str());
        }
        self
    }

    /// The notice at the top of the page, if it is one of those the page knows.
    pub(crate) fn notice(&self, known: &[&str]) -> Option<String> {
        self.query("notice").filter(|notice| known.contains(notice)).map(str::to_owned)
    }
}

impl FromRequestParts<House> for Caller {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, house: &House) -> Result<Self, Response> {
        let held = account_token::session(house, parts).await?;
        let agent = single(&parts.headers, &GENKAN_APP).or_else(|| single(&parts.headers, &USER_AGENT));
        Ok(Self(Visitor {
            kind: SessionKind::App,
            session: bearer(&parts.headers).map(Secret::new),
            held,
            device: None,
            flow: None,
            browser: None,
            address: address_of(parts, house),
            agent: agent.unwrap_or_default().to_owned(),
            locale: spoken(api_locale(house, &parts.headers)),
        }))
    }
}

impl FromRequestParts<House> for Asked {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, house: &House) -> Result<Self, Response> {
        let Caller(mut visitor) = Caller::from_request_parts(parts, house).await?;
        if !parts.headers.contains_key(AUTHORIZATION) {
            visitor.kind = SessionKind::Browser;
            visitor.session = presented(house, &parts.headers).map(Secret::new);
        }
        Ok(Self(visitor))
    }
}

/// The session that an `Asked` presents.
pub(crate) fn presented<'r>(house: &House, headers: &'r HeaderMap) -> Option<&'r str> {
    if headers.contains_key(AUTHORIZATION) {
        bearer(headers)
    } else {
        house.names.read(headers, Kind::Session)
    }
}

/// The language of a page: the cookie, else `Accept-Language`.
pub(crate) fn page_locale(house: &House, headers: &HeaderMap) -> Locale {
    house.pages.locale(house.names.read(headers, Kind::Lang), single(headers, &ACCEPT_LANGUAGE))
}

/// The language of an answer of the API: `Accept-Language` alone.
pub(crate) fn api_locale(house: &House, headers: &HeaderMap) -> Locale {
    house.pages.locale(None, single(headers, &ACCEPT_LANGUAGE))
}

const fn spoken(locale: Locale) -> accounts::Locale {
    match locale {
        Locale::Ja => accounts::Locale::Ja,
        Locale::En => accounts::Locale::En,
    }
}

/// A language of the rules as one of pages.
pub(crate) const fn written(locale: accounts::Locale) -> Locale {
    match locale {
        accounts::Locale::Ja => Locale::Ja,
        accounts::Locale::En => Locale::En,
    }
}

/// The page a browser can be sent back to: this one, or where a path that only takes posts belongs.
pub(crate) fn here(method: &Method, uri: &Uri) -> String {
    let path = match uri.path() {
        "/account/sessions/end"
        | "/account/sessions/end-others"
        | "/account/connected/end"
        | "/account/devices/forget" => return "/account/sessions".to_owned(),
        "/account/profile/contact" | "/account/profile/test-mail" => {
            return "/account/profile".to_owned();
        }
        "/signout" | "/language" => return "/".to_owned(),
        "/offer/cancel" | "/signup/restore" => return "/signin".to_owned(),
        "/signup/anew" => return "/signup/confirm".to_owned(),
        // A way back from a provider is gone once.
        path if path.starts_with("/callback/") => return "/signin".to_owned(),
        // Shown once: whoever comes back enters the code again.
        "/reset/password" => return "/reset/code".to_owned(),
        path => path,
    };
    let whole = match uri.query() {
        Some(query) if *method == Method::GET || *method == Method::HEAD => format!("{path}?{query}"),
        _ => path.to_owned(),
    };
    ReturnTo::parse(&whole).map_or_else(|| "/".to_owned(), |path| path.as_str().to_owned())
}

/// The header's text, if it came exactly once and is visible ASCII.
pub(crate) fn single<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    let mut values = headers.get_all(name).iter();
    let value = values.next()?.to_str().ok()?;
    values.next().is_none().then_some(value)
}

/// The token of `Authorization: Bearer` (RFC 6750 section 2.1).
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = single(headers, &AUTHORIZATION)?.split_once(' ')?;
    let sound = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~+/=".contains(&byte);
    let fine = scheme.eq_ignore_ascii_case("bearer")
        && !token.is_empty()
        && token.len() <= LONGEST_BEARER
        && token.bytes().all(sound);
    fine.then_some(token)
}

/// Without a socket (which cannot be under `serve`) everybody shares one address, and so one limit.
fn address_of(parts: &Parts, house: &House) -> IpAddr {
    let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
    let peer = peer.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |info| info.0.ip());
    client_address(peer, &parts.headers, &house.options.trusted_proxies, house.options.forwarded)
}

/// Whether a browser may say that it used this method last.
fn is_method(name: &str) -> bool {
    name == "passkey" || accounts::Addressed::from_name(name).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn here_of(method: Method, uri: &str) -> String {
        here(&method, &uri.parse().expect("a URI"))
    }

    #[test]
    fn the_way_back_is_a_page_that_can_be_opened() {
        assert_eq!(here_of(Method::GET, "/signin?return_to=%2Fa"), "/signin?return_to=%2Fa");
        assert_eq!(here_of(Method::POST, "/signin/email?x=y"), "/signin/email");
        assert_eq!(here_of(Method::POST, "/account/sessions/end"), "/account/sessions");
        assert_eq!(here_of(Method::POST, "/account/profile/contact"), "/account/profile");
        assert_eq!(here_of(Method::POST, "/account/profile/test-mail"), "/account/profile");
        assert_eq!(here_of(Method::POST, "/signout"), "/");
        assert_eq!(here_of(Method::POST, "/reset/password"), "/reset/code");
        assert_eq!(here_of(Method::GET, "/reset/password"), "/reset/code");
        for path in [
            "/reset",
            "/reset/code",
            "/not-me",
            "/undo",
            "/account/methods/email",
            "/account/methods/email/code",
        ] {
            assert_eq!(here_of(Method::POST, path), path);
        }
        assert_eq!(here_of(Method::GET, "//evil.example/"), "/");
    }

    #[test]
    fn a_bearer_token_comes_once_and_in_its_own_signs() {
        let read = |lines: &[&str]| {
            let mut headers = HeaderMap::new();
            for line in lines {
                headers.append(AUTHORIZATION, line.parse().expect("a header"));
            }
            bearer(&headers).map(str::to_owned)
        };
        assert_eq!(read(&["Bearer abc-_1"]).as_deref(), Some("abc-_1"));
        assert_eq!(read(&["bearer abc"]).as_deref(), Some("abc"));
        for odd in ["Bearer", "Bearer ", "Basic abc", "Bearer a b", "Bearer a,b", "abc"] {
            assert_eq!(read(&[odd]), None, "{odd}");
        }
        assert_eq!(read(&["Bearer abc", "Bearer abc"]), None);
        assert_eq!(read(&[&format!("Bearer {}", "a".repeat(257))]), None);
    }
}
