//! A site that asks the house who somebody is, played by hand: parameters are put together and answers taken apart here, and
//! by no library that would set them right.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use engine::{Algorithm, Client, ClientSecret, Clients, OpenIdOptions, Pkce, Trust};
use http::{Method, Request};
use pages::PerLocale;
use serde_json::Value;

use crate::support::{Answer, Browser, House, ORIGIN, Setup, escape, send};

pub(crate) const BACK: &str = "https://novel.example.jp/callback";
pub(crate) const SECRET: &str = "a-secret-of-the-site:%";
/// RFC 7636 appendix B.
pub(crate) const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
pub(crate) const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

fn client(id: &str, secrets: &[&str], back: &str) -> Client {
    let scopes = ["openid", "profile", "email", "offline_access"];
    Client {
        id: id.to_owned(),
        label: PerLocale::new("物語の灯", "Story Lamp"),
        secrets: secrets.iter().map(|secret| ClientSecret::of(secret)).collect(),
        redirect_uris: vec![back.to_owned()],
        signed_out_uris: vec!["https://novel.example.jp/bye".to_owned()],
        scopes: scopes.map(str::to_owned).to_vec(),
        algorithm: Algorithm::Es256,
        sector: None,
        audience: Vec::new(),
        pkce: Pkce::Required,
        trust: Trust::Pages,
        pushes: false,
        shows_key: false,
        logout: None,
    }
}

/// A site, another one that knows members by other names, and an app.
pub(crate) fn setup() -> Setup {
    let site = client("novel-site", &[SECRET], BACK);
    let other = Client {
        sector: Some("comic.example.jp".to_owned()),
        audience: vec!["comic-api".to_owned()],
        ..client("comic-site", &["another-secret"], "https://comic.example.jp/callback")
    };
    let app =
        Client { trust: Trust::FirstParty, ..client("reader-app", &[], "jp.example.reader:/callback") };
    let other_app = Client {
        trust: Trust::FirstParty,
        ..client("comic-app", &["secret-of-the-other-app"], "jp.example.comic:/callback")
    };
    let api = Client { redirect_uris: Vec::new(), ..client("comic-api", &["api-secret"], BACK) };
    let old = Client {
        pkce: Pkce::Optional,
        algorithm: Algorithm::Rs256,
        ..client("old-site", &["old-secret"], "https://old.example.jp/callback")
    };
    let clients = Clients::new(vec![site, other, app, other_app, api, old]);
    Setup { openid: OpenIdOptions { clients, ..OpenIdOptions::default() }, ..Setup::default() }
}

/// A house with a member, and the member's browser.
pub(crate) async fn house() -> (House, Browser) {
    let mut house = House::with(setup()).await;
    let browser = house.registered("hanako@example.jp").await;
    (house, browser)
}

/// The usual parameters of a request, with others in their place or beside them; what is empty is left out.
pub(crate) fn request(changes: &[(&str, &str)]) -> String {
    let usual = [
        ("client_id", "novel-site"),
        ("redirect_uri", BACK),
        ("response_type", "code"),
        ("scope", "openid profile email"),
        ("state", "a state"),
        ("nonce", "n-0S6_WzA2Mj"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ];
    let changed = |name: &str| changes.iter().any(|(other, _)| *other == name);
    let kept = usual.iter().filter(|(name, _)| !changed(name)).chain(changes);
    let pairs = kept.filter(|(_, value)| !value.is_empty());
    let pairs = pairs.map(|(name, value)| format!("{name}={}", escape(value)));
    format!("/oauth/authorize?{}", pairs.collect::<Vec<_>>().join("&"))
}

/// What came back to the site: the parameters of the address that the browser was sent to.
pub(crate) fn brought(answer: &Answer) -> Vec<(String, String)> {
    answer.is(303);
    let place = answer.header("location").expect("a place");
    let query = place.split_once('?').map_or("", |(_, query)| query);
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    pairs.map(|(name, value)| (name.to_owned(), unescape(value))).collect()
}

pub(crate) fn value<'v>(pairs: &'v [(String, String)], name: &str) -> &'v str {
    pairs.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str())
}

fn unescape(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((first, more)) = rest.split_first() {
        if *first == b'%' {
            let digits = std::str::from_utf8(&more[..2]).unwrap();
            bytes.push(u8::from_str_radix(digits, 16).unwrap());
            rest = &more[2..];
        } else {
            bytes.push(*first);
            rest = more;
        }
    }
    String::from_utf8(bytes).unwrap()
}

/// A code for the site, straight away because somebody is signed in.
pub(crate) async fn code(browser: &mut Browser, changes: &[(&str, &str)]) -> String {
    let answer = browser.get(&request(changes)).await;
    let brought = brought(&answer);
    assert_eq!(value(&brought, "error"), "", "{brought:?}");
    assert_eq!(value(&brought, "iss"), ORIGIN, "RFC 9207");
    value(&brought, "code").to_owned()
}

/// How a client shows itself.
#[derive(Clone, Copy)]
pub(crate) enum Shows<'s> {
    Basic(&'s str, &'s str),
    InBody(&'s str, &'s str),
    Nothing,
}

pub(crate) const SITE: Shows<'_> = Shows::Basic("novel-site", SECRET);

/// A form that a client posts.
pub(crate) async fn post(
    house: &House,
    shows: Shows<'_>,
    path: &str,
    fields: &[(&str, &str)],
) -> Answer {
    let mut pairs = fields.to_vec();
    let mut request = Request::builder().method(Method::POST).uri(path);
    request = request.header("content-type", "application/x-www-form-urlencoded");
    match shows {
        Shows::Basic(id, secret) => {
            let plain = format!("{}:{}", escape(id), escape(secret));
            request = request.header("authorization", format!("Basic {}", STANDARD.encode(plain)));
        }
        Shows::InBody(id, secret) => pairs.extend([("client_id", id), ("client_secret", secret)]),
        Shows::Nothing => {}
    }
    let body = pairs.iter().map(|(name, value)| format!("{name}={}", escape(value)));
    let body = body.collect::<Vec<_>>().join("&");
    send(&house.router, request.body(body.into()).unwrap()).await
}

/// Redeems a code as the site does.
pub(crate) async fn redeem(house: &House, code: &str) -> Answer {
    let fields = [
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", BACK),
        ("code_verifier", VERIFIER),
    ];
    post(house, SITE, "/oauth/token", &fields).await
}

pub(crate) async fn refresh(house: &House, shows: Shows<'_>, token: &str) -> Answer {
    let mut fields = vec![("grant_type", "refresh_token"), ("refresh_token", token)];
    if let Shows::Nothing = shows {
        fields.push(("client_id", "reader-app"));
    }
    post(house, shows, "/oauth/token", &fields).await
}

pub(crate) async fn userinfo(house: &House, token: &str) -> Answer {
    let request = Request::builder().uri("/oauth/userinfo");
    let request = request.header("authorization", format!("Bearer {token}"));
    send(&house.router, request.body(String::new().into()).unwrap()).await
}

/// A text of an answer.
pub(crate) fn text(body: &Value, name: &str) -> String {
    body[name].as_str().unwrap_or_else(|| panic!("no {name} in {body}")).to_owned()
}

/// What a token says, whoever signed it.
pub(crate) fn claims(token: &str) -> Value {
    let middle = token.split('.').nth(1).expect("three parts");
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(middle).unwrap()).unwrap()
}

/// A value as it stood before the page escaped it.
pub(crate) fn plain(escaped: &str) -> String {
    escaped.replace("&#x2f;", "/").replace("&quot;", "\"").replace("&amp;", "&")
}
