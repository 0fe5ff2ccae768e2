//! Events as Google and Apple send them, and as nobody should be able to.

use serde_json::{Value, json};
use verifiers::federated::{
    DisabledWhy, EventKeys, EventKind, EventProblem, EventSource, Part, Preset, ProviderEvent,
    TokenProblem::{self, *},
    UpstreamFault,
};

use crate::hostile::Answer;
use crate::house::{APP, CLIENT, House, event_problem, header, house, house_of};
use crate::signing::{hs256, ring, signed};

const RISC: &str = "https://schemas.openid.net/secevent/risc/event-type/";
const OAUTH: &str = "https://schemas.openid.net/secevent/oauth/event-type/";

fn google() -> House {
    house_of(Preset::Google, |_| {})
}

fn head(typ: Option<&str>) -> Value {
    let mut head = json!({"alg": "RS256", "kid": "event-key"});
    if let Some(typ) = typ {
        head["typ"] = json!(typ);
    }
    head
}

fn about(house: &House) -> Value {
    json!({"subject_type": "iss-sub", "iss": format!("{}/", house.hostile.base), "sub": "subject-1"})
}

fn set(house: &House, kind: &str, event: Value) -> Value {
    json!({
        "iss": format!("{}/", house.hostile.base),
        "aud": CLIENT,
        "iat": house.now_s() - 3,
        "jti": "event-1",
        "events": { kind: event },
    })
}

async fn event_of(house: &House, claims: &Value) -> Result<ProviderEvent, EventProblem> {
    house.provider.event(&signed(&head(Some("secevent+jwt")), claims, &ring().other_rsa)).await
}

async fn good(house: &House, claims: &Value) -> ProviderEvent {
    event_of(house, claims).await.unwrap_or_else(|why| panic!("{why}: {claims}"))
}

#[tokio::test]
async fn every_event_of_googles_is_understood() {
    let house = google();
    let with = |more: Value| {
        let mut event = json!({"subject": about(&house)});
        event.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        event
    };
    let cases = [
        (RISC, "sessions-revoked", with(json!({})), EventKind::SessionsRevoked),
        (OAUTH, "tokens-revoked", with(json!({})), EventKind::TokensRevoked),
        (OAUTH, "token-revoked", with(json!({})), EventKind::TokenRevoked),
        (RISC, "account-disabled", with(json!({})), EventKind::AccountDisabled(DisabledWhy::Unsaid)),
        (
            RISC,
            "account-disabled",
            with(json!({"reason": "hijacking"})),
            EventKind::AccountDisabled(DisabledWhy::Hijacking),
        ),
        (
            RISC,
            "account-disabled",
            with(json!({"reason": "bulk-account"})),
            EventKind::AccountDisabled(DisabledWhy::BulkAccount),
        ),
        (
            RISC,
            "account-disabled",
            with(json!({"reason": ["hijacking"]})),
            EventKind::AccountDisabled(DisabledWhy::Unsaid),
        ),
        (RISC, "account-enabled", with(json!({})), EventKind::AccountEnabled),
        (
            RISC,
            "account-credential-change-required",
            with(json!({})),
            EventKind::CredentialChangeRequired,
        ),
        (RISC, "account-purged", with(json!({})), EventKind::AccountPurged),
        (RISC, "identifier-changed", with(json!({})), EventKind::Other),
        ("https://evil.example/", "account-purged", with(json!({})), EventKind::Other),
        ("", "account-purged", with(json!({})), EventKind::Other),
    ];
    for (family, name, event, kind) in cases {
        let event = good(&house, &set(&house, &format!("{family}{name}"), event)).await;
        assert_eq!(event.kind, kind, "{family}{name}");
        assert_eq!(event.issuer, house.hostile.base, "the issuer that identities are kept under");
        assert_eq!(event.subject.as_deref(), Some("subject-1"));
        assert_eq!(event.jti, "event-1");
        assert_eq!(event.issued_at_ms, (house.now_s() - 3) * 1_000);
        assert!(event.address.is_none() && !event.private_relay);
    }
    let test = set(&house, &format!("{RISC}verification"), json!({"state": "are you there"}));
    let test = good(&house, &test).await;
    assert_eq!(test.kind, EventKind::Verification(Some("are you there".to_owned())));
    assert_eq!(test.subject, None);
    assert_eq!(house.hostile.count("/risc-jwks"), 1);
    assert_eq!(house.hostile.count("/jwks"), 0, "events have keys of their own");
}

