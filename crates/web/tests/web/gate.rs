//! The door at which proxies ask: what it answers, and that a proxy which does as Traefik's manual says keeps everybody else
//! out with the sample of `deploy/proxies`.

use std::collections::BTreeMap;

use accounts::Millis;
use axum::body::Body;
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request};
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::support::{Answer, House, ORIGIN, PASSWORD, Setup, send};

const PATH: &str = "/forward-auth";
const TOLD: [&str; 4] =
    ["x-genkan-account", "x-genkan-session", "x-genkan-proved-at", "x-genkan-identity"];
const PAGE: (&str, &str) = ("accept", "text/html");

fn asks(method: Method, path: &str, headers: &[(&str, &str)]) -> Request<Body> {
    let asked = Request::builder().method(method).uri(path);
    let asked = headers.iter().fold(asked, |asked, (name, value)| asked.header(*name, *value));
    asked.body(Body::empty()).unwrap()
}

async fn get(house: &House, path: &str, headers: &[(&str, &str)]) -> Answer {
    send(&house.router, asks(Method::GET, path, headers)).await
}

async fn with_a_member() -> (House, String, String) {
    let mut house = House::open().await;
    let browser = house.registered("hanako@example.jp").await;
    let mut app = house.app();
    app.sign_in("hanako@example.jp", PASSWORD).await.is(200);
    let bearer = format!("Bearer {}", app.token.clone().unwrap());
    let cookie = format!("genkan-session={}", browser.cookies["genkan-session"]);
    (house, bearer, cookie)
}

fn claims(answer: &Answer) -> Value {
    let token = answer.header("x-genkan-identity").expect("an identity");
    let claims = URL_SAFE_NO_PAD.decode(token.split('.').nth(1).unwrap()).unwrap();
    serde_json::from_slice(&claims).unwrap()
}

#[tokio::test]
async fn a_proxy_is_told_who_is_there_and_nothing_may_be_kept() {
    let (house, bearer, cookie) = with_a_member().await;
    for proof in [("cookie", cookie.as_str()), ("authorization", bearer.as_str())] {
        for method in
            [Method::GET, Method::HEAD, Method::POST, Method::PUT, Method::DELETE, Method::OPTIONS]
        {
            let headers = [proof, ("sec-fetch-site", "cross-site"), ("origin", "https://evil.example")];
            let answer = send(&house.router, asks(method, PATH, &headers)).await;
            assert_eq!(
                (answer.is(200).body.as_str(), answer.header("cache-control")),
                ("", Some("no-store"))
            );
            assert_eq!(answer.header("vary"), Some("Cookie, Authorization"));
            assert!(answer.set_cookies().is_empty());
            let claims = claims(&answer);
            assert_eq!(claims["sub"], answer.header("x-genkan-account").unwrap());
            assert_eq!(claims["sid"], answer.header("x-genkan-session").unwrap());
            assert_eq!((&claims["iss"], &claims["aud"]), (&json!(ORIGIN), &json!(ORIGIN)));
            assert_eq!(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(), 60);
            assert_eq!(claims["amr"], json!(["pwd"]));
        }
    }
    house.close().await;
}

#[tokio::test]
async fn a_guest_is_refused_in_the_words_of_a_program_or_led_to_the_sign_in() {
    let (house, _, _) = with_a_member().await;
    let refused = get(&house, PATH, &[]).await;
    refused.problem(401, "unauthenticated");
    assert_eq!(refused.header("vary"), Some("Cookie, Authorization"));
    assert_eq!(refused.header("cache-control"), Some("no-store"));
    assert_eq!(refused.header("www-authenticate"), Some("Bearer"));
    let way = ("x-forwarded-method", "GET");
    for (uri, leads) in [
        ("/app/novel?a=1&b=2", "/signin?return_to=/app/novel%3Fa%3D1%26b%3D2"),
        ("//evil.example/", "/signin"),
        ("https://evil.example/", "/signin"),
        ("/\\evil.example", "/signin"),
        ("/app/%2e%2e/x", "/signin"),
        ("", "/signin"),
    ] {
        let headers = [PAGE, way, ("x-forwarded-uri", uri)];
        get(&house, PATH, &headers).await.leads_to(leads);
    }
    let twice = [PAGE, way, ("x-forwarded-uri", "/a"), ("x-forwarded-uri", "/b")];
    get(&house, PATH, &twice).await.leads_to("/signin");
    // A program, a form, a proxy that does not say what was asked for: told, and not led.
    let uri = ("x-forwarded-uri", "/app/");
    for headers in [
        &[way, uri][..],
        &[way, uri, ("accept", "application/json")],
        &[PAGE, uri],
        &[PAGE, uri, ("x-forwarded-method", "POST")],
        &[PAGE, uri, way, way],
    ] {
        get(&house, PATH, headers).await.problem(401, "unauthenticated");
    }
    house.close().await;
}

