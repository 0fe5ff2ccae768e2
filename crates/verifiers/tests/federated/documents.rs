//! Lies in the discovery document, and answers that are too long, too slow, or lead elsewhere.

use std::time::Duration;

use serde_json::{Value, json};
use verifiers::Provider;
use verifiers::federated::{
    Ask, Callback, Part, Preset, ProviderFault, ProviderOptions, Redeem, TokenProblem, UpstreamFault,
};

use crate::hostile::{Answer, Hostile, redirect};
use crate::house::{
    CLIENT, CODE, DISCOVERY, House, discovery, house, house_of, options, problem, refused, upstream,
};

async fn asked(house: &House) -> Result<String, UpstreamFault> {
    house.provider.authorization_url(&house.trip, Ask::default()).await
}

async fn lie(name: &str, value: Value) -> UpstreamFault {
    let house = house();
    let mut document = discovery(&house.hostile.base);
    document[name] = value;
    house.hostile.put(DISCOVERY, Answer::Json(document));
    asked(&house).await.expect_err(name)
}

#[tokio::test]
async fn the_document_must_be_of_the_very_issuer() {
    let house = house();
    let base = house.hostile.base.clone();
    let others =
        ["https://evil.example", "", &format!("{base}/"), &base.to_uppercase(), &format!(" {base}")];
    for other in others {
        let mut document = discovery(&base);
        document["issuer"] = json!(other);
        house.hostile.put(DISCOVERY, Answer::Json(document));
        assert_eq!(asked(&house).await, Err(UpstreamFault::Issuer(Part::Discovery)), "{other}");
        house.pass_s(5);
    }
    assert_eq!(lie("issuer", json!([base])).await, UpstreamFault::NotJson(Part::Discovery));
    house.hostile.put(DISCOVERY, Answer::Json(discovery(&base)));
    assert!(asked(&house).await.is_ok());
}

/// security.md F15: a document does not make this house ask an address of its choice.
#[tokio::test]
async fn f15_addresses_that_may_not_be_asked_are_refused() {
    let addresses = [
        "http://169.254.169.254/latest/meta-data",
        "http://10.0.0.1/",
        "http://[fd00::1]/",
        "http://evil.example/",
        "https://evil.example/",
        "http://127.0.0.1.evil.example/",
        "http://127.0.0.1@evil.example/",
        "http://user@127.0.0.1/",
        "http://user:password@127.0.0.1/",
        "http://127.0.0.1/#fragment",
        "ftp://127.0.0.1/",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "//127.0.0.1/",
        "/token",
        "",
    ];
    let places = [
        ("authorization_endpoint", Part::Authorization),
        ("token_endpoint", Part::Token),
        ("jwks_uri", Part::Keys),
        ("userinfo_endpoint", Part::Userinfo),
        ("revocation_endpoint", Part::Revocation),
    ];
    for (name, part) in places {
        for address in addresses {
            assert_eq!(
                lie(name, json!(address)).await,
                UpstreamFault::Address(part),
                "{name} {address}"
            );
        }
    }
}

#[tokio::test]
async fn methods_that_are_not_taken_are_not_learnt_from_the_document() {
    for list in [json!([]), json!(["none"]), json!(["HS256", "PS256"]), json!(["rs256"])] {
        let fault = lie("id_token_signing_alg_values_supported", list).await;
        assert_eq!(fault, UpstreamFault::Algorithms);
    }
    // What is not listed is not taken; where nothing is listed, RS256 is.
    let house = house();
    let es256 = crate::signing::signed(
        &crate::house::header(&crate::signing::ring().ec),
        &house.claims(CLIENT),
        &crate::signing::ring().ec,
    );
    let mut document = discovery(&house.hostile.base);
    for list in [json!(["RS256"]), Value::Null] {
        document["id_token_signing_alg_values_supported"] = list;
        house.hostile.put(DISCOVERY, Answer::Json(document.clone()));
        house.pass_s(3_600);
        assert!(house.redeem_token(&house.token(CLIENT)).await.is_ok());
        assert_eq!(problem(house.redeem_token(&es256).await), refused(TokenProblem::Algorithm));
    }
}

