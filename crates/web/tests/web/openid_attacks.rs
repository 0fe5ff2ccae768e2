//! What attackers try at the OpenID provider (security.md 1E and 1F), each case by its name.

use accounts::Millis;
use engine::Algorithm;
use serde_json::json;

use crate::site::{
    BACK, SITE, Shows, VERIFIER, brought, claims, code, house, post, redeem, refresh, request, text,
    userinfo, value,
};
use crate::support::{House, OTHER_PASSWORD, send};

async fn exchange(house: &House, code: &str, uri: &str, verifier: &str) -> crate::support::Answer {
    let fields = [
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", uri),
        ("code_verifier", verifier),
    ];
    post(house, SITE, "/oauth/token", &fields).await
}

#[tokio::test]
async fn f1_an_address_that_is_not_the_clients_is_told_to_the_person_and_nothing_is_sent_there() {
    let (house, mut browser) = house().await;
    for uri in [
        "",
        "https://novel.example.jp/callback/",
        "https://novel.example.jp/callback?x=1",
        "https://novel.example.jp@evil.example/callback",
        "https://novel.example.jp.evil.example/callback",
        "https://evil.example/?https://novel.example.jp/callback",
        "http://novel.example.jp/callback",
        "javascript:alert(1)",
    ] {
        let answer = browser.get(&request(&[("redirect_uri", uri)])).await;
        assert!(answer.is(400).header("location").is_none(), "{uri}");
    }
    let answer = browser.get(&request(&[("client_id", "nobody")])).await;
    assert!(answer.is(400).header("location").is_none());
    house.close().await;
}

#[tokio::test]
async fn f2_pkce_can_be_left_out_or_weakened_at_neither_end() {
    let (house, mut browser) = house().await;
    let plain = [("code_challenge", VERIFIER), ("code_challenge_method", "plain")];
    let none = [("code_challenge", ""), ("code_challenge_method", "")];
    let methodless = [("code_challenge_method", "")];
    for changes in [&plain[..], &none[..], &methodless[..]] {
        let back = brought(&browser.get(&request(changes)).await);
        assert_eq!(value(&back, "error"), "invalid_request", "{changes:?}");
    }
    let given = code(&mut browser, &[]).await;
    for verifier in ["", "wrong", &VERIFIER.replace('d', "e"), crate::site::CHALLENGE] {
        exchange(&house, &given, BACK, verifier).await.is(400);
    }
    exchange(&house, &given, BACK, VERIFIER).await.is(200);
    // A client that may go without cannot be given a verifier to a code without a challenge.
    let old = [("client_id", "old-site"), ("redirect_uri", "https://old.example.jp/callback")];
    let bare = code(&mut browser, &[&old[..], &none[..]].concat()).await;
    let fields = |verifier| {
        [
            ("grant_type", "authorization_code"),
            ("code", bare.as_str()),
            ("redirect_uri", "https://old.example.jp/callback"),
            ("code_verifier", verifier),
        ]
    };
    let own = Shows::Basic("old-site", "old-secret");
    post(&house, own, "/oauth/token", &fields(VERIFIER)).await.is(400);
    let tokens = post(&house, own, "/oauth/token", &fields("")).await.is(200).json();
    let head = text(&tokens, "id_token");
    let head = claims(&format!(".{}", head.split('.').next().unwrap()));
    assert_eq!(head["alg"], "RS256");
    house.close().await;
}

#[tokio::test]
async fn f3_a_code_or_token_of_one_client_is_nothing_in_anothers_hands() {
    let (house, mut browser) = house().await;
    let thief = Shows::Basic("comic-site", "another-secret");
    let given = code(&mut browser, &[]).await;
    let fields = [
        ("grant_type", "authorization_code"),
        ("code", given.as_str()),
        ("redirect_uri", BACK),
        ("code_verifier", VERIFIER),
    ];
    post(&house, thief, "/oauth/token", &fields).await.is(400);
    redeem(&house, &given).await.is(400);
    let given = code(&mut browser, &[]).await;
    let token = text(&redeem(&house, &given).await.is(200).json(), "refresh_token");
    refresh(&house, thief, &token).await.is(400);
    refresh(&house, SITE, &token).await.is(200);
    house.close().await;
}

