//! Another address for the `email` method, by pages and by the API.
//!
//! R-METHOD-3, 4 and 8 through HTTP; rows C7, C8, E9 and I21 of the catalogue of published flaws.

use accounts::Millis;
use serde_json::json;

use crate::support::{House, PASSWORD};

const OLD: &str = "hanako@example.jp";
const NEW: &str = "hanako@example.com";
const ADDRESS: &str = "/account/methods/email";
const CODE: &str = "/account/methods/email/code";

/// R-METHOD-8: proven by a code first; until then nothing changes; the old address is told.
#[tokio::test]
async fn r_method_8_the_address_changes_when_the_new_mailbox_is_proven() {
    let mut house = House::open().await;
    let mut browser = house.registered(OLD).await;
    browser.get("/account/methods").await.is(200).says("href=\"/account/methods/email\"");
    browser.get(ADDRESS).await.is(200).says(OLD);
    browser.get(CODE).await.is(410).says("href=\"/account/methods/email\"");
    browser.post(CODE, &[("code", "1")]).await.is(410);
    let odd = browser.post(ADDRESS, &[("email", "no address")]).await;
    odd.is(422).says("id=\"email-error\"").says("value=\"no address\"").says(OLD);
    browser.post(ADDRESS, &[("email", NEW)]).await.leads_to(CODE);
    browser.get(CODE).await.is(200).says(NEW);
    browser.post(ADDRESS, &[("email", NEW)]).await.leads_to(&format!("{CODE}?again=1"));
    browser.get(&format!("{CODE}?again=1")).await.is(200).says("role=\"status\"");
    let wrong = browser.post(CODE, &[("code", "000000000000")]).await;
    wrong.is(422).says("id=\"code-error\"").says("value=\"000000000000\"");
    browser.post(CODE, &[]).await.is(422).says("id=\"code-error\"");
    house.browser().sign_in(OLD, PASSWORD).await.leads_to("/account");
    house.browser().sign_in(NEW, PASSWORD).await.is(422);
    let code = house.code(NEW).await;
    let done = browser.post(CODE, &[("code", &code)]).await;
    done.leads_to("/account/methods?notice=email-changed");
    assert!(!browser.cookies.contains_key("genkan-flow"));
    browser.get("/account/methods?notice=email-changed").await.is(200).says("role=\"status\"");
    browser.get("/account/profile").await.is(200).says(NEW);
    house.letter(OLD, "Your email address has been changed").await;
    house.letter(NEW, "Your email address has been changed").await;
    house.browser().sign_in(OLD, PASSWORD).await.is(422);
    house.browser().sign_in(NEW, PASSWORD).await.leads_to("/account");
    house.close().await;
}

/// R-METHOD-3, E9: each step needs a fresh proof, and comes back to where it was asked for.
#[tokio::test]
async fn r_method_3_each_step_needs_a_fresh_proof_and_comes_back_after_it() {
    let mut house = House::open().await;
    let mut browser = house.registered(OLD).await;
    let mut guest = house.browser();
    guest.get(ADDRESS).await.leads_to("/signin?return_to=/account/methods/email");
    guest.post(ADDRESS, &[("email", NEW)]).await.leads_to("/signin?return_to=/account/methods/email");
    guest.get(CODE).await.leads_to("/signin?return_to=/account/methods/email/code");
    house.clock.advance(Millis::minutes(10));
    let proof = |path: &str| format!("/proof?return_to={path}");
    browser.get(ADDRESS).await.leads_to(&proof(ADDRESS));
    browser.post(ADDRESS, &[("email", NEW)]).await.leads_to(&proof(ADDRESS));
    let fresh = |path| [("password", PASSWORD), ("return_to", path)];
    browser.post("/proof", &fresh(ADDRESS)).await.leads_to(ADDRESS);
    browser.post(ADDRESS, &[("email", NEW)]).await.leads_to(CODE);
    let code = house.code(NEW).await;
    house.clock.advance(Millis::minutes(10));
    browser.get(CODE).await.leads_to(&proof(CODE));
    browser.post(CODE, &[("code", &code)]).await.leads_to(&proof(CODE));
    house.browser().sign_in(NEW, PASSWORD).await.is(422);
    browser.post("/proof", &fresh(CODE)).await.leads_to(CODE);
    browser.get(CODE).await.is(200).says(NEW);
    browser.post(CODE, &[("code", &code)]).await.leads_to("/account/methods?notice=email-changed");
    house.close().await;
}

/// R-METHOD-4: a taken address is answered as a free one; only the mail to it tells.
#[tokio::test]
async fn r_method_4_a_taken_address_is_told_by_its_mail_alone() {
    let mut house = House::open().await;
    let mut browser = house.registered(OLD).await;
    house.registered(NEW).await;
    house.clock.advance(Millis::minutes(1));
    browser.post(ADDRESS, &[("email", NEW)]).await.leads_to(CODE);
    browser.get(CODE).await.is(200).says(NEW);
    let taken = house.letter(NEW, "About changing an email address").await;
    assert!(!taken.text.contains(OLD), "{}", taken.text);
    browser.post(CODE, &[("code", "000000000000")]).await.is(422).says("id=\"code-error\"");
    // Taken between the mail and the code: said once the mailbox is proven.
    let later = "later@example.jp";
    browser.post(ADDRESS, &[("email", later)]).await.is(303);
    let code = house.digits(later, "make this the new email address").await;
    house.clock.advance(Millis::minutes(1));
    house.registered(later).await;
    let refused = browser.post(CODE, &[("code", &code)]).await;
    refused.is(422).says("already registered");
    assert!(!refused.body.contains(&code));
    browser.get("/account/profile").await.is(200).says(OLD);
    house.close().await;
}

