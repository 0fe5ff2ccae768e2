//! What a stranger can learn from the way back: nothing. Every address is answered alike, byte for byte.
//!
//! H1, I13 and I32 over the reset, the numbers and another address, also at addresses in unusual states.

use std::collections::BTreeSet;

use serde_json::json;

use crate::strangers::masked;
use crate::support::{Browser, House, OTHER_PASSWORD};

const MEMBER: &str = "aaaa@example.jp";
const NOBODY: &str = "bbbb@example.jp";
const SUSPENDED: &str = "cccc@example.jp";
const FORMER: &str = "dddd@example.jp";
const MOVED: &str = "eeee@example.jp";
const COOLING: &str = "ffff@example.jp";
const LOCKED: &str = "gggg@example.jp";
const VOID: &str = "hhhh@example.jp";
const ALL: [&str; 8] = [MEMBER, NOBODY, SUSPENDED, FORMER, MOVED, COOLING, LOCKED, VOID];

/// A house with an address in every state there is.
async fn peopled() -> House {
    let mut house = House::open().await;
    house.registered(MEMBER).await;
    house.registered(SUSPENDED).await;
    house.suspend(SUSPENDED).await;
    let mut moved = house.registered(FORMER).await;
    moved.post("/account/methods/email", &[("email", MOVED)]).await.is(303);
    let code = house.code(MOVED).await;
    moved.post("/account/methods/email/code", &[("code", &code)]).await.is(303);
    house.registered(COOLING).await;
    let mut cooling = house.browser();
    house.verified(&mut cooling, COOLING).await;
    house.registered(LOCKED).await;
    for _ in 0..10 {
        house.browser().sign_in(LOCKED, "wrong").await.is(422);
    }
    let mut void = house.registered(VOID).await;
    void.sign_in(VOID, crate::support::PASSWORD).await.is(303);
    let number = house.digits(VOID, "New sign-in").await;
    void.post("/not-me", &[("email", VOID), ("number", &number)]).await.leads_to("/not-me/done");
    house
}

/// A visitor of a network of its own, so that no address is answered by the tries of another.
fn stranger(house: &House, number: usize) -> Browser {
    let mut browser = house.browser();
    browser.peer = format!("198.51.100.{number}:50000").parse().expect("an address");
    browser
}

/// H1, R-RESET-1, R-RESET-6, I13: on every step, until the tries are used up.
#[tokio::test]
async fn h1_the_reset_answers_alike_for_every_address_on_every_step() {
    let house = peopled().await;
    let mut answers = BTreeSet::new();
    for (number, address) in ALL.into_iter().enumerate() {
        let mut browser = stranger(&house, number + 1);
        let fields = [("form", "A"), ("password", OTHER_PASSWORD)];
        let mut all = vec![
            browser.get("/reset").await,
            browser.post("/reset", &[("email", address)]).await,
            browser.get("/reset/code").await,
            browser.post("/reset/code", &[("code", "")]).await,
            browser.get("/reset/password").await,
            browser.post("/reset/password", &fields).await,
            browser.post("/reset", &[("email", address)]).await,
            browser.get("/reset/code?again=1").await,
        ];
        for _ in 0..11 {
            all.push(browser.post("/reset/code", &[("code", "123456789012")]).await);
        }
        all.push(browser.post("/reset", &[("email", address)]).await);
        let app = house.app();
        let asked = app.post("/api/v1/reset", json!({"email": address})).await;
        let flow = asked.is(200).json()["flow"].clone();
        all.push(asked);
        let again = json!({"email": address, "flow": flow});
        let again = app.post("/api/v1/reset", again).await;
        let flow = again.is(200).json()["flow"].clone();
        all.push(again);
        let wrong = json!({"flow": flow, "code": "123456789012"});
        all.push(app.post("/api/v1/reset/verify", wrong).await);
        let early = json!({"flow": flow, "form": "A".repeat(43), "password": OTHER_PASSWORD});
        all.push(app.post("/api/v1/reset/password", early).await);
        answers.insert(all.iter().map(|answer| masked(answer, address)).collect::<Vec<_>>());
    }
    assert_eq!(answers.len(), 1, "{answers:#?}");
    let told = answers.first().expect("answers").concat();
    for word in ["not right", "too many wrong entries", "invalid-code", "flow-expired"] {
        assert!(told.contains(word), "{word} is not in {told}");
    }
    house.close().await;
}