#[tokio::test]
async fn the_gravest_of_several_events_in_one_token_counts() {
    let house = google();
    let mut claims = set(&house, &format!("{RISC}sessions-revoked"), json!({"subject": about(&house)}));
    claims["events"][format!("{RISC}account-disabled")] =
        json!({"subject": about(&house), "reason": "hijacking"});
    claims["events"]["https://other.example/kind"] = json!({"subject": about(&house)});
    let event = good(&house, &claims).await;
    assert_eq!(event.kind, EventKind::AccountDisabled(DisabledWhy::Hijacking));
}

/// security.md C12.
#[tokio::test]
async fn c12_no_forged_event_is_taken() {
    let house = google();
    let kind = format!("{RISC}account-purged");
    let claims = set(&house, &kind, json!({"subject": about(&house)}));
    let now = house.now_s();
    let bent = |name: &str, value: Value| {
        let mut claims = claims.clone();
        claims[name] = value;
        claims
    };
    let without = |name: &str| {
        let mut claims = claims.clone();
        claims.as_object_mut().unwrap().remove(name);
        claims
    };
    let of = |subject: Value| set(&house, &kind, json!({ "subject": subject }));
    let week = 7 * 24 * 3_600;
    let cases: Vec<(&str, Value, TokenProblem)> = vec![
        ("iss dropped", without("iss"), Issuer),
        ("iss of another", bent("iss", json!("https://evil.example/")), Issuer),
        ("iss without scheme", bent("iss", json!(house.hostile.base.replace("http://", ""))), Issuer),
        ("aud dropped", without("aud"), Audience),
        ("aud of another", bent("aud", json!("other")), Audience),
        ("aud an empty list", bent("aud", json!([])), Audience),
        ("aud with a number", bent("aud", json!([CLIENT, 7])), Audience),
        ("iat dropped", without("iat"), IssuedAt),
        ("iat a text", bent("iat", json!(now.to_string())), IssuedAt),
        ("iat more than a week ago", bent("iat", json!(now - week - 1)), IssuedAt),
        ("iat ahead", bent("iat", json!(now + 301)), IssuedAt),
        ("run out", bent("exp", json!(now - 300)), Expired),
        ("exp a text", bent("exp", json!("never")), Expired),
        ("jti dropped", without("jti"), NoEvent),
        ("jti empty", bent("jti", json!("")), NoEvent),
        ("jti a number", bent("jti", json!(7)), NoEvent),
        ("jti too long", bent("jti", json!("j".repeat(256))), NoEvent),
        ("events dropped", without("events"), NoEvent),
        ("events empty", bent("events", json!({})), NoEvent),
        ("events a text", bent("events", json!("{}")), NoEvent),
        ("events a list", bent("events", json!([kind])), NoEvent),
        ("subject of another", of(json!({"iss": "https://evil.example", "sub": "subject-1"})), Subject),
        ("subject without issuer", of(json!({"sub": "subject-1"})), Subject),
        ("subject a number", of(json!({"iss": house.hostile.base, "sub": 7})), Subject),
        ("subject too long", of(json!({"iss": house.hostile.base, "sub": "s".repeat(256)})), Subject),
    ];
    good(&house, &claims).await;
    for (name, claims, expected) in cases {
        let problem = event_problem(event_of(&house, &claims).await);
        assert_eq!(problem, EventProblem::Refused(expected), "{name}");
    }
    for ours in [json!(APP), json!([CLIENT]), json!(["other", APP])] {
        good(&house, &bent("aud", ours)).await;
    }
    good(&house, &bent("iat", json!(now - week))).await;
    good(&house, &bent("iat", json!(now + 300))).await;
    good(&house, &bent("iss", json!(house.hostile.base))).await;
    good(&house, &bent("exp", json!(now + 60))).await;
}

