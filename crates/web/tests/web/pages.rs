//! Journeys through the pages, as a member walks them.
//!
//! Each begins at a door and ends where the member wanted to be, with what the mailbox got on the way.

use crate::support::{House, OTHER_PASSWORD, PASSWORD, Setup, send};
use std::time::Duration;

use accounts::{Line, Millis, Policy, Registration};
use axum::body::Body;
use http::Method;
use pages::PerLocale;
use web::{TermsOptions, WebOptions};

const HANAKO: &str = "hanako@example.jp";

#[tokio::test]
async fn a_visitor_registers_and_is_signed_in_at_once() {
    let mut house = House::open().await;
    let mut browser = house.browser();
    browser.get("/").await.leads_to("/signin");
    browser.get("/signin").await.is(200).says("/signup");
    browser.get("/signup?return_to=/novel/1").await.is(200).says("/signup/email?return_to=/novel/1");
    browser.get("/signup/email?return_to=/novel/1").await.is(200).says("value=\"/novel/1\"");
    let asked = browser.post("/signup/email", &[("email", HANAKO), ("return_to", "/novel/1")]).await;
    asked.leads_to("/signup/code");
    browser.get("/signup/code").await.is(200).says(HANAKO);
    browser.get("/signup/password").await.leads_to("/signup/code");
    let wrong = browser.post("/signup/code", &[("code", "000000000000")]).await;
    wrong.is(422).says("value=\"000000000000\"").says("code is not right");
    let code = house.code(HANAKO).await;
    browser.post("/signup/code", &[("code", &code)]).await.leads_to("/signup/password");
    browser.get("/signup/code").await.leads_to("/signup/password");
    browser.get("/signup/password").await.is(200).says(HANAKO);
    let weak = browser.post("/signup/password", &[("password", "hanako")]).await;
    weak.is(422).says("at least 8 characters");
    assert!(!weak.body.contains("value=\"hanako\""));
    let form = [("username", HANAKO), ("password", PASSWORD)];
    browser.post("/signup/password", &form).await.leads_to("/novel/1");
    browser.get("/").await.leads_to("/account");
    browser.get("/account").await.is(200);
    assert!(!browser.cookies.contains_key("genkan-flow"));
    house.letter(HANAKO, "genkan").await;
    house.close().await;
}

#[tokio::test]
async fn signing_in_leads_back_and_is_told_by_mail() {
    let mut house = House::open().await;
    house.registered(HANAKO).await;
    let mut browser = house.browser();
    browser.get("/account/profile").await.leads_to("/signin?return_to=/account/profile");
    browser
        .get("/signin/email?return_to=/account/profile")
        .await
        .is(200)
        .says("value=\"/account/profile\"");
    let wrong = browser
        .post(
            "/signin/email",
            &[("email", HANAKO), ("password", "wrong"), ("return_to", "/account/profile")],
        )
        .await;
    wrong.is(422).says("The address or password is not right").says("value=\"hanako@example.jp\"");
    assert!(!wrong.body.contains("wrong\""));
    wrong.says("value=\"/signin/email?return_to=/account/profile\"");
    let form = [("email", HANAKO), ("password", PASSWORD), ("return_to", "/account/profile")];
    browser.post("/signin/email", &form).await.leads_to("/account/profile");
    browser.get("/signin").await.leads_to("/account");
    let letter = house.letter(HANAKO, "New sign-in").await;
    assert!(letter.text.contains("192.0.2.1"), "{}", letter.text);
    let mut later = house.browser();
    later.cookies.insert("genkan-last".to_owned(), browser.cookie("genkan-last"));
    later.get("/signin").await.is(200).says("class=\"mark\"");
    house.close().await;
}

#[tokio::test]
async fn missing_passwords_and_bad_addresses_are_said_beside_their_fields() {
    let house = House::open().await;
    let mut browser = house.browser();
    browser
        .sign_in(HANAKO, "")
        .await
        .is(422)
        .says("Please enter your password")
        .says("id=\"password-error\"");
    browser
        .sign_in("no address", "x")
        .await
        .is(422)
        .says("id=\"email-error\"")
        .says("value=\"no address\"");
    let asked = browser.post("/signup/email", &[("email", "<b>@")]).await;
    asked.is(422).says("id=\"email-error\"").says("value=\"&lt;b&gt;@\"");
    house.close().await;
}

