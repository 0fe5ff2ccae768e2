//! Passkeys on pages: added, signed in with, shown again, named, removed and declined (R-PASSKEY, security.md 1G).

use accounts::{Millis, Policy};
use http::Method;
use serde_json::Value;
use web::WebOptions;

use crate::authenticator::Authenticator;
use crate::support::{Answer, Browser, House, ORIGIN, PASSWORD, Setup};

const HANAKO: &str = "hanako@example.jp";
const TARO: &str = "taro@example.jp";
const ADD: &str = "/account/methods/passkeys/add";

/// What the page's script would be answered.
async fn options(browser: &mut Browser, path: &str) -> Value {
    let asked = browser.post(path, &[]).await;
    assert_eq!(asked.is(200).header("content-type"), Some("application/json"));
    asked.json()
}

async fn adds(browser: &mut Browser, authenticator: &mut Authenticator) -> Answer {
    let asked = options(browser, &format!("{ADD}/options")).await;
    let credential = authenticator.create(&asked).to_string();
    browser.post(ADD, &[("credential", &credential)]).await
}

async fn signs_in(browser: &mut Browser, authenticator: &Authenticator) -> Answer {
    let asked = options(browser, "/signin/passkey/options").await;
    let credential = authenticator.show(&asked).to_string();
    browser.post("/signin/passkey", &[("credential", &credential)]).await
}

/// A house that offers passkeys beside address and password.
async fn open() -> House {
    with(Policy::default()).await
}

async fn with(policy: Policy) -> House {
    let mut web = WebOptions::at(ORIGIN);
    web.methods = vec!["email".to_owned(), "passkey".to_owned()];
    House::with(Setup { policy, web, ..Setup::default() }).await
}

/// A house, a member who is signed in, and a passkey of theirs.
async fn with_passkey() -> (House, Browser, Authenticator) {
    let mut house = open().await;
    let mut browser = house.registered(HANAKO).await;
    let mut authenticator = Authenticator::new(b"hanako's phone, 1");
    adds(&mut browser, &mut authenticator).await.leads_to("/account/methods?notice=passkey-added");
    (house, browser, authenticator)
}

/// R-PASSKEY-1: added on the list of methods, and from then on it signs in without an address. Every address is told of
/// the passkey, and the contact of the sign-in (R-METHOD-3, R-SIGNIN-5).
#[tokio::test]
async fn r_passkey_1_a_passkey_is_added_and_signs_in_without_an_address() {
    let (mut house, mut browser, authenticator) = with_passkey().await;
    let list = browser.get("/account/methods?notice=passkey-added").await;
    list.is(200).says("data-signal=\"account\"").says(&authenticator.user());
    house.letter(HANAKO, "sign-in method has been added").await;
    let mut other = house.browser();
    other.get("/signin").await.is(200).says("data-passkey=\"get\"");
    signs_in(&mut other, &authenticator).await.leads_to("/account");
    assert_eq!(other.cookie("genkan-last"), "passkey");
    let notice = house.letter(HANAKO, "New sign-in").await;
    assert!(notice.text.contains("Passkey"), "{}", notice.text);
    other.get("/account/activity").await.is(200).says("Passkey");
}

/// R-SIGNIN-7: back to where the person came from.
#[tokio::test]
async fn r_signin_7_a_passkey_leads_back_to_where_it_was_asked_for() {
    let (house, _, authenticator) = with_passkey().await;
    let mut other = house.browser();
    let asked = options(&mut other, "/signin/passkey/options").await;
    let credential = authenticator.show(&asked).to_string();
    let form = [("credential", credential.as_str()), ("return_to", "/account/sessions")];
    other.post("/signin/passkey", &form).await.leads_to("/account/sessions");
    let form = [("credential", credential.as_str()), ("return_to", "https://evil.example")];
    house.browser().post("/signin/passkey", &form).await.is(422);
}

