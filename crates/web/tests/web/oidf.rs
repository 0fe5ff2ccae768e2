//! What the OpenID Foundation's conformance suite does at each step, for the tests that bear its modules' names (`oidf_basic`,
//! `oidf_logout`; docs/openid-conformance.md).
//!
//! The suite's clients are here as it asks for them: two confidential ones that send no challenge and take RS256. Signatures are
//! checked against the published keys by a library of cryptography alone, without any code of ours.

use std::sync::Arc;

use aws_lc_rs::signature::{RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use delivery::BackChannel;
use engine::{Algorithm, Client, ClientSecret, Clients, OpenIdOptions, Pkce};
use serde_json::{Value, json};

use crate::site::{Shows, brought, plain, post, text, userinfo, value};
use crate::support::{Answer, Browser, House, ORIGIN, PASSWORD, Setup, escape};

pub(crate) const CALLBACK: &str = "https://suite.example/test/a/genkan/callback";
pub(crate) const BYE: &str = "https://suite.example/test/a/genkan/post_logout_redirect";
pub(crate) const MEMBER: &str = "hanako@example.jp";
pub(crate) const SUITE: Shows<'_> = Shows::Basic("suite", "suite-secret-of-32-characters-at-least");
pub(crate) const SECOND: Shows<'_> = Shows::Basic("suite-two", "second-secret-of-32-characters-or-so");

/// The clients that a run with static clients is configured with.
pub(crate) fn suite() -> Setup {
    suite_told(None)
}

/// The same, and the first of them hears of sign-outs.
pub(crate) fn suite_told(logout: Option<Arc<BackChannel>>) -> Setup {
    let client = |shows: Shows<'_>| {
        let Shows::Basic(id, secret) = shows else { panic!("a confidential client") };
        Client {
            id: id.to_owned(),
            secrets: vec![ClientSecret::of(secret)],
            redirect_uris: vec![CALLBACK.to_owned()],
            signed_out_uris: vec![BYE.to_owned()],
            scopes: ["openid", "profile", "email", "offline_access"].map(str::to_owned).to_vec(),
            algorithm: Algorithm::Rs256,
            sector: None,
            audience: Vec::new(),
            pkce: Pkce::Optional,
            label: pages::PerLocale::same(id),
            pushes: false,
            shows_key: false,
            logout: None,
            trust: engine::Trust::Pages,
        }
    };
    let told = Client { logout, ..client(SUITE) };
    let clients = Clients::new(vec![told, client(SECOND)]);
    Setup { openid: OpenIdOptions { clients, ..OpenIdOptions::default() }, ..Setup::default() }
}

/// A house with the suite's clients and a member with a name, whose browser is signed in.
pub(crate) async fn ready() -> (House, Browser) {
    ready_with(suite()).await
}

pub(crate) async fn ready_with(setup: Setup) -> (House, Browser) {
    let mut house = House::with(setup).await;
    let mut browser = house.registered(MEMBER).await;
    let named = [("display_name", "花子"), ("locale", "ja")];
    browser.post("/account/profile", &named).await.is(303);
    (house, browser)
}

/// An authentication request as the suite makes it, with changes; what is empty is left out.
pub(crate) fn ask(changes: &[(&str, &str)]) -> String {
    let usual = [
        ("client_id", "suite"),
        ("redirect_uri", CALLBACK),
        ("scope", "openid"),
        ("state", "7xK2q"),
        ("nonce", "aQ5wN"),
        ("response_type", "code"),
    ];
    let changed = |name: &str| changes.iter().any(|(other, _)| *other == name);
    let kept = usual.iter().filter(|(name, _)| !changed(name)).chain(changes);
    format!("/oauth/authorize?{}", joined(kept.copied()))
}

/// An address of the end of a session.
pub(crate) fn end(pairs: &[(&str, &str)]) -> String {
    format!("/oauth/logout?{}", joined(pairs.iter().copied()))
}

fn joined<'p>(pairs: impl Iterator<Item = (&'p str, &'p str)>) -> String {
    let pairs = pairs.filter(|(_, value)| !value.is_empty());
    pairs.map(|(name, value)| format!("{name}={}", escape(value))).collect::<Vec<_>>().join("&")
}

/// What came back to the suite, with the checks of every module: our issuer, the state as it was sent, no error.
pub(crate) fn came_back(answer: &Answer, state: &str) -> String {
    let back = brought(answer);
    assert!(answer.header("location").unwrap().starts_with(CALLBACK), "{back:?}");
    assert_eq!(value(&back, "error"), "", "{back:?}");
    assert_eq!((value(&back, "state"), value(&back, "iss")), (state, ORIGIN));
    let code = value(&back, "code");
    assert!(code.len() >= 22, "RFC 6749 10.10: a code is not to be guessed");
    code.to_owned()
}

/// The error with which a request comes back.
pub(crate) fn refused(answer: &Answer) -> String {
    let back = brought(answer);
    assert_eq!((value(&back, "state"), value(&back, "iss")), ("7xK2q", ORIGIN));
    assert_eq!(value(&back, "code"), "");
    value(&back, "error").to_owned()
}

pub(crate) async fn redeem(house: &House, shows: Shows<'_>, code: &str) -> Answer {
    let fields = [("grant_type", "authorization_code"), ("code", code), ("redirect_uri", CALLBACK)];
    post(house, shows, "/oauth/token", &fields).await
}