/// I21: only the session that began it goes on, also in the same browser; what was typed is not shown to others.
#[tokio::test]
async fn i21_another_session_neither_sees_nor_finishes_the_change() {
    let mut house = House::open().await;
    let mut browser = house.registered(OLD).await;
    let mut other = house.browser();
    other.sign_in(OLD, PASSWORD).await.leads_to("/account");
    let mut neighbour = house.registered("jiro@example.jp").await;
    browser.post(ADDRESS, &[("email", NEW)]).await.leads_to(CODE);
    let (flow, code) = (browser.cookie("genkan-flow"), house.code(NEW).await);
    for thief in [&mut other, &mut neighbour] {
        thief.cookies.insert("genkan-flow".to_owned(), flow.clone());
        assert!(!thief.get(CODE).await.is(410).body.contains(NEW));
        thief.post(CODE, &[("code", &code)]).await.is(410);
    }
    browser.post(CODE, &[("code", &code)]).await.leads_to("/account/methods?notice=email-changed");
    house.close().await;
}

/// C7: of two requests the older one's code proves nothing for the younger's address.
#[tokio::test]
async fn c7_a_code_proves_only_the_address_it_was_sent_to() {
    let mut house = House::open().await;
    let mut browser = house.registered(OLD).await;
    browser.post(ADDRESS, &[("email", "mine@example.jp")]).await.leads_to(CODE);
    let mine = house.code("mine@example.jp").await;
    browser.post(ADDRESS, &[("email", "victim@example.jp")]).await.is(303);
    browser.post(CODE, &[("code", &mine)]).await.is(422).says("id=\"code-error\"");
    assert!(house.seen("victim@example.jp", None).await.account.is_none());
    assert!(house.seen(OLD, None).await.account.is_some());
    house.close().await;
}

/// B9, C8, D14: one address and nothing else; no mail for what is refused.
#[tokio::test]
async fn b9_only_one_address_is_taken_and_nothing_beside_it() {
    let mut house = House::open().await;
    let mut browser = house.registered(OLD).await;
    let mut app = house.app();
    app.sign_in(OLD, PASSWORD).await.is(200);
    for body in [
        "email=a%40b.example&email=c%40d.example",
        "email[]=a%40b.example",
        "email=a%40b.example&verified=1",
    ] {
        browser.post_raw(ADDRESS, body).await.is(400);
    }
    for body in [
        json!({"email": [NEW, "evil@example.jp"]}),
        json!({"email": NEW, "email_verified": true}),
        json!({"email": NEW, "account_id": "1"}),
        json!({}),
    ] {
        app.post("/api/v1/account/methods/email", body).await.problem(400, "invalid-request");
    }
    let seen = house.seen(NEW, None).await.address.expect("an address");
    assert!(seen.challenges.is_empty());
    house.close().await;
}

/// The same by the API.
#[tokio::test]
async fn an_app_changes_the_address_with_a_fresh_proof_in_its_own_session() {
    let mut house = House::open().await;
    house.registered(OLD).await;
    house.registered("taken@example.jp").await;
    let (mut app, mut other) = (house.app(), house.app());
    app.sign_in(OLD, PASSWORD).await.is(200);
    other.sign_in(OLD, PASSWORD).await.is(200);
    let (ask, verify) = ("/api/v1/account/methods/email", "/api/v1/account/methods/email/verify");
    house.app().post(ask, json!({"email": NEW})).await.problem(401, "unauthenticated");
    app.post(ask, json!({"email": "x"})).await.problem(422, "invalid-address");
    let taken = app.post(ask, json!({"email": "taken@example.jp"})).await;
    let free = app.post(ask, json!({"email": NEW})).await;
    let members = |answer: &crate::support::Answer| {
        answer.is(200).json().as_object().map(|body| body.keys().cloned().collect::<Vec<_>>())
    };
    assert_eq!(members(&taken), members(&free));
    let flow = free.json()["flow"].clone();
    let code = house.code(NEW).await;
    let right = json!({"flow": flow, "code": code});
    house.app().post(verify, right.clone()).await.problem(401, "unauthenticated");
    let nobodys = json!({"flow": "A".repeat(43), "code": code});
    house.app().post(verify, nobodys).await.problem(401, "unauthenticated");
    other.post(verify, right.clone()).await.problem(410, "flow-expired");
    let wrong = json!({"flow": flow, "code": "000000000000"});
    app.post(verify, wrong).await.problem(422, "invalid-code");
    house.clock.advance(Millis::minutes(10));
    app.post(ask, json!({"email": NEW})).await.problem(403, "fresh-proof-required");
    app.post(verify, right.clone()).await.problem(403, "fresh-proof-required");
    app.post("/api/v1/proof/password", json!({"password": PASSWORD})).await.is(200);
    app.post(verify, right.clone()).await.is(204);
    app.post(verify, right).await.problem(410, "flow-expired");
    assert_eq!(app.get("/api/v1/account").await.is(200).json()["email"], NEW);
    // R-METHOD-7 is about the password: a change of the address ends no session.
    other.get("/api/v1/session").await.is(200);
    house.close().await;
}