/// R-LOCK-1, R-LOCK-3, R-LOCK-4.
/// A3, A13: failed guesses are counted, the lock refuses the right password too, and leaves the owner's own be.
#[tokio::test]
async fn ten_wrong_passwords_lock_and_the_owners_device_still_gets_in() {
    let mut house = House::open().await;
    let owner = house.registered(HANAKO).await;
    let mut stranger = house.browser();
    for _ in 0..10 {
        stranger.sign_in(HANAKO, "wrong password").await.is(422);
    }
    let locked = stranger.sign_in(HANAKO, PASSWORD).await;
    locked.is(403).says("locked");
    assert!(locked.set_cookies().is_empty());
    // The lock ends no session (R-LOCK-3), and the device that is known signs in again (R-LOCK-4).
    owner.clone().get("/account").await.is(200);
    let mut same_device = owner.clone();
    same_device.cookies.remove("genkan-session");
    same_device.sign_in(HANAKO, PASSWORD).await.leads_to("/account");
    house.letter(HANAKO, "locked").await;
    house.close().await;
}

#[tokio::test]
async fn a_suspended_member_is_told_only_with_the_right_password() {
    let mut house = House::open().await;
    let mut browser = house.registered(HANAKO).await;
    house.suspend(HANAKO).await;
    browser.get("/account").await.leads_to("/signin?return_to=/account");
    browser.sign_in(HANAKO, "wrong password").await.is(422);
    browser.sign_in(HANAKO, PASSWORD).await.is(403).says("not available");
    house.close().await;
}

/// E4: the old cookie opens nothing, and the device stays known.
#[tokio::test]
async fn e4_signing_out_ends_the_session_and_keeps_the_device() {
    let mut house = House::open().await;
    let mut browser = house.registered(HANAKO).await;
    let mut stolen = browser.clone();
    let out = browser.post("/signout", &[]).await;
    out.leads_to("/signin?notice=signed-out");
    assert_eq!(out.header("clear-site-data"), Some("\"cache\""));
    assert!(!browser.cookies.contains_key("genkan-session"));
    assert!(browser.cookies.contains_key("genkan-device"));
    browser.get("/signin?notice=signed-out").await.is(200).says("role=\"status\"");
    stolen.get("/account").await.leads_to("/signin?return_to=/account");
    stolen.post("/signout", &[]).await.leads_to("/signin?notice=signed-out");
    house.close().await;
}

/// R-METHOD-3, R-METHOD-7, E3, E9.
#[tokio::test]
async fn changing_the_password_needs_a_fresh_proof_and_ends_the_other_sessions() {
    let mut house = House::open().await;
    let mut browser = house.registered(HANAKO).await;
    let mut phone = house.browser();
    phone.sign_in(HANAKO, PASSWORD).await.leads_to("/account");
    browser.get("/account/password").await.is(200).says(HANAKO);
    house.clock.advance(Millis::minutes(11));
    browser.get("/account/password").await.leads_to("/proof?return_to=/account/password");
    let unproven = browser.post("/account/password", &[("new_password", OTHER_PASSWORD)]).await;
    unproven.leads_to("/proof?return_to=/account/password");
    browser.get("/proof?return_to=/account/password").await.is(200).says("value=\"/account/password\"");
    let wrong = [("password", "wrong"), ("return_to", "/account/password")];
    browser.post("/proof", &wrong).await.is(422).says("The password is not right");
    let right = [("username", HANAKO), ("password", PASSWORD), ("return_to", "/account/password")];
    browser.post("/proof", &right).await.leads_to("/account/password");
    phone.get("/account/password").await.leads_to("/proof?return_to=/account/password");
    let weak = browser.post("/account/password", &[("new_password", "12345678")]).await;
    weak.is(422).says("id=\"new_password-error\"");
    let form = [("username", HANAKO), ("new_password", OTHER_PASSWORD)];
    browser.post("/account/password", &form).await.leads_to("/account?notice=password-changed");
    browser.get("/account?notice=password-changed").await.is(200).says("role=\"status\"");
    phone.get("/account").await.leads_to("/signin?return_to=/account");
    phone.sign_in(HANAKO, PASSWORD).await.is(422);
    phone.sign_in(HANAKO, OTHER_PASSWORD).await.leads_to("/account");
    house.close().await;
}

