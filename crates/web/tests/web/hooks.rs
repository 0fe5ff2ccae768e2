//! What mail relays post, and what the person who waits for the mail reads then (R-CONTACT-4, security.md C12).

use http::Method;
use serde_json::json;
use verifiers::hook::StandardSecret;

use crate::support::{Browser, House};

const HANAKO: &str = "hanako@example.jp";
const SAID: &str = "could not be delivered";

/// Posts a message to a relay's address, signed at a time, and gives the status.
async fn post(relay: &mut Browser, path: &str, body: &str, (at, secret): (i64, &str)) -> u16 {
    let secret = StandardSecret::parse(secret).expect("a secret");
    let at = at.to_string();
    let request = relay.request(Method::POST, path);
    let request = request
        .header("webhook-id", "msg_1")
        .header("webhook-timestamp", &at)
        .header("webhook-signature", secret.sign("msg_1", &at, body.as_bytes()));
    let request = request.body(axum::body::Body::from(body.to_owned())).expect("a request");
    relay.send(request).await.status.as_u16()
}

#[tokio::test]
async fn c12_a_report_counts_with_its_signature_alone_and_the_page_says_what_is_so() {
    let mut house = House::open().await;
    let mut browser = house.browser();
    browser.set("accept-language", "en");
    browser.post("/signup/email", &[("email", HANAKO)]).await.leads_to("/signup/code");
    let letter = house.letter(HANAKO, "").await;
    let page = browser.get("/signup/code").await;
    assert!(!page.is(200).body.contains(SAID));

    let report = |recipient: &str, id: &str| {
        let data = json!({ "message_id": format!("<{id}@id.example.jp>"), "recipient": recipient,
            "report": "bounced", "words": "550 5.1.1 no such user" });
        json!({ "type": "mail.report", "data": data }).to_string()
    };
    let good = report(HANAKO, &letter.id);
    let mut relay = house.browser();
    relay.headers.clear();
    let now = house.clock.now().0 / 1_000;
    let other = "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    let own = |at| (at, HOOK_SECRET);
    let standard = "/hooks/mail/standard";
    assert_eq!(post(&mut relay, standard, &good, (now, other)).await, 400, "another's secret");
    assert_eq!(post(&mut relay, standard, &good, own(now - 301)).await, 400, "too old");
    assert_eq!(post(&mut relay, standard, "{", own(now)).await, 400, "no JSON");
    assert_eq!(post(&mut relay, "/hooks/mail/sendgrid", &good, own(now)).await, 404, "not set");
    assert_eq!(post(&mut relay, "/hooks/mail/nobody", &good, own(now)).await, 404);
    let long = " ".repeat(1_024 * 1_024 + 1);
    assert_eq!(post(&mut relay, standard, &long, own(now)).await, 413);
    // Signed well, and about no mail that was sent to that address.
    assert_eq!(post(&mut relay, standard, &report("taro@example.jp", &letter.id), own(now)).await, 200);
    let unknown = "0194f5e08a0070008000000000000001.0";
    assert_eq!(post(&mut relay, standard, &report(HANAKO, unknown), own(now)).await, 200);
    assert!(!browser.get("/signup/code").await.is(200).body.contains(SAID));

    assert_eq!(post(&mut relay, standard, &good, own(now)).await, 200);
    browser.get("/signup/code").await.is(200).says(SAID);
    browser.set("accept-language", "ja");
    browser.get("/signup/code").await.is(200).says("メールをお届けできませんでした");
    // The same for everybody who types the address, and with a wrong code.
    let mut another = house.browser();
    another.set("accept-language", "en");
    another.post("/signup/email", &[("email", HANAKO)]).await.leads_to("/signup/code");
    another.get("/signup/code").await.is(200).says(SAID);
    another.post("/signup/code", &[("code", "111122223333")]).await.says(SAID);
    // An app hears the same, also of an address that an account has, and is told nothing else than of others.
    let app = house.app();
    let asked = app.post("/api/v1/register/email", json!({ "email": HANAKO })).await;
    assert_eq!(asked.is(200).json()["mail_refused"], true);
    let other = app.post("/api/v1/register/email", json!({ "email": "taro@example.jp" })).await;
    assert_eq!(other.is(200).json()["mail_refused"], false);
    let keys = |answer: &crate::support::Answer| {
        answer.json().as_object().expect("an object").keys().cloned().collect::<Vec<_>>()
    };
    assert_eq!(keys(&asked), ["expires_at", "flow", "mail_refused"]);
    assert_eq!(keys(&other), keys(&asked));
    let reset = app.post("/api/v1/reset", json!({ "email": HANAKO })).await;
    assert_eq!(keys(reset.is(200)), ["expires_at", "flow"], "it mails only where there is an account");
    // A reset says nothing: it mails only where there is an account.
    another.post("/reset", &[("email", HANAKO)]).await;
    assert!(!another.get("/reset/code").await.body.contains(SAID));
    house.close().await;
}

/// A mail that was sent to a member's address comes back: the relay reports it.
pub(crate) async fn bounced(house: &mut House, address: &str) {
    let mut member = house.browser();
    member.sign_in(address, crate::support::PASSWORD).await.is(303);
    let letter = house.letter(address, "signed in").await;
    let data = json!({ "message_id": format!("<{}@id.example.jp>", letter.id), "recipient": address,
        "report": "bounced", "words": "550 5.1.1 no such user" });
    let body = json!({ "type": "mail.report", "data": data }).to_string();
    let mut relay = house.browser();
    relay.headers.clear();
    let at = house.clock.now().0 / 1_000;
    assert_eq!(post(&mut relay, "/hooks/mail/standard", &body, (at, HOOK_SECRET)).await, 200);
}

/// The secret of relays' messages.
const HOOK_SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/// How the house hears relays.
pub(crate) fn returns() -> engine::ReturnOptions {
    let own = StandardSecret::parse(HOOK_SECRET);
    let hooks = engine::HookKeys { own, ..engine::HookKeys::default() };
    engine::ReturnOptions { hooks, ..engine::ReturnOptions::default() }
}

/// What an account's own mails met says nothing to who types its address: to the page and to the app it is as any other.
#[tokio::test]
async fn r_contact_4_an_app_does_not_learn_from_refused_mail_who_is_registered() {
    let mut house = House::open().await;
    house.registered(HANAKO).await;
    let welcome = house.letter(HANAKO, "").await;
    let data = json!({ "message_id": format!("<{}@id.example.jp>", welcome.id), "recipient": HANAKO,
        "report": "bounced", "words": "550 5.1.1 no such user" });
    let report = json!({ "type": "mail.report", "data": data }).to_string();
    let mut relay = house.browser();
    relay.headers.clear();
    let now = house.clock.now().0 / 1_000;
    assert_eq!(post(&mut relay, "/hooks/mail/standard", &report, (now, HOOK_SECRET)).await, 200);
    let listed = house.desk.store().suppressed_counts().await.expect("counts");
    assert_eq!(listed.refused, 1, "{}", welcome.subject);
    let app = house.app();
    for address in [HANAKO, "nobody@example.jp"] {
        let asked = app.post("/api/v1/register/email", json!({ "email": address })).await;
        assert_eq!(asked.is(200).json()["mail_refused"], false, "{address}");
    }
    house.close().await;
}