#[tokio::test]
async fn no_answer_but_a_whole_document_is_one() {
    let part = Part::Discovery;
    let big = json!({ "padding": "x".repeat(256 * 1024) });
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let raw = |text: &str| {
        let length = text.len();
        Answer::Raw(format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n{text}").into())
    };
    let cases = [
        (Answer::Status(500, json!({})), UpstreamFault::Status(part, 500)),
        (Answer::Status(404, json!({})), UpstreamFault::Status(part, 404)),
        (Answer::Status(203, json!({})), UpstreamFault::Status(part, 203)),
        (Answer::Json(json!({})), UpstreamFault::NotJson(part)),
        (Answer::Json(json!([])), UpstreamFault::NotJson(part)),
        (raw("<html>Sign in to the hotel network</html>"), UpstreamFault::NotJson(part)),
        (raw(&deep), UpstreamFault::NotJson(part)),
        (Answer::Json(big), UpstreamFault::TooLong(part)),
        (Answer::Endless, UpstreamFault::TooLong(part)),
        (Answer::HangUp, UpstreamFault::Transfer(part)),
        (Answer::Raw(b"not HTTP at all\r\n\r\n".to_vec()), UpstreamFault::Transfer(part)),
    ];
    for (answer, fault) in cases {
        let house = house();
        house.hostile.put(DISCOVERY, answer);
        assert_eq!(asked(&house).await, Err(fault));
    }
}

#[tokio::test]
async fn a_redirect_is_followed_nowhere() {
    let house = house();
    house.hostile.put(DISCOVERY, redirect(&format!("{}/elsewhere", house.hostile.base)));
    assert_eq!(asked(&house).await, Err(UpstreamFault::Status(Part::Discovery, 302)));
    house.hostile.put(DISCOVERY, Answer::Json(discovery(&house.hostile.base)));
    house.pass_s(5);
    house.hostile.put("/token", redirect(&format!("{}/elsewhere", house.hostile.base)));
    assert_eq!(problem(house.redeem().await), upstream(UpstreamFault::Status(Part::Token, 302)));
    house.hostile.put("/jwks", redirect(&format!("{}/elsewhere", house.hostile.base)));
    let outcome = house.redeem_token(&house.token(CLIENT)).await;
    assert_eq!(problem(outcome), upstream(UpstreamFault::Status(Part::Keys, 302)));
    assert_eq!(house.hostile.count("/elsewhere"), 0);
}

#[tokio::test]
async fn whoever_does_not_answer_in_time_is_not_waited_for() {
    let short = |options: &mut ProviderOptions| options.limits.total_timeout = Duration::from_secs(1);
    for answer in [Answer::Silence, Answer::Stall] {
        let house = house_of(Preset::Other, short);
        house.hostile.put(DISCOVERY, answer.clone());
        assert_eq!(asked(&house).await, Err(UpstreamFault::Timeout(Part::Discovery)));
        house.hostile.put(DISCOVERY, Answer::Json(discovery(&house.hostile.base)));
        house.pass_s(5);
        house.hostile.put("/token", answer);
        assert_eq!(problem(house.redeem().await), upstream(UpstreamFault::Timeout(Part::Token)));
    }
}

/// Another test, run in an environment that names a proxy where nobody is.
#[test]
fn a_proxy_of_the_environment_is_not_used() {
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let mut again = std::process::Command::new(std::env::current_exe().unwrap());
    again.args(["--exact", "house::an_honest_answer_shows_who_was_there"]);
    again.env_remove("NO_PROXY").env_remove("no_proxy");
    for name in ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"] {
        again.env(name, format!("http://{nobody}"));
    }
    let output = again.output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && said.contains("1 passed"), "{said}");
}

#[tokio::test]
async fn nobody_there_is_said_so() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let house = house_of(Preset::Other, |options| options.issuer = format!("http://{free}"));
    assert_eq!(asked(&house).await, Err(UpstreamFault::Connect(Part::Discovery)));
}

#[tokio::test]
async fn the_document_is_kept_an_hour_and_a_day_where_it_cannot_be_renewed() {
    let house = house();
    for _ in 0..5 {
        asked(&house).await.unwrap();
    }
    house.pass_s(3_599);
    asked(&house).await.unwrap();
    assert_eq!(house.hostile.count(DISCOVERY), 1);
    house.pass_s(1);
    asked(&house).await.unwrap();
    assert_eq!(house.hostile.count(DISCOVERY), 2);

    house.hostile.put(DISCOVERY, Answer::Status(503, json!({})));
    house.pass_s(3_600);
    for _ in 0..5 {
        asked(&house).await.unwrap();
    }
    assert_eq!(house.hostile.count(DISCOVERY), 3, "one try a minute while it is down");
    house.pass_s(60);
    asked(&house).await.unwrap();
    assert_eq!(house.hostile.count(DISCOVERY), 4);
    house.pass_s(23 * 3_600);
    assert_eq!(
        asked(&house).await,
        Err(UpstreamFault::Status(Part::Discovery, 503)),
        "a day is the end"
    );
    for _ in 0..5 {
        asked(&house).await.unwrap_err();
    }
    assert_eq!(house.hostile.count(DISCOVERY), 5, "one try in five seconds while nothing is held");
    house.hostile.put(DISCOVERY, Answer::Json(discovery(&house.hostile.base)));
    house.pass_s(5);
    asked(&house).await.unwrap();
}