/// R-SESSION-2.
#[tokio::test]
async fn a_member_sees_sessions_and_devices_and_ends_them() {
    let mut house = House::open().await;
    let mut browser = house.registered(HANAKO).await;
    let mut phone = house.browser();
    phone.sign_in(HANAKO, PASSWORD).await.leads_to("/account");
    let mut tablet = house.browser();
    tablet.sign_in(HANAKO, PASSWORD).await.leads_to("/account");
    let list = browser.get("/account/sessions").await;
    list.is(200).says("iPhone").says("192.0.2.1");
    let session = value_after(&list.body, "name=\"session\" value=\"");
    browser.post("/account/sessions/end", &[("session", "nonsense")]).await.is(400);
    let nobodys = "0190a000-0000-7000-8000-000000000000";
    browser.post("/account/sessions/end", &[("session", nobodys)]).await.is(404);
    let ended = browser.post("/account/sessions/end", &[("session", &session)]).await;
    ended.leads_to("/account/sessions?notice=session-ended");
    tablet.get("/account").await.leads_to("/signin?return_to=/account");
    phone.get("/account").await.is(200);
    let others = browser.post("/account/sessions/end-others", &[]).await;
    others.leads_to("/account/sessions?notice=sessions-ended");
    phone.get("/account").await.leads_to("/signin?return_to=/account");
    let device = value_after(&list.body, "name=\"device\" value=\"");
    let forgotten = browser.post("/account/devices/forget", &[("device", &device)]).await;
    forgotten.leads_to("/account/sessions?notice=device-forgotten");
    browser.get("/account").await.is(200);
    house.close().await;
}

#[tokio::test]
async fn the_profile_is_changed_and_kept_when_it_is_refused() {
    let mut house = House::open().await;
    let mut browser = house.registered(HANAKO).await;
    let form = [("display_name", "花子 <b>"), ("locale", "ja")];
    browser.post("/account/profile", &form).await.leads_to("/account/profile?notice=profile-saved");
    browser
        .get("/account/profile?notice=profile-saved")
        .await
        .is(200)
        .says("花子 &lt;b&gt;")
        .says("role=\"status\"");
    browser.get("/account").await.says("花子 &lt;b&gt;");
    let long = "あ".repeat(51);
    let refused = browser.post("/account/profile", &[("display_name", &long), ("locale", "en")]).await;
    refused.is(422).says(&long).says("no more than 50");
    browser.post("/account/profile", &[("display_name", "x"), ("locale", "fr")]).await.is(400);
    house.close().await;
}

#[tokio::test]
async fn what_happened_is_listed_page_by_page() {
    let mut house = House::open().await;
    let mut browser = house.registered(HANAKO).await;
    for _ in 0..35 {
        browser.post("/account/profile", &[("display_name", "x"), ("locale", "ja")]).await;
        browser.post("/account/profile", &[("display_name", "y"), ("locale", "ja")]).await;
    }
    let first = browser.get("/account/activity").await;
    first.is(200);
    let older = value_after(&first.body, "/account/activity?before=");
    let second = browser.get(&format!("/account/activity?before={older}")).await;
    second.is(200);
    assert_ne!(first.body, second.body);
    // I6: a cursor that this house did not give out.
    browser.get("/account/activity?before=1%27--").await.is(400);
    house.close().await;
}

#[tokio::test]
async fn the_language_is_switched_by_a_post_and_leads_back() {
    let house = House::open().await;
    let mut browser = house.browser();
    browser.get("/signin").await.says("<html lang=\"en\">");
    let form = [("locale", "ja"), ("return_to", "/signin?return_to=%2Faccount")];
    browser.post("/language", &form).await.leads_to("/signin?return_to=%2Faccount");
    browser.get("/signin").await.says("<html lang=\"ja\">");
    let evil = [("locale", "en"), ("return_to", "//evil.example")];
    browser.post("/language", &evil).await.leads_to("/");
    browser.post("/language", &[("locale", "xx")]).await.is(400);
    browser.get("/language").await.is(405);
    house.close().await;
}