#[tokio::test]
async fn c12_no_forged_envelope_of_an_event_is_taken() {
    let house = google();
    let claims = set(&house, &format!("{RISC}account-purged"), json!({"subject": about(&house)}));
    let key = &ring().other_rsa;
    let bent = |name: &str, value: Value| {
        let mut head = head(None);
        head[name] = value;
        head
    };
    let jku = format!("{}/evil-jwks", house.hostile.base);
    let sign = |head: &Value| signed(head, &claims, key);
    let cases = [
        ("by the key of ID tokens", signed(&header(&ring().rsa), &claims, &ring().rsa), UnknownKey),
        ("by another key", signed(&head(None), &claims, &ring().rsa), Signature),
        ("address of keys", signed(&bent("jku", json!(jku)), &claims, &ring().rsa), Signature),
        ("HS256", hs256(&bent("alg", json!("HS256")), &claims, key.public_pem().as_bytes()), Algorithm),
        (
            "none",
            format!("{}.", crate::signing::unsigned(&bent("alg", json!("none")), "{}")),
            Algorithm,
        ),
        ("an access token", sign(&head(Some("at+jwt"))), Kind),
        ("a logout token", sign(&head(Some("logout+jwt"))), Kind),
        ("crit", sign(&bent("crit", json!(["jti"]))), Kind),
        ("empty", String::new(), Malformed),
        ("JSON", claims.to_string(), Malformed),
        ("Apple's form", json!({"payload": sign(&head(None))}).to_string(), Malformed),
        ("dots", ".".repeat(1 << 20), Malformed),
    ];
    for (name, body, expected) in cases {
        let problem = event_problem(house.provider.event(&body).await);
        assert_eq!(problem, EventProblem::Refused(expected), "{name}");
    }
    for typ in [None, Some("JWT"), Some("secevent+jwt"), Some("application/secevent+jwt")] {
        let body = format!("{}\n", sign(&head(typ)));
        assert!(house.provider.event(&body).await.is_ok(), "{typ:?}");
    }
    assert_eq!(house.hostile.count("/evil-jwks"), 0);
    assert!(house.hostile.count("/risc-jwks") <= 2);
}

#[tokio::test]
async fn c12_an_id_token_is_no_event_and_an_event_no_id_token() {
    let house = house();
    let token = house.token(CLIENT);
    let problem = event_problem(house.provider.event(&token).await);
    assert_eq!(problem, EventProblem::Refused(NoEvent));
    let claims = set(&house, &format!("{RISC}account-purged"), json!({"subject": about(&house)}));
    let event = signed(&header(&ring().rsa), &claims, &ring().rsa);
    assert!(house.native(&event).await.is_err());
}

/// A provider without event keys of its own signs events as it signs ID tokens.
#[tokio::test]
async fn another_providers_events_are_by_its_own_issuer_and_keys() {
    let house = house();
    let mut claims = set(
        &house,
        &format!("{RISC}sessions-revoked"),
        json!({"subject": {"format": "iss_sub", "iss": house.hostile.base, "sub": "subject-1"}}),
    );
    claims["iss"] = json!(house.hostile.base);
    let event = house.provider.event(&signed(&header(&ring().ec), &claims, &ring().ec)).await;
    assert!(event.is_ok_and(|event| event.kind == EventKind::SessionsRevoked));
}

/// RFC 9493 §4.1.
#[tokio::test]
async fn the_subject_may_stand_beside_the_event() {
    let house = google();
    let mut claims = set(&house, &format!("{RISC}sessions-revoked"), json!({}));
    claims["sub_id"] = json!({"format": "iss_sub", "iss": house.hostile.base, "sub": "subject-1"});
    assert_eq!(good(&house, &claims).await.subject.as_deref(), Some("subject-1"));
    claims["sub_id"]["iss"] = json!("https://evil.example");
    let problem = event_problem(event_of(&house, &claims).await);
    assert_eq!(problem, EventProblem::Refused(Subject));
}

#[tokio::test]
async fn the_source_of_events_can_be_said() {
    let house = house_of(Preset::Other, |options| {
        let keys = EventKeys::Jwks(format!("{}/risc-jwks", options.issuer));
        options.events = Some(EventSource { issuer: "https://events.example".to_owned(), keys });
    });
    let subject = json!({"iss": house.hostile.base, "sub": "subject-1"});
    let mut claims = set(&house, &format!("{RISC}sessions-revoked"), json!({ "subject": subject }));
    let problem = event_problem(event_of(&house, &claims).await);
    assert_eq!(problem, EventProblem::Refused(Issuer));
    claims["iss"] = json!("https://events.example");
    good(&house, &claims).await;
}