#[tokio::test]
async fn what_the_token_endpoint_says_is_told_apart() {
    let house = house();
    let error =
        |status, word: &str| Answer::Status(status, json!({"error": word, "error_description": CODE}));
    let cases = [
        (error(400, "invalid_grant"), refused(TokenProblem::Code)),
        (error(401, "invalid_client"), upstream(UpstreamFault::ClientRefused)),
        (error(400, "unauthorized_client"), upstream(UpstreamFault::ClientRefused)),
        (error(400, "redirect_uri_mismatch"), upstream(UpstreamFault::RedirectRefused)),
        (error(400, "invalid_request"), upstream(UpstreamFault::Status(Part::Token, 400))),
        (error(503, "invalid_grant"), upstream(UpstreamFault::Status(Part::Token, 503))),
        (Answer::Json(json!({"access_token": "a"})), refused(TokenProblem::NoIdToken)),
        (Answer::Json(json!({"id_token": 7})), upstream(UpstreamFault::NotJson(Part::Token))),
        (Answer::Json(json!({"id_token": ""})), refused(TokenProblem::Malformed)),
        (Answer::Endless, upstream(UpstreamFault::TooLong(Part::Token))),
    ];
    for (answer, expected) in cases {
        house.hostile.put("/token", answer);
        assert_eq!(problem(house.redeem().await), expected);
    }
    let asked = house.hostile.count("/token");
    for code in [String::new(), "a b".to_owned(), "a\n".to_owned(), "é".to_owned(), "c".repeat(4_097)]
    {
        let answer = Callback { code, iss: None, user: None };
        let outcome = house.provider.redeem(&house.trip, answer).await;
        assert_eq!(problem(outcome), refused(TokenProblem::Code));
    }
    assert_eq!(house.hostile.count("/token"), asked, "what can be no code is shown to nobody");
}

#[test]
fn options_that_cannot_work_are_refused_at_the_start() {
    let hostile = Hostile::start();
    let fault = |preset, adjust: &dyn Fn(&mut ProviderOptions)| {
        let (mut options, _) = options(&hostile, preset);
        adjust(&mut options);
        Provider::new(options).err()
    };
    let other = |adjust: &dyn Fn(&mut ProviderOptions)| fault(Preset::Other, adjust);
    assert_eq!(other(&|_| {}), None);
    for name in ["", "Google", "1st", "email", "passkey", "a b", &"a".repeat(32)] {
        assert_eq!(other(&|o| o.name = name.to_owned()), Some(ProviderFault::Name), "{name}");
    }
    let issuers = [
        "",
        "op.example",
        "http://op.example",
        "https://u@op.example",
        "https://op.example/?a",
        "https://op.example/#a",
        "ftp://op.example",
        "http://127.0.0.1.op.example",
    ];
    for issuer in issuers {
        assert_eq!(other(&|o| o.issuer = issuer.to_owned()), Some(ProviderFault::Issuer), "{issuer}");
    }
    assert_eq!(other(&|o| o.loopback_http = false), Some(ProviderFault::Issuer), "outside development");
    assert_eq!(other(&|o| o.issuer = "https://op.example/realm".to_owned()), None);
    for preset in [Preset::Google, Preset::Apple] {
        let foreign = fault(preset, &|o| o.issuer = "https://op.example".to_owned());
        assert_eq!(foreign, Some(ProviderFault::PresetIssuer));
        assert_eq!(fault(preset, &|_| {}), None, "a stand-in on this machine");
    }
    for id in ["", "a b", "é"] {
        assert_eq!(other(&|o| o.client_id = id.to_owned()), Some(ProviderFault::ClientId));
        assert_eq!(
            other(&|o| o.native_client_ids = vec![id.to_owned()]),
            Some(ProviderFault::NativeClientId)
        );
        assert_eq!(other(&|o| o.scopes = vec![id.to_owned()]), Some(ProviderFault::Scope));
    }
    for uri in ["", "/callback", "app:/callback", "https://service.example/#a"] {
        assert_eq!(
            other(&|o| o.redirect_uri = uri.to_owned()),
            Some(ProviderFault::RedirectUri),
            "{uri}"
        );
    }
    let empty = other(&|o| {
        o.secret = verifiers::federated::ClientSecret::Static(zeroize::Zeroizing::new(String::new()));
    });
    assert_eq!(empty, Some(ProviderFault::Secret));
}

/// security.md I12: whatever goes wrong, nothing of it tells a code, a token or a secret.
#[tokio::test]
async fn i12_no_error_tells_what_was_presented() {
    let house = house();
    let echo = Answer::Status(400, json!({"error": format!("{CODE} {}", house.trip.nonce())}));
    let mut said = String::new();
    for answer in [echo, Answer::Json(json!({"id_token": house.token("other")})), Answer::HangUp] {
        house.hostile.put("/token", answer);
        let why: Redeem = problem(house.redeem().await);
        said.push_str(&format!("{why} {why:?}"));
    }
    let token = house.token("other");
    let secrets = [CODE, crate::house::SECRET, house.trip.nonce(), house.trip.state(), &token];
    for secret in secrets {
        assert!(!said.contains(secret), "{said}");
    }
    assert!(said.len() > 60, "{said}");
}