/// R-SIGNIN-11.
#[tokio::test]
async fn terms_are_accepted_at_registration_and_asked_once_when_they_change() {
    let options = |version: &str| {
        let mut options = WebOptions::at(crate::support::ORIGIN);
        let url = PerLocale::same("https://example.jp/terms");
        options.terms = Some(TermsOptions { version: version.to_owned(), url });
        options
    };
    let policy = |version: &str| Policy { terms: Some(Line::clean(version, 40)), ..Policy::default() };
    let setup = Setup { policy: policy("2"), web: options("2"), ..Setup::default() };
    let mut house = House::with(setup).await;
    let mut browser = house.browser();
    browser.post("/signup/email", &[("email", HANAKO)]).await.leads_to("/signup/code");
    let code = house.code(HANAKO).await;
    browser.post("/signup/code", &[("code", &code)]).await.leads_to("/signup/password");
    browser.get("/signup/password").await.says("https://example.jp/terms");
    let without = browser.post("/signup/password", &[("password", PASSWORD)]).await;
    without.is(422).says("id=\"terms-error\"");
    let form = [("password", PASSWORD), ("terms", "accepted")];
    browser.post("/signup/password", &form).await.leads_to("/account?notice=welcome");
    browser.get("/terms?return_to=/account").await.leads_to("/account");
    let setup = Setup { policy: policy("3"), web: options("3"), ..Setup::default() };
    let house = house.again(setup).await;
    let mut browser = house.browser();
    let form = [("email", HANAKO), ("password", PASSWORD), ("return_to", "/account/profile")];
    let asked = browser.post("/signin/email", &form).await;
    asked.leads_to("/terms?return_to=/account/profile");
    browser.get("/terms?return_to=/account/profile").await.is(200).says("value=\"/account/profile\"");
    browser.post("/terms", &[("accept", "2")]).await.is(200).says("value=\"3\"");
    let form = [("accept", "3"), ("return_to", "/account/profile")];
    browser.post("/terms", &form).await.leads_to("/account/profile");
    browser.sign_in(HANAKO, PASSWORD).await.leads_to("/account");
    house.close().await;
}

#[tokio::test]
async fn a_house_that_is_too_busy_says_when_to_come_again_and_keeps_what_was_typed() {
    let busy = Setup { hash_deadline: Duration::from_nanos(1), ..Setup::default() };
    let house = House::with(busy).await;
    let answer = house.browser().sign_in(HANAKO, PASSWORD).await;
    answer.is(503).says("It is busy").says("value=\"hanako@example.jp\"");
    assert!(answer.header("retry-after").is_some());
    let answer = house.app().sign_in(HANAKO, PASSWORD).await;
    answer.problem(503, "overloaded");
    assert_eq!(
        answer.json()["retry_after"].to_string(),
        answer.header("retry-after").unwrap_or_default()
    );
    house.close().await;
}

#[tokio::test]
async fn a_request_that_takes_too_long_is_ended() {
    let mut web = WebOptions::at(crate::support::ORIGIN);
    web.request_timeout = Duration::ZERO;
    let house = House::with(Setup { web, ..Setup::default() }).await;
    let held = house.hold_writes().await;
    let answer = house.browser().sign_in(HANAKO, PASSWORD).await;
    // It may have been done: nobody knows what came of a request that was left in the middle.
    answer.is(503).says("may have been done").says("Please wait 5 seconds");
    assert_eq!(answer.header("retry-after"), Some("5"));
    house.app().sign_in(HANAKO, PASSWORD).await.problem(503, "overloaded");
    drop(held);
    house.close().await;
}

#[tokio::test]
async fn closed_registration_is_closed_on_every_page() {
    let policy = Policy { registration: Registration::Closed, ..Policy::default() };
    let house = House::with(Setup { policy, ..Setup::default() }).await;
    let mut browser = house.browser();
    for path in ["/signup", "/signup/email", "/signup/code", "/signup/password"] {
        browser.get(path).await.is(403).says("Registration is closed");
    }
    let signin = browser.get("/signin").await;
    assert!(!signin.is(200).body.contains("/signup"));
    browser.post("/signup/email", &[("email", HANAKO)]).await.is(403);
    house.close().await;
}