#[tokio::test]
async fn i24_a_code_is_redeemed_once_for_its_address_and_within_a_minute() {
    let (house, mut browser) = house().await;
    let given = code(&mut browser, &[]).await;
    exchange(&house, &given, "https://novel.example.jp/other", VERIFIER).await.is(400);
    let tokens = redeem(&house, &given).await.is(200).json();
    redeem(&house, &given).await.is(400);
    // Its second use ends what the first gave.
    userinfo(&house, &text(&tokens, "access_token")).await.is(401);
    refresh(&house, SITE, &text(&tokens, "refresh_token")).await.is(400);
    let given = code(&mut browser, &[]).await;
    house.clock.advance(Millis::seconds(60));
    redeem(&house, &given).await.is(400);
    house.close().await;
}

#[tokio::test]
async fn e3_f6_a_new_password_a_suspension_and_a_withdrawal_end_what_apps_hold() {
    for change in ["password", "suspension"] {
        let (house, mut browser) = house().await;
        let given = code(&mut browser, &[("scope", "openid offline_access")]).await;
        let tokens = redeem(&house, &given).await.is(200).json();
        userinfo(&house, &text(&tokens, "access_token")).await.is(200);
        if change == "password" {
            let fields = [("new_password", OTHER_PASSWORD)];
            browser.post("/account/password", &fields).await.is(303);
        } else {
            house.suspend("hanako@example.jp").await;
        }
        userinfo(&house, &text(&tokens, "access_token")).await.is(401);
        refresh(&house, SITE, &text(&tokens, "refresh_token")).await.is(400);
        house.close().await;
    }
}

#[tokio::test]
async fn e4_a_code_given_before_a_sign_out_gives_nothing_after_it() {
    let (house, mut browser) = house().await;
    let given = code(&mut browser, &[]).await;
    browser.post("/signout", &[]).await.is(303);
    redeem(&house, &given).await.is(400);
    house.close().await;
}

#[tokio::test]
async fn e8_no_secret_is_taken_for_one_of_another_kind() {
    let (house, mut browser) = house().await;
    let first = code(&mut browser, &[]).await;
    let tokens = redeem(&house, &first).await.is(200).json();
    let session = browser.cookies.iter().find(|(name, _)| name.ends_with("session")).unwrap().1.clone();
    let fresh = code(&mut browser, &[]).await;
    let kinds = [
        text(&tokens, "access_token"),
        text(&tokens, "refresh_token"),
        text(&tokens, "id_token"),
        session,
        fresh.clone(),
    ];
    for (n, kind) in kinds.iter().enumerate() {
        assert_eq!(userinfo(&house, kind).await.status == 200, n == 0, "{n} as an access token");
        if n != 1 {
            refresh(&house, SITE, kind).await.is(400);
        }
        if n != 4 {
            redeem(&house, kind).await.is(400);
        }
        let mut app = house.app();
        app.token = Some(kind.clone());
        let answer = app.get("/api/v1/session").await;
        assert_eq!(answer.status == 200, n == 3, "{n} as a session: {}", answer.body);
        if n != 2 {
            let asked = request(&[("prompt", "none"), ("id_token_hint", kind)]);
            let back = brought(&browser.get(&asked).await);
            assert_eq!(value(&back, "error"), "invalid_request", "{n} as a hint");
        }
    }
    house.close().await;
}