/// H1: registering at an address that was an account's until lately is answered like at any.
#[tokio::test]
async fn h1_registration_answers_alike_in_every_state_of_an_address() {
    let house = peopled().await;
    let mut answers = BTreeSet::new();
    for (number, address) in ALL.into_iter().enumerate() {
        let mut browser = stranger(&house, number + 1);
        let all = [
            browser.post("/signup/email", &[("email", address)]).await,
            browser.get("/signup/code").await,
            browser.post("/signup/code", &[("code", "123456789012")]).await,
        ];
        answers.insert(all.map(|answer| masked(&answer, address)));
    }
    assert_eq!(answers.len(), 1, "{answers:#?}");
    house.close().await;
}

/// H1, I32: also where numbers of an address are good, used or were never made.
#[tokio::test]
async fn h1_wrong_numbers_are_answered_alike_for_every_address() {
    let mut house = peopled().await;
    house.browser().sign_in(MEMBER, crate::support::PASSWORD).await.is(303);
    let mut answers = BTreeSet::new();
    for (number, address) in ALL.into_iter().enumerate() {
        let mut browser = stranger(&house, number + 1);
        let app = house.app();
        let mut all = Vec::new();
        for path in ["/not-me", "/undo"] {
            all.push(browser.get(path).await);
            for typed in ["1234567890123456", "123456789012", ""] {
                let fields = [("email", address), ("number", typed)];
                all.push(browser.post(path, &fields).await);
                let body = json!({"email": address, "number": typed});
                all.push(app.post(&format!("/api/v1{path}"), body).await);
            }
            all.push(browser.get(&format!("{path}/done")).await);
        }
        answers.insert(all.iter().map(|answer| masked(answer, address)).collect::<Vec<_>>());
    }
    assert_eq!(answers.len(), 1, "{answers:#?}");
    // The members have lost nothing by it.
    house.letter(MEMBER, "New sign-in").await;
    house.close().await;
}

/// H1, R-METHOD-4: a member learns of no address whether it is on an account, or was.
#[tokio::test]
async fn h1_a_members_new_address_is_answered_alike_whoever_has_it() {
    let mut house = peopled().await;
    let mut answers = BTreeSet::new();
    let curious = house.registered("curious@example.jp").await;
    let mut app = house.app();
    app.sign_in("curious@example.jp", crate::support::PASSWORD).await.is(200);
    for (number, address) in ALL.into_iter().enumerate() {
        let mut browser = curious.clone();
        browser.peer = stranger(&house, number + 1).peer;
        let all = [
            browser.post("/account/methods/email", &[("email", address)]).await,
            browser.get("/account/methods/email/code").await,
            browser.post("/account/methods/email/code", &[("code", "123456789012")]).await,
            browser.post("/account/methods/email", &[("email", address)]).await,
            app.post("/api/v1/account/methods/email", json!({"email": address})).await,
        ];
        answers.insert(all.map(|answer| masked(&answer, address)));
    }
    assert_eq!(answers.len(), 1, "{answers:#?}");
    house.close().await;
}

/// H1 at the one place where an address may look different: the browser that has verified. The cookie alone, moved to
/// another browser, is that browser; without it, nothing is told.
#[tokio::test]
async fn r_reset_6_the_wait_is_nobody_elses_to_hear() {
    let mut house = House::open().await;
    house.registered(MEMBER).await;
    let mut owner = house.browser();
    house.verified(&mut owner, MEMBER).await;
    let app = house.app();
    let asked = app.post("/api/v1/reset", json!({"email": MEMBER})).await;
    let flow = asked.is(200).json()["flow"].clone();
    let again = json!({"email": MEMBER, "flow": flow});
    app.post("/api/v1/reset", again).await.is(200);
    let verified = json!({"email": MEMBER, "flow": owner.cookie("genkan-flow")});
    app.post("/api/v1/reset", verified).await.problem(429, "code-cooldown");
    house.close().await;
}