#[tokio::test]
async fn a_step_without_its_flow_leads_to_the_beginning() {
    let house = House::open().await;
    let mut browser = house.browser();
    browser.get("/signup/code").await.is(410).says("/signup/email");
    browser.get("/signup/password").await.is(410);
    browser.post("/signup/code", &[("code", "1")]).await.is(410);
    browser.cookies.insert("genkan-flow".to_owned(), "A".repeat(43));
    browser.post("/signup/password", &[("password", PASSWORD)]).await.is(410);
    house.close().await;
}

#[tokio::test]
async fn asking_for_a_code_again_says_so() {
    let house = House::open().await;
    let mut browser = house.browser();
    browser.post("/signup/email", &[("email", HANAKO)]).await.leads_to("/signup/code");
    let again = browser.post("/signup/email", &[("email", HANAKO)]).await;
    again.leads_to("/signup/code?again=1");
    browser.get("/signup/code?again=1").await.is(200).says("role=\"status\"");
    house.close().await;
}

#[tokio::test]
async fn the_operators_probes_and_known_paths_answer() {
    let house = House::open().await;
    let mut browser = house.browser();
    assert_eq!(browser.get("/healthz").await.is(200).body, "ok");
    assert_eq!(browser.get("/readyz").await.is(200).body, "ok");
    house.close().await;
}

/// W3C "A Well-Known URL for Changing Passwords": the page of the change, by way of signing in; from there a
/// forgotten password is one step away.
#[tokio::test]
async fn password_managers_find_the_page_where_the_password_is_changed() {
    let mut house = House::open().await;
    let mut guest = house.browser();
    guest.get("/.well-known/change-password").await.leads_to("/account/password");
    guest.get("/account/password").await.leads_to("/signin?return_to=/account/password");
    guest.get("/signin/email?return_to=/account/password").await.is(200).says("href=\"/reset\"");
    let mut member = house.registered(HANAKO).await;
    member.get("/.well-known/change-password").await.leads_to("/account/password");
    member.get("/account/password").await.is(200).says("name=\"new_password\"");
    house.close().await;
}

/// R-SIGNIN-10, E11: GET and HEAD change nothing; no method is overridden.
#[tokio::test]
async fn e11_get_and_head_change_nothing() {
    let mut house = House::open().await;
    let mut browser = house.registered(HANAKO).await;
    let posts = [
        "/signout",
        "/account/sessions/end",
        "/account/sessions/end-others",
        "/account/devices/forget",
        "/language",
    ];
    for path in posts {
        for method in [Method::GET, Method::HEAD, Method::PUT, Method::DELETE] {
            let request = browser
                .request(method.clone(), &format!("{path}?_method=POST&locale=ja"))
                .header("x-http-method-override", "POST")
                .header("content-type", "application/x-www-form-urlencoded")
                .body(Body::from("locale=ja"))
                .expect("a request");
            let answer = send(&browser.router, request).await;
            answer.is(405);
            assert!(answer.set_cookies().is_empty());
            assert_eq!(answer.header("allow"), Some("POST"), "{method} {path}");
        }
    }
    let forms = [
        "/signin/email?email=hanako@example.jp&password=x",
        "/signup/email?email=hanako@example.jp",
        "/signup/code?code=1",
        "/proof?password=x",
        "/reset?email=hanako@example.jp",
        "/reset/code?code=1",
        "/reset/password?password=x&form=y",
        "/not-me?email=hanako@example.jp&number=1",
        "/undo?email=hanako@example.jp&number=1",
        "/account/methods/email?email=new@example.jp",
        "/account/methods/email/code?code=1",
        "/account/password?new_password=x",
    ];
    for path in forms {
        for method in [Method::GET, Method::HEAD] {
            let request = browser.request(method, path).body(Body::empty()).expect("a request");
            assert!(send(&browser.router, request).await.set_cookies().is_empty());
        }
    }
    browser.get("/account").await.is(200);
    house.close().await;
}

fn value_after(body: &str, before: &str) -> String {
    let (_, rest) = body.split_once(before).unwrap_or_else(|| panic!("no {before} in {body}"));
    rest.split('"').next().unwrap_or_default().to_owned()
}