#[tokio::test]
async fn f7_f8_f9_no_token_but_the_houses_own_is_believed() {
    let (house, mut browser) = house().await;
    let given = code(&mut browser, &[]).await;
    let access = text(&redeem(&house, &given).await.is(200).json(), "access_token");
    let parts = access.split('.').collect::<Vec<_>>();
    for length in (0..access.len()).step_by(7) {
        userinfo(&house, &access[..length]).await.is(401);
    }
    let none = "eyJhbGciOiJub25lIiwidHlwIjoiYXQrand0In0";
    for bent in [
        format!("{none}.{}.", parts[1]),
        format!("{none}.{}.{}", parts[1], parts[2]),
        format!("{}.{}.", parts[0], parts[1]),
        format!("{access}.x"),
    ] {
        userinfo(&house, &bent).await.is(401);
    }
    house.close().await;
}

#[tokio::test]
async fn f10_what_is_absurdly_long_is_refused_at_once() {
    let (house, mut browser) = house().await;
    let dots = ".".repeat(60_000);
    userinfo(&house, &dots).await.is(401);
    let long = "a".repeat(20_000);
    assert_eq!(browser.get(&request(&[("scope", &long)])).await.status, 400);
    assert_eq!(browser.get(&request(&[("state", &long)])).await.status, 400);
    post(&house, SITE, "/oauth/token", &[("grant_type", "refresh_token"), ("refresh_token", &long)])
        .await
        .is(400);
    house.close().await;
}

#[tokio::test]
async fn f11_f14_no_other_kind_of_answer_or_grant_can_be_had() {
    let (house, mut browser) = house().await;
    for kind in ["token", "id_token", "id_token token", "code token", "code id_token", "none"] {
        let back = brought(&browser.get(&request(&[("response_type", kind)])).await);
        assert_eq!(value(&back, "error"), "unsupported_response_type", "{kind}");
        assert_eq!(value(&back, "state"), "a state");
    }
    for kind in [
        "password",
        "client_credentials",
        "implicit",
        "urn:ietf:params:oauth:grant-type:token-exchange",
    ] {
        let refused = post(&house, SITE, "/oauth/token", &[("grant_type", kind)]).await;
        assert_eq!(refused.is(400).json()["error"], "unsupported_grant_type", "{kind}");
    }
    for (name, error) in
        [("request", "request_not_supported"), ("request_uri", "request_uri_not_supported")]
    {
        let back = brought(&browser.get(&request(&[(name, "https://evil.example/x")])).await);
        assert_eq!(value(&back, "error"), error);
    }
    let back = brought(&browser.get(&request(&[("response_mode", "fragment")])).await);
    assert_eq!(value(&back, "error"), "invalid_request");
    house.close().await;
}

#[tokio::test]
async fn f13_what_a_site_sends_is_inert_wherever_it_comes_back() {
    let (house, mut browser) = house().await;
    let evil = "\"><script>alert(1)</script>";
    for name in ["client_id", "redirect_uri"] {
        let answer = browser.get(&request(&[(name, evil)])).await;
        assert!(!answer.is(400).body.contains("<script>alert"), "{name}");
    }
    let answer = browser.get(&request(&[("state", evil), ("scope", "nothing")])).await;
    let back = brought(&answer);
    assert_eq!((value(&back, "error"), value(&back, "state")), ("invalid_scope", evil));
    assert!(!answer.header("location").unwrap().contains('<'));
    house.close().await;
}

#[tokio::test]
async fn f16_every_answer_says_who_gives_it() {
    let (house, mut browser) = house().await;
    for changes in [("scope", "openid"), ("scope", "nothing"), ("response_type", "token")] {
        let back = brought(&browser.get(&request(&[changes])).await);
        assert_eq!(value(&back, "iss"), crate::support::ORIGIN, "RFC 9207, {changes:?}");
    }
    house.close().await;
}

#[tokio::test]
async fn e11_another_sites_form_comes_without_cookies_and_changes_nothing() {
    let (house, mut browser) = house().await;
    browser.set("origin", "https://novel.example.jp");
    browser.set("sec-fetch-site", "cross-site");
    let query = request(&[]);
    let form = query.split_once('?').unwrap().1.to_owned();
    let answer = browser.post_raw("/oauth/authorize", &form).await;
    let place = answer.is(303).header("location").unwrap().to_owned();
    assert!(place.starts_with("/oauth/authorize?client_id=novel-site"), "{place}");
    browser.unset("origin");
    browser.unset("sec-fetch-site");
    code(&mut browser, &[]).await;
    let back = brought(&browser.get(&place).await);
    assert_eq!(value(&back, "state"), "a state");
    house.close().await;
}