/// security.md G8: a question is answered once, in the browser it was asked in, for what it was asked for, in time.
#[tokio::test]
async fn g8_a_question_is_answered_once_here_for_this_and_in_time() {
    let (house, mut member, authenticator) = with_passkey().await;
    let mut other = house.browser();
    let asked = options(&mut other, "/signin/passkey/options").await;
    let credential = authenticator.show(&asked).to_string();
    let form = [("credential", credential.as_str())];
    house.browser().post("/signin/passkey", &form).await.is(422).says("/signin/passkey");
    other.clone().post("/signin/passkey", &form).await.leads_to("/account");
    // The same browser, before it took the session: the answer was given already.
    other.post("/signin/passkey", &form).await.is(422);
    // What was asked as a fresh proof signs nobody in, and the other way round.
    let proof = options(&mut member, "/proof/passkey/options").await;
    let shown = authenticator.show(&proof).to_string();
    let mut copy = house.browser();
    copy.cookies.insert("genkan-trip".to_owned(), member.cookie("genkan-trip"));
    copy.post("/signin/passkey", &[("credential", &shown)]).await.is(422);
    let signin = options(&mut copy, "/signin/passkey/options").await;
    member.cookies.insert("genkan-trip".to_owned(), copy.cookie("genkan-trip"));
    let shown = authenticator.show(&signin).to_string();
    let told = member.post("/proof/passkey", &[("credential", &shown)]).await;
    told.leads_to("/proof?return_to=/account&error=passkey-expired");
    let asked = options(&mut other, "/signin/passkey/options").await;
    let credential = authenticator.show(&asked).to_string();
    house.clock.advance(Millis::minutes(5));
    other.post("/signin/passkey", &[("credential", &credential)]).await.is(422);
}

/// security.md G1 and G7, R-PASSKEY-5: what was made for one session is nobody else's, and a credential id that exists is
/// refused whoever brings it; its owner's sign-in still works.
#[tokio::test]
async fn g1_g7_a_passkey_is_added_by_the_session_that_asked_and_once() {
    let (mut house, mut hanako, mut authenticator) = with_passkey().await;
    let mut taro = house.registered(TARO).await;
    // The question asked in one session, answered in another, with the browser's secret taken along.
    let asked = options(&mut hanako, &format!("{ADD}/options")).await;
    let mut second = Authenticator::new(b"a second one");
    let made = second.create(&asked).to_string();
    taro.cookies.insert("genkan-trip".to_owned(), hanako.cookie("genkan-trip"));
    taro.post(ADD, &[("credential", &made)]).await.is(422);
    // The same credential id for another account, and for the same one.
    let mut same = Authenticator::new(&authenticator.id);
    adds(&mut taro, &mut same).await.is(422).says("already");
    let mut again = Authenticator::new(&authenticator.id);
    adds(&mut hanako, &mut again).await.is(422);
    signs_in(&mut house.browser(), &authenticator).await.leads_to("/account");
    signs_in(&mut house.browser(), &same).await.is(422);
    authenticator.origin = "http://evil.example".to_owned();
    signs_in(&mut house.browser(), &authenticator).await.is(422);
}

/// security.md G5, I27: a counter that has not moved ahead is a copy's.
#[tokio::test]
async fn g5_a_counter_that_goes_back_is_refused() {
    let mut house = open().await;
    let mut browser = house.registered(HANAKO).await;
    let mut authenticator = Authenticator::new(b"one that counts");
    authenticator.counter = 7;
    adds(&mut browser, &mut authenticator).await.is(303);
    for (counter, status) in [(7, 422), (6, 422), (0, 422), (8, 303), (8, 422), (900, 303), (9, 422)] {
        authenticator.counter = counter;
        signs_in(&mut house.browser(), &authenticator).await.is(status);
    }
    browser.get("/account/activity").await.is(200).says("may have been copied");
}

/// R-PASSKEY-2, security.md G4: without the person verified it neither signs in nor is it added.
#[tokio::test]
async fn r_passkey_2_g4_the_person_is_verified_at_every_sign_in_and_every_ordinary_creation() {
    let (house, mut browser, mut authenticator) = with_passkey().await;
    authenticator.flags = 0x01;
    signs_in(&mut house.browser(), &authenticator).await.is(422);
    authenticator.flags = 0x04;
    signs_in(&mut house.browser(), &authenticator).await.is(422);
    let mut second = Authenticator::new(b"one without a lock");
    second.flags = 0x01;
    adds(&mut browser, &mut second).await.is(422);
    // security.md G10: synced without being syncable, and one that changes its mind.
    authenticator.flags = 0x05 | 0x10;
    signs_in(&mut house.browser(), &authenticator).await.is(422);
    authenticator.flags = 0x05 | 0x08;
    signs_in(&mut house.browser(), &authenticator).await.is(422);
    authenticator.flags = 0x05;
    signs_in(&mut house.browser(), &authenticator).await.leads_to("/account");
}