#[tokio::test]
async fn an_event_that_cannot_be_checked_now_is_a_fault_and_not_a_refusal() {
    let house = google();
    let claims = set(&house, &format!("{RISC}account-purged"), json!({"subject": about(&house)}));
    let cases = [
        (Answer::HangUp, UpstreamFault::Transfer(Part::EventConfiguration)),
        (
            Answer::Json(json!({"issuer": "https://evil.example/", "jwks_uri": "x"})),
            UpstreamFault::Issuer(Part::EventConfiguration),
        ),
        (
            Answer::Json(json!({"issuer": format!("{}/", house.hostile.base),
                "jwks_uri": "https://evil.example/jwks"})),
            UpstreamFault::Address(Part::EventKeys),
        ),
        (
            Answer::Json(json!({"issuer": format!("{}/", house.hostile.base),
                "jwks_uri": format!("{}/nothing", house.hostile.base)})),
            UpstreamFault::Status(Part::EventKeys, 404),
        ),
    ];
    for (answer, fault) in cases {
        house.hostile.put("/.well-known/risc-configuration", answer);
        assert_eq!(event_problem(event_of(&house, &claims).await), EventProblem::Upstream(fault));
        house.pass_s(5);
    }
}

fn notice(house: &House, events: Value) -> Value {
    json!({
        "iss": house.hostile.base, "aud": APP, "iat": house.now_s() - 3, "jti": "notice-1",
        "events": events,
    })
}

async fn apple_event(house: &House, claims: &Value) -> Result<ProviderEvent, EventProblem> {
    let token = signed(&header(&ring().rsa), claims, &ring().rsa);
    house.provider.event(&json!({ "payload": token }).to_string()).await
}

#[tokio::test]
async fn every_notification_of_apples_is_understood() {
    let house = house_of(Preset::Apple, |_| {});
    let cases = [
        ("email-disabled", EventKind::EmailDisabled, true),
        ("email-enabled", EventKind::EmailEnabled, true),
        ("consent-revoked", EventKind::ConsentRevoked, false),
        ("account-delete", EventKind::AccountDeleted, false),
        ("account-deleted", EventKind::AccountDeleted, false),
        ("something-new", EventKind::Other, false),
    ];
    for (name, kind, mailed) in cases {
        let event = json!({
            "type": name, "sub": "subject-1", "event_time": house.now_s() * 1_000,
            "email": "x@privaterelay.appleid.com", "is_private_email": "true",
        });
        // Apple says it as a text within the token.
        for events in [json!(event.to_string()), event] {
            let event = apple_event(&house, &notice(&house, events))
                .await
                .unwrap_or_else(|why| panic!("{why}"));
            assert_eq!((&event.kind, event.jti.as_str()), (&kind, "notice-1"));
            assert_eq!(event.subject.as_deref(), Some("subject-1"));
            assert_eq!(event.address.is_some(), mailed, "{name}");
            assert_eq!(event.private_relay, mailed, "{name}");
        }
    }
}

#[tokio::test]
async fn c12_no_forged_notification_is_taken() {
    let house = house_of(Preset::Apple, |_| {});
    let event = json!({"type": "account-delete", "sub": "subject-1"}).to_string();
    assert!(apple_event(&house, &notice(&house, json!(event))).await.is_ok());
    let texts = [
        (json!("{"), NoEvent),
        (json!("[]"), NoEvent),
        (json!(""), NoEvent),
        (json!("{}"), NoEvent),
        (json!(7), NoEvent),
        (json!({"type": "account-delete"}), Subject),
        (json!({"type": "account-delete", "sub": ""}), Subject),
        (json!({"type": 7, "sub": "subject-1"}), NoEvent),
    ];
    for (events, expected) in texts {
        let problem = event_problem(apple_event(&house, &notice(&house, events.clone())).await);
        assert_eq!(problem, EventProblem::Refused(expected), "{events}");
    }
    let mut claims = notice(&house, json!(event));
    let good = signed(&header(&ring().rsa), &claims, &ring().rsa);
    claims["aud"] = json!("other");
    let foreign = event_problem(apple_event(&house, &claims).await);
    assert_eq!(foreign, EventProblem::Refused(Audience));
    let forged = signed(&header(&ring().rsa), &claims, &ring().other_rsa);
    for body in [good, json!({ "payload": 7 }).to_string(), "{}".to_owned(), String::new()] {
        let problem = event_problem(house.provider.event(&body).await);
        assert_eq!(problem, EventProblem::Refused(Malformed), "{body}");
    }
    let problem = event_problem(house.provider.event(&json!({ "payload": forged }).to_string()).await);
    assert_eq!(problem, EventProblem::Refused(Signature));
}