#[tokio::test]
async fn e12_no_other_origin_may_read_an_answer() {
    let (house, _) = house().await;
    for (method, path) in [("OPTIONS", "/oauth/token"), ("GET", "/oauth/userinfo")] {
        let request = http::Request::builder().method(method).uri(path);
        let request = request.header("origin", "https://evil.example").body(String::new().into());
        let answer = send(&house.router, request.unwrap()).await;
        assert!(answer.header("access-control-allow-origin").is_none(), "{path}");
    }
    house.close().await;
}

#[tokio::test]
async fn a_parameter_that_comes_twice_is_refused_with_the_whole() {
    let (house, mut browser) = house().await;
    let query = request(&[]);
    for twice in ["&client_id=novel-site", "&state=b", "&scope=openid"] {
        browser.get(&format!("{query}{twice}")).await.is(400);
    }
    house.close().await;
}

#[tokio::test]
async fn f4_fifty_refreshes_at_once_keep_one_grant_and_one_way_on() {
    let (house, mut browser) = house().await;
    let given = code(&mut browser, &[("scope", "openid offline_access")]).await;
    let token = text(&redeem(&house, &given).await.json(), "refresh_token");
    let all = futures_util::future::join_all((0..50).map(|_| refresh(&house, SITE, &token))).await;
    let mut next = Vec::new();
    for answer in &all {
        next.push(text(&answer.is(200).json(), "refresh_token"));
    }
    // One of them is used, and is the only way on from there; another one is a thief's.
    let winner = text(&refresh(&house, SITE, &next[17]).await.is(200).json(), "refresh_token");
    let winner = text(&refresh(&house, SITE, &winner).await.is(200).json(), "refresh_token");
    refresh(&house, SITE, &next[3]).await.is(400);
    refresh(&house, SITE, &winner).await.is(400);
    house.close().await;
}

#[tokio::test]
async fn an_id_token_is_signed_as_its_client_can_check() {
    let (house, mut browser) = house().await;
    let given = code(&mut browser, &[]).await;
    let id = text(&redeem(&house, &given).await.json(), "id_token");
    let head = claims(&format!(".{}", id.split('.').next().unwrap()));
    assert_eq!((&head["alg"], &head["typ"]), (&json!(Algorithm::Es256.name()), &json!("JWT")));
    let keys = browser.get("/.well-known/jwks.json").await.is(200).json();
    let known = keys["keys"].as_array().unwrap().iter().any(|key| key["kid"] == head["kid"]);
    assert!(known, "{keys}");
    house.close().await;
}

/// E7 for what sites hold: neither a code nor a token nor a client's secret is on disk.
#[tokio::test]
async fn e7_no_code_no_token_and_no_clients_secret_is_on_disk() {
    let (house, mut browser) = house().await;
    let code = code(&mut browser, &[("scope", "openid offline_access")]).await;
    let first = redeem(&house, &code).await.is(200).json();
    let second = refresh(&house, SITE, &text(&first, "refresh_token")).await.is(200).json();
    let Shows::Basic(_, secret) = SITE else { panic!("a secret") };
    let mut secrets = vec![code, secret.to_owned()];
    for tokens in [&first, &second] {
        secrets.extend(["access_token", "refresh_token", "id_token"].map(|name| text(tokens, name)));
    }
    let mut files = 0;
    for entry in std::fs::read_dir(&house.folder).expect("a folder") {
        let bytes = std::fs::read(entry.expect("an entry").path()).expect("a file");
        files += 1;
        for secret in &secrets {
            let found = bytes.windows(secret.len()).any(|window| window == secret.as_bytes());
            assert!(!found, "a secret is on disk");
        }
    }
    assert!(files > 0);
    house.close().await;
}