/// The browser's silent upgrade after a sign-in with the password may lack it; anywhere else it may not.
#[tokio::test]
async fn r_passkey_2_a_silent_upgrade_comes_after_the_password_alone() {
    let mut house = open().await;
    house.registered(HANAKO).await;
    let mut browser = house.browser();
    let form = [("email", HANAKO), ("password", PASSWORD), ("passkey", "capable")];
    browser.post("/signin/email", &form).await.leads_to("/account/passkey-offer");
    browser.get("/account/passkey-offer").await.is(200).says("data-upgrade");
    let asked = browser.post("/account/passkey-offer/options", &[("mediation", "conditional")]).await;
    let mut silent = Authenticator::new(b"made without asking");
    silent.flags = 0;
    let credential = silent.create(&asked.is(200).json()).to_string();
    let form = [("credential", credential.as_str()), ("mediation", "conditional")];
    browser
        .post("/account/passkey-offer", &form)
        .await
        .leads_to("/account/methods?notice=passkey-added");
    // To sign in it verifies the person like any other.
    signs_in(&mut house.browser(), &silent).await.is(422);
    silent.flags = 0x05;
    let mut by_passkey = house.browser();
    signs_in(&mut by_passkey, &silent).await.leads_to("/account");
    // Signed in by a passkey, nothing is made without asking.
    let asked =
        by_passkey.post("/account/passkey-offer/options", &[("mediation", "conditional")]).await;
    let mut another = Authenticator::new(b"another one");
    another.flags = 0;
    let credential = another.create(&asked.is(200).json()).to_string();
    let form = [("credential", credential.as_str()), ("mediation", "conditional")];
    by_passkey.post("/account/passkey-offer", &form).await.is(422);
    // What the form says of it counts for nothing.
    let asked = browser.post(&format!("{ADD}/options"), &[]).await;
    let credential = another.create(&asked.is(200).json()).to_string();
    browser
        .post("/account/passkey-offer", &[("credential", &credential), ("mediation", "conditional")])
        .await
        .is(422);
}

/// Offered to whoever has just typed the password on a device that can, has none and has not declined.
#[tokio::test]
async fn a_passkey_is_offered_until_it_is_declined_for_good() {
    let mut house = open().await;
    house.registered(HANAKO).await;
    let capable = [("email", HANAKO), ("password", PASSWORD), ("passkey", "capable")];
    let mut browser = house.browser();
    browser.sign_in(HANAKO, PASSWORD).await.leads_to("/account");
    let mut browser = house.browser();
    let back = [capable.as_slice(), &[("return_to", "/account/sessions")]].concat();
    let offered = browser.post("/signin/email", &back).await;
    offered.leads_to("/account/passkey-offer?return_to=/account/sessions");
    browser.get("/account/passkey-offer?return_to=/account/sessions").await.is(200);
    let no = [("answer", "no"), ("return_to", "/account/sessions")];
    browser.post("/account/passkey-offer", &no).await.leads_to("/account/sessions");
    browser.get("/account/passkey-offer").await.leads_to("/account");
    house.browser().post("/signin/email", &capable).await.leads_to("/account");
    // Who declined can still add one.
    let mut authenticator = Authenticator::new(b"after all");
    adds(&mut browser, &mut authenticator).await.leads_to("/account/methods?notice=passkey-added");
    house.browser().get("/account/passkey-offer").await.is(303);
}

/// R-PASSKEY-4: named and removed one by one; a removed one ends in a page that says what to do, and tells the browser.
#[tokio::test]
async fn r_passkey_4_a_passkey_is_named_and_removed_and_a_removed_one_is_no_dead_end() {
    let (mut house, mut browser, authenticator) = with_passkey().await;
    let list = browser.get("/account/methods").await;
    let (_, rest) = list.body.split_once("/account/methods/passkeys/").expect("a passkey");
    let rest = rest.split_once("/account/methods/passkeys/").map_or(rest, |(_, second)| second);
    let id = rest.split('"').next().expect("an id").to_owned();
    let page = format!("/account/methods/passkeys/{id}");
    browser.get(&page).await.is(200);
    browser.post(&page, &[("name", "")]).await.is(422);
    browser.post(&page, &[("name", &"a".repeat(65))]).await.is(422);
    browser.post(&page, &[("name", "a\u{202e}b")]).await.is(422);
    let renamed = browser.post(&page, &[("name", "<b>私の iPhone</b>")]).await;
    renamed.leads_to("/account/methods?notice=passkey-renamed");
    browser.get("/account/methods").await.says("&lt;b&gt;私の iPhone&lt;");
    // I8: somebody else's page knows nothing of it.
    let mut taro = house.registered(TARO).await;
    taro.get(&page).await.is(404);
    taro.post(&page, &[("name", "mine")]).await.is(404);
    taro.post("/account/methods/remove", &[("method", &id)]).await.is(404);
    let remove = browser.get(&format!("/account/methods/remove?method={id}")).await;
    remove.is(200).says("私の iPhone");
    browser
        .post("/account/methods/remove", &[("method", &id)])
        .await
        .leads_to("/account/methods?notice=passkey-removed");
    house.letter(HANAKO, "sign-in method has been removed").await;
    let refused = signs_in(&mut house.browser(), &authenticator).await;
    refused.is(422).says("data-signal=\"unknown\"").says("data-unknown=");
    browser.get(&page).await.is(404);
}