/// The way of nearly every module: authorization, code, tokens, and everything that it checks of them.
pub(crate) async fn flow(house: &House, browser: &mut Browser, changes: &[(&str, &str)]) -> Value {
    let answer = browser.get(&ask(changes)).await;
    let state = changes.iter().find(|(name, _)| *name == "state").map_or("7xK2q", |(_, value)| value);
    let code = came_back(&answer, state);
    let nonce = changes.iter().find(|(name, _)| *name == "nonce").map_or("aQ5wN", |(_, value)| value);
    tokens(house, SUITE, (&code, nonce)).await
}

/// Redeems a code and checks what it gave.
pub(crate) async fn tokens(house: &House, shows: Shows<'_>, (code, nonce): (&str, &str)) -> Value {
    let answer = redeem(house, shows, code).await;
    assert_eq!(answer.is(200).header("cache-control"), Some("no-store"));
    assert_eq!(answer.header("content-type"), Some("application/json"));
    let body = answer.json();
    assert_eq!(text(&body, "token_type").to_ascii_lowercase(), "bearer");
    assert!(body["expires_in"].as_i64().is_some_and(|seconds| seconds > 0), "{body}");
    assert!(text(&body, "access_token").len() >= 22, "RFC 6749 10.10");
    let id = checked(house, &text(&body, "id_token")).await;
    assert_eq!(id["nonce"], if nonce.is_empty() { Value::Null } else { json!(nonce) });
    let hash =
        aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, text(&body, "access_token").as_bytes());
    assert_eq!(id["at_hash"], URL_SAFE_NO_PAD.encode(&hash.as_ref()[..16]), "OIDCC 3.1.3.6");
    body
}

/// An ID token's claims: its signature, header and every claim that OpenID Connect Core 2 and 3.1.3.7 ask for.
pub(crate) async fn checked(house: &House, token: &str) -> Value {
    let (head, claims) = signed(house, token).await;
    assert_eq!(head["alg"], "RS256");
    let now = house.clock.now().0.div_euclid(1_000);
    assert_eq!((&claims["iss"], &claims["aud"]), (&json!(ORIGIN), &json!("suite")));
    let (issued, ends) = (claims["iat"].as_i64().unwrap(), claims["exp"].as_i64().unwrap());
    assert!(issued <= now && now < ends && ends - issued <= 86_400, "{claims}");
    let subject = text(&claims, "sub");
    assert!(subject.is_ascii() && (1..=255).contains(&subject.len()), "{claims}");
    assert!(claims["auth_time"].as_i64().is_some_and(|at| at <= now), "{claims}");
    claims
}

/// Header and claims of a token whose signature holds by the published key of that name.
pub(crate) async fn signed(house: &House, token: &str) -> (Value, Value) {
    let parts = token.split('.').collect::<Vec<_>>();
    let bytes = |part: &str| URL_SAFE_NO_PAD.decode(part).unwrap();
    let head: Value = serde_json::from_slice(&bytes(parts[0])).unwrap();
    let keys = house.browser().get("/.well-known/jwks.json").await.is(200).json();
    let mut of_name = keys["keys"].as_array().unwrap().iter().filter(|key| key["kid"] == head["kid"]);
    let key = of_name.next().unwrap_or_else(|| panic!("no key for {head}"));
    assert!(of_name.next().is_none(), "a name is one key's");
    let part = |name: &str| bytes(&text(key, name));
    let public = RsaPublicKeyComponents { n: part("n"), e: part("e") };
    let message = token.rsplit_once('.').unwrap().0;
    let holds = public.verify(&RSA_PKCS1_2048_8192_SHA256, message.as_bytes(), &bytes(parts[2]));
    assert!(holds.is_ok(), "the signature does not hold");
    (head, serde_json::from_slice(&bytes(parts[1])).unwrap())
}

/// Who it is by the userinfo endpoint, whose subject must be the ID token's (OpenID Connect Core 5.3.2).
pub(crate) async fn told(house: &House, tokens: &Value) -> Value {
    let answer = userinfo(house, &text(tokens, "access_token")).await;
    let told = answer.is(200).json();
    assert_eq!(answer.header("content-type"), Some("application/json"));
    assert_eq!(told["sub"], crate::site::claims(&text(tokens, "id_token"))["sub"]);
    told
}

/// Goes through the sign-in page that a request led to, and back to the request.
pub(crate) async fn sign_in(browser: &mut Browser, page: &Answer) -> Answer {
    let link = page.is(200).body.split("href=\"").find(|link| link.starts_with("/signin/email?"));
    let link = link.and_then(|link| link.split('"').next()).unwrap().replace("&amp;", "&");
    let form = browser.get(&link).await;
    let return_to = plain(&form.is(200).hidden("return_to"));
    let fields = [("email", MEMBER), ("password", PASSWORD), ("return_to", return_to.as_str())];
    let entered = browser.post("/signin/email", &fields).await;
    browser.get(entered.is(303).header("location").unwrap()).await
}

/// Shows the password on the page that a request led to, and goes back to the request.
pub(crate) async fn prove(browser: &mut Browser, asked: &Answer) -> Answer {
    let place = asked.is(303).header("location").unwrap();
    assert!(place.starts_with("/proof?return_to="), "{place}");
    let page = browser.get(place).await;
    let return_to = plain(&page.is(200).hidden("return_to"));
    let fields = [("password", PASSWORD), ("return_to", return_to.as_str())];
    let proved = browser.post("/proof", &fields).await;
    browser.get(proved.is(303).header("location").unwrap()).await
}

/// A page that says that something is wrong, and leads nowhere: what the suite has a person photograph.
pub(crate) fn error_page(answer: &Answer) {
    answer.is(400).says("<h1");
    assert_eq!(answer.header("location"), None);
    assert!(answer.header("content-type").unwrap().starts_with("text/html"), "a page");
}
