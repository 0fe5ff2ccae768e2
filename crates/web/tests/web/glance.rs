//! What is answered before the routes is what the routes would have answered, and nothing else is answered there.

use std::time::{Duration, Instant};

use accounts::Millis;
use axum::body::Body;
use axum::response::Response;
use http::{Method, Request, StatusCode};
use http_body_util::BodyExt;
use tower::ServiceExt;

use crate::support::{House, PASSWORD};

const WHO: &str = "/api/v1/session";

fn asks(headers: &[(&str, &str)]) -> Request<Body> {
    let asked = Request::builder().uri(WHO);
    headers
        .iter()
        .fold(asked, |asked, (name, value)| asked.header(*name, *value))
        .body(Body::empty())
        .unwrap()
}

/// Asks the routes until the answer is remembered: the house reads what others have changed now and then.
async fn remembered(house: &House, headers: &[(&str, &str)]) -> Response {
    let limit = Instant::now() + Duration::from_secs(30);
    loop {
        let routed = house.router.clone().oneshot(asks(headers)).await.unwrap();
        assert_eq!(routed.status(), StatusCode::OK);
        if let Some(seen) = house.glance.answer(&asks(headers)) {
            return seen;
        }
        assert!(Instant::now() < limit, "it is not remembered");
        tokio::task::yield_now().await;
    }
}

async fn parts(answer: Response) -> (StatusCode, Vec<(String, String)>, Vec<u8>) {
    let headers = answer.headers().iter();
    let headers = headers.map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()));
    // The server itself writes the length on both ways.
    let mut headers = headers.filter(|(name, _)| name != "content-length").collect::<Vec<_>>();
    headers.sort();
    let status = answer.status();
    (status, headers, answer.into_body().collect().await.unwrap().to_bytes().to_vec())
}

/// A house with a member, and what the member's app and browser present.
async fn with_a_member() -> (House, String, String) {
    let mut house = House::open().await;
    let browser = house.registered("hanako@example.jp").await;
    let mut app = house.app();
    app.sign_in("hanako@example.jp", PASSWORD).await.is(200);
    let bearer = format!("Bearer {}", app.token.clone().unwrap());
    let cookie = format!("genkan-session={}", browser.cookies["genkan-session"]);
    (house, bearer, cookie)
}

/// R-SESSION-2, E13: by token and by cookie, headers and body are those of the route.
#[tokio::test]
async fn r_session_2_a_glance_answers_as_the_route_does() {
    let (house, bearer, cookie) = with_a_member().await;
    for headers in [[("authorization", bearer.as_str())], [("cookie", cookie.as_str())]] {
        let seen = parts(remembered(&house, &headers).await).await;
        let routed = parts(house.router.clone().oneshot(asks(&headers)).await.unwrap()).await;
        assert_eq!(seen, routed);
        assert_eq!(seen.0, StatusCode::OK);
        assert!(seen.1.iter().any(|(name, _)| name == "content-security-policy"), "{:?}", seen.1);
    }
    house.close().await;
}

/// E6, E11: what the route would refuse, or what only it can tell, is left to it.
#[tokio::test]
async fn e6_e11_a_glance_leaves_all_else_to_the_routes() {
    let (house, bearer, cookie) = with_a_member().await;
    let both = [("authorization", bearer.as_str())];
    drop(remembered(&house, &both).await);
    drop(remembered(&house, &[("cookie", cookie.as_str())]).await);
    let unanswered: [&[(&str, &str)]; 6] = [
        &[],
        &[("authorization", "Bearer nobody")],
        &[("authorization", &bearer), ("authorization", &bearer)],
        &[("authorization", "Basic Zm9v"), ("cookie", &cookie)],
        &[("cookie", &cookie), ("cookie", &cookie)],
        &[("authorization", &bearer.replace("Bearer", "Token"))],
    ];
    for headers in unanswered {
        assert!(house.glance.answer(&asks(headers)).is_none(), "{headers:?}");
    }
    for method in [Method::HEAD, Method::POST, Method::OPTIONS] {
        let mut asked = asks(&both);
        *asked.method_mut() = method.clone();
        assert!(house.glance.answer(&asked).is_none(), "{method}");
    }
    let mut elsewhere = asks(&both);
    *elsewhere.uri_mut() = "/api/v1/sessions".parse().unwrap();
    assert!(house.glance.answer(&elsewhere).is_none());
    house.close().await;
}

/// R-SESSION-2, R-SESSION-6: an ended session is not answered for from the moment its end was answered, an old one not
/// beyond its life, and a use that has to be noted is left to the route, which notes it.
#[tokio::test]
async fn r_session_2_a_glance_knows_no_ended_session() {
    let mut house = House::open().await;
    house.registered("hanako@example.jp").await;
    let mut app = house.app();
    app.sign_in("hanako@example.jp", PASSWORD).await.is(200);
    let bearer = format!("Bearer {}", app.token.clone().unwrap());
    let headers = [("authorization", bearer.as_str())];
    drop(remembered(&house, &headers).await);
    house.clock.advance(Millis::hours(2));
    assert!(house.glance.answer(&asks(&headers)).is_none(), "its use is to be noted");
    drop(remembered(&house, &headers).await);
    app.post("/api/v1/signout", serde_json::json!({})).await.is(204);
    assert!(house.glance.answer(&asks(&headers)).is_none(), "it has ended");
    app.get(WHO).await.problem(401, "unauthenticated");
    house.close().await;
}