/// R-METHOD-3, R-PASSKEY-2: adding and removing need a fresh proof; a passkey is one.
#[tokio::test]
async fn r_method_3_a_passkey_is_a_fresh_proof_and_needs_one_to_be_added() {
    let (house, mut browser, authenticator) = with_passkey().await;
    house.clock.advance(Millis::minutes(10));
    browser.get(ADD).await.leads_to(&format!("/proof?return_to={ADD}"));
    let asked = browser.post(&format!("{ADD}/options"), &[]).await;
    assert_eq!(asked.is(403).json()["problem"], "expired");
    let proof = browser.get(&format!("/proof?return_to={ADD}")).await;
    proof.is(200).says("/proof/passkey/options");
    let asked = options(&mut browser, "/proof/passkey/options").await;
    let shown = authenticator.show(&asked).to_string();
    browser.post("/proof/passkey", &[("credential", &shown), ("return_to", ADD)]).await.leads_to(ADD);
    browser.get(ADD).await.is(200);
    let asked = browser.post(&format!("{ADD}/options"), &[]).await.is(200).json();
    assert_eq!(asked["excludeCredentials"].as_array().map(Vec::len), Some(1));
}

/// R-LOCK-5, R-LOCK-7: a lock refuses no passkey; a suspension does, and is told only then.
#[tokio::test]
async fn r_lock_5_and_7_a_lock_refuses_no_passkey_and_a_suspension_does() {
    let (house, _, authenticator) = with_passkey().await;
    let mut stranger = house.browser();
    for _ in 0..10 {
        stranger.sign_in(HANAKO, "not the password").await;
    }
    stranger.sign_in(HANAKO, PASSWORD).await.is(403);
    signs_in(&mut house.browser(), &authenticator).await.leads_to("/account");
    house.suspend(HANAKO).await;
    signs_in(&mut house.browser(), &authenticator).await.is(403);
}

/// R-PASSKEY, "default cap 20".
#[tokio::test]
async fn an_account_has_so_many_passkeys_and_no_more() {
    let policy = Policy { passkeys: 2, ..Policy::default() };
    let mut house = with(policy).await;
    let mut browser = house.registered(HANAKO).await;
    for id in [b"first", b"other"] {
        adds(&mut browser, &mut Authenticator::new(id))
            .await
            .leads_to("/account/methods?notice=passkey-added");
    }
    browser.get(ADD).await.is(200).says("2");
    let asked = browser.post(&format!("{ADD}/options"), &[]).await;
    assert_eq!(asked.is(409).json()["problem"], "too-many");
    browser.get("/account/methods/add").await.is(200).says("2");
}

/// No GET changes anything (R-SIGNIN-10), and another site asks for nothing (security.md E10).
#[tokio::test]
async fn r_signin_10_nothing_is_asked_by_a_get_or_by_another_site() {
    let (house, mut browser, _) = with_passkey().await;
    for path in ["/signin/passkey/options", "/proof/passkey/options", &format!("{ADD}/options")] {
        browser.get(path).await.is(405);
        let mut elsewhere = browser.clone();
        elsewhere.set("sec-fetch-site", "cross-site");
        elsewhere.post(path, &[]).await.is(403);
        let head = browser.request(Method::HEAD, path).body(axum::body::Body::empty());
        browser.send(head.expect("a request")).await.is(405);
    }
    // Without the script the form brings nothing, and the page says what is needed.
    house.browser().post("/signin/passkey", &[("credential", "")]).await.leads_to("/signin/passkey");
    house.browser().get("/signin/passkey").await.is(200).says("<noscript>");
    house.browser().get("/signin/passkey?problem=cancelled").await.is(200);
    house.browser().get("/signin/passkey?problem=%3Cb%3E").await.is(200);
}

/// security.md G6: the options are alike for everybody, but for the challenge.
#[tokio::test]
async fn g6_the_options_name_nobody() {
    let (house, _, _) = with_passkey().await;
    let mut first = options(&mut house.browser(), "/signin/passkey/options").await;
    let mut second = options(&mut house.browser(), "/signin/passkey/options").await;
    assert_ne!(first["challenge"], second["challenge"]);
    first["challenge"].take();
    second["challenge"].take();
    assert_eq!(first, second);
}