#[tokio::test]
async fn a_house_that_leads_nobody_says_so_to_everybody() {
    let mut setup = Setup::default();
    setup.web.gate.leads = false;
    setup.web.gate.audience = "https://app.example.jp".to_owned();
    let mut house = House::with(setup).await;
    let headers = [PAGE, ("x-forwarded-method", "GET"), ("x-forwarded-uri", "/app/")];
    get(&house, PATH, &headers).await.problem(401, "unauthenticated");
    let browser = house.registered("hanako@example.jp").await;
    let cookie = format!("genkan-session={}", browser.cookies["genkan-session"]);
    assert_eq!(
        claims(&get(&house, PATH, &[("cookie", &cookie)]).await)["aud"],
        "https://app.example.jp"
    );
    house.close().await;
}

#[tokio::test]
async fn guests_pass_unnamed_only_where_the_path_says_so() {
    let (house, _, cookie) = with_a_member().await;
    let guest = get(&house, "/forward-auth/optional", &[]).await;
    guest.is(200);
    assert!(TOLD.iter().all(|name| guest.header(name).is_none()), "{:?}", guest.headers);
    assert_eq!(guest.header("vary"), Some("Cookie, Authorization"));
    let member = get(&house, "/forward-auth/optional", &[("cookie", &cookie)]).await;
    assert!(TOLD.iter().all(|name| member.is(200).header(name).is_some()));
    // A proxy may pass the visitor's own query on: nothing in it lets anybody through.
    for query in ["optional=1", "fersh=1", "fresh=0", "fresh=1&optional=1", "a=b"] {
        get(&house, &format!("{PATH}?{query}"), &[]).await.problem(400, "invalid-request");
        get(&house, &format!("{PATH}?{query}"), &[("cookie", &cookie)]).await.is(400);
    }
    house.close().await;
}

/// R-METHOD-3: what wants a fresh proof leads there, and back.
#[tokio::test]
async fn r_method_3_a_fresh_proof_can_be_demanded() {
    let (house, bearer, cookie) = with_a_member().await;
    let fresh = "/forward-auth?fresh=1";
    get(&house, fresh, &[("cookie", &cookie)]).await.is(200);
    house.clock.advance(Millis::minutes(11));
    let page = [
        ("cookie", cookie.as_str()),
        PAGE,
        ("x-forwarded-method", "GET"),
        ("x-forwarded-uri", "/app/pay"),
    ];
    get(&house, fresh, &page).await.leads_to("/proof?return_to=/app/pay");
    get(&house, fresh, &[("authorization", &bearer)]).await.problem(403, "fresh-proof-required");
    get(&house, fresh, &[]).await.problem(401, "unauthenticated");
    get(&house, PATH, &page).await.is(200);
    house.close().await;
}

/// R-SESSION-2: the identity is kept with the remembered check: the same while it is good, another afterwards, none once the
/// session has ended; and what is answered before the routes is what they answer.
#[tokio::test]
async fn r_session_2_an_identity_is_kept_for_some_seconds_and_ends_with_its_session() {
    let (house, bearer, _) = with_a_member().await;
    let proof = [("authorization", bearer.as_str())];
    let limit = std::time::Instant::now() + std::time::Duration::from_secs(30);
    let at_once = loop {
        get(&house, PATH, &proof).await.is(200);
        if let Some(answer) = house.glance.answer(&asks(Method::GET, PATH, &proof)) {
            break answer;
        }
        assert!(std::time::Instant::now() < limit, "it is not remembered");
        tokio::task::yield_now().await;
    };
    let routed = house.router.clone().oneshot(asks(Method::GET, PATH, &proof)).await.unwrap();
    assert_eq!(lines(&at_once), lines(&routed), "headers, also the identity, are the same");
    assert!(house.glance.answer(&asks(Method::POST, PATH, &proof)).is_none());
    assert!(house.glance.answer(&asks(Method::GET, "/forward-auth?fresh=1", &proof)).is_none());
    assert!(house.glance.answer(&asks(Method::GET, "/forward-auth/optional", &proof)).is_none());
    let first = claims(&get(&house, PATH, &proof).await);
    house.clock.advance(Millis::seconds(31));
    assert!(
        house.glance.answer(&asks(Method::GET, PATH, &proof)).is_none(),
        "less than half is left of it"
    );
    let next = claims(&get(&house, PATH, &proof).await);
    assert!(next["exp"].as_i64() > first["exp"].as_i64());
    let mut app = house.app();
    app.token = Some(bearer.trim_start_matches("Bearer ").to_owned());
    app.post("/api/v1/signout", json!({})).await.is(204);
    assert!(house.glance.answer(&asks(Method::GET, PATH, &proof)).is_none());
    get(&house, PATH, &proof).await.problem(401, "unauthenticated");
    house.close().await;
}

fn lines(answer: &Response) -> Vec<(String, String)> {
    let all = answer.headers().iter().filter(|(name, _)| *name != "content-length");
    let mut all = all
        .map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()))
        .collect::<Vec<_>>();
    all.sort();
    all
}

/// A proxy that does what Traefik's manual says of ForwardAuth and of the headers middleware, by the sample file: it asks by
/// GET with the visitor's headers and `X-Forwarded-*` of its own, removes the listed headers and sets what the answer has,
/// and passes any other answer on.
struct Traefik {
    address: String,
    told: Vec<String>,
    removed: Vec<String>,
}

impl Traefik {
    fn of_the_sample(fresh: bool) -> Self {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../deploy/proxies/traefik.yml");
        let text = std::fs::read_to_string(path).unwrap();
        let name = if fresh { "    genkan-fresh:\n" } else { "    genkan:\n      forwardAuth:" };
        let (_, rest) = text.split_once(name).expect("the middleware");
        let value = |key: &str| {
            let line =
                rest.lines().map(str::trim).find_map(|line| line.strip_prefix(key)).expect("a key");
            line.trim().trim_matches(['"', '[', ']']).to_owned()
        };
        assert_eq!(value("trustForwardHeader:"), "false");
        let address =
            value("address:").strip_prefix("http://127.0.0.1:7878").expect("genkan").to_owned();
        let told = value("authResponseHeaders:").split(", ").map(str::to_ascii_lowercase).collect();
        let (_, removing) = text.split_once("customRequestHeaders:\n").expect("the other middleware");
        let removing = removing.lines().map_while(|line| line.trim().strip_suffix(": \"\""));
        Self { address, told, removed: removing.map(str::to_ascii_lowercase).collect() }
    }

    /// What the service gets, or what the visitor is answered.
    async fn passes(
        &self,
        house: &House,
        uri: &str,
        sent: &[(&str, &str)],
    ) -> Result<HeaderMap, Answer> {
        let mut headers = HeaderMap::new();
        for (name, value) in sent {
            let name = name.parse::<HeaderName>().unwrap();
            headers.append(name, HeaderValue::from_str(value).unwrap());
        }
        for name in &self.removed {
            headers.remove(name.as_str());
        }
        let mut asked = asks(Method::GET, &self.address, &[]);
        *asked.headers_mut() = headers.clone();
        let own =
            [("x-forwarded-method", "GET"), ("x-forwarded-uri", uri), ("x-forwarded-proto", "https")];
        for (name, value) in own {
            asked.headers_mut().insert(name, HeaderValue::from_str(value).unwrap());
        }
        let answer = send(&house.router, asked).await;
        if !answer.status.is_success() {
            return Err(answer);
        }
        for name in &self.told {
            headers.remove(name.as_str());
            let values = answer.headers.get_all(name.as_str());
            values.iter().for_each(|value| {
                let name = name.parse::<HeaderName>().unwrap();
                headers.append(name, value.clone());
            });
        }
        Ok(headers)
    }
}

#[tokio::test]
async fn a_proxy_as_traefik_hands_on_what_is_told_and_nothing_forged() {
    let (house, _, cookie) = with_a_member().await;
    let (plain, fresh) = (Traefik::of_the_sample(false), Traefik::of_the_sample(true));
    assert_eq!(plain.told, TOLD);
    assert_eq!((plain.address.as_str(), fresh.address.as_str()), (PATH, "/forward-auth?fresh=1"));
    let mut spellings = BTreeMap::new();
    for name in TOLD {
        for bits in 0..8_u8 {
            let mut parts = name.split('-');
            let mut spelling = parts.next().unwrap().to_owned();
            for (at, part) in parts.enumerate() {
                // The parts of "proved-at" go together: a service takes all spellings for one, so each is tried.
                spelling.push(if bits >> at & 1 == 1 { '_' } else { '-' });
                spelling.push_str(part);
            }
            spellings.insert(spelling, name);
        }
    }
    let forged = spellings.keys().map(|name| (name.as_str(), "forged")).collect::<Vec<_>>();
    let mut sent = forged.clone();
    sent.push(("cookie", &cookie));
    for traefik in [&plain, &fresh] {
        let reached =
            traefik.passes(&house, "/app/", &sent).await.unwrap_or_else(|_| panic!("let through"));
        for (name, value) in &reached {
            let known = name.as_str().replace('_', "-");
            assert!(!TOLD.contains(&known.as_str()) || value != "forged", "{name} passed");
        }
        assert!(TOLD.iter().all(|name| reached.contains_key(*name)));
        let refused = traefik.passes(&house, "/app/", &forged).await.expect_err("refused");
        refused.problem(401, "unauthenticated");
        let page = [PAGE];
        let led = traefik.passes(&house, "/app/x?y=1", &page).await.expect_err("led");
        led.leads_to("/signin?return_to=/app/x%3Fy%3D1");
    }
    house.clock.advance(Millis::minutes(11));
    assert!(plain.passes(&house, "/app/", &sent).await.is_ok());
    fresh.passes(&house, "/app/", &sent).await.expect_err("stale").problem(403, "fresh-proof-required");
    house.close().await;
}
