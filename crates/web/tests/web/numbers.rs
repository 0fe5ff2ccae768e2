//! Numbers from mails: "this was not me" and the undo, by pages and by the API.
//!
//! R-SIGNIN-6 and R-METHOD-10 through HTTP. What a stranger can see of it is in `way_back`.

use accounts::Millis;
use serde_json::json;

use crate::support::{Browser, House, OTHER_PASSWORD, PASSWORD};

const HANAKO: &str = "hanako@example.jp";
const THIEF: &str = "thief@example.jp";

async fn enter(
    browser: &mut Browser,
    path: &str,
    address: &str,
    number: &str,
) -> crate::support::Answer {
    browser.post(path, &[("email", address), ("number", number)]).await
}

/// Back in by the reset, with another password.
async fn reset(house: &mut House, address: &str) -> Browser {
    let mut browser = house.browser();
    house.verified(&mut browser, address).await;
    let form = browser.get("/reset/password").await.is(200).hidden("form");
    let fields = [("form", form.as_str()), ("password", OTHER_PASSWORD)];
    browser.post("/reset/password", &fields).await.leads_to("/account?notice=password-changed");
    browser
}

/// R-SIGNIN-6, R-SESSION-2.
#[tokio::test]
async fn r_signin_6_the_number_of_a_sign_in_mail_ends_everything_at_once_and_signs_nobody_in() {
    let mut house = House::open().await;
    let mut owner = house.registered(HANAKO).await;
    let mut thief = house.app();
    thief.sign_in(HANAKO, PASSWORD).await.is(200);
    let number = house.digits(HANAKO, "New sign-in").await;
    let mut elsewhere = house.browser();
    elsewhere.sign_in(HANAKO, PASSWORD).await.leads_to("/account");
    let mut anywhere = house.browser();
    anywhere.get("/not-me").await.is(200).says("name=\"number\"");
    thief.get("/api/v1/session").await.is(200);
    let done = enter(&mut anywhere, "/not-me", "Hanako@example.jp", &number).await;
    assert!(done.leads_to("/not-me/done").set_cookies().is_empty());
    anywhere.get("/not-me/done").await.is(200).says("href=\"/reset\"");
    thief.get("/api/v1/session").await.problem(401, "unauthenticated");
    thief.get("/api/v1/account").await.problem(401, "unauthenticated");
    for mut browser in [owner.clone(), elsewhere.clone()] {
        browser.get("/account").await.leads_to("/signin?return_to=/account");
    }
    thief.sign_in(HANAKO, PASSWORD).await.problem(401, "invalid-credentials");
    // What the house has ended is not expired by hand: the browser hears of it when it asks (and may be known no more).
    owner.sign_in(HANAKO, PASSWORD).await.is(422);
    house.letter(HANAKO, "All devices have been signed out").await;
    reset(&mut house, HANAKO).await.get("/account").await.is(200);
    house.close().await;
}

/// R-SIGNIN-6: single-use, for 7 days, for this one thing, with this one address; a double click is no error.
#[tokio::test]
async fn r_signin_6_a_number_is_good_once_for_its_address_and_its_week() {
    let mut house = House::open().await;
    house.registered(HANAKO).await;
    house.registered(THIEF).await;
    let mut browser = house.browser();
    browser.sign_in(HANAKO, PASSWORD).await.leads_to("/account");
    let number = house.digits(HANAKO, "New sign-in").await;
    for (path, address, typed) in [
        ("/undo", HANAKO, number.as_str()),
        ("/not-me", THIEF, &number),
        ("/not-me", "nobody@example.jp", &number),
        ("/not-me", HANAKO, "1234 5678 9012 3456"),
        ("/not-me", HANAKO, ""),
    ] {
        let wrong = enter(&mut house.browser(), path, address, typed).await;
        wrong.is(422).says("id=\"number-error\"").says(&format!("value=\"{address}\""));
        wrong.says("The address or the number is not right");
    }
    let odd = enter(&mut house.browser(), "/not-me", "no address", &number).await;
    odd.is(422).says("id=\"email-error\"").says("value=\"no address\"");
    browser.get("/account").await.is(200);
    house.clock.advance(Millis::days(7));
    let late = enter(&mut house.browser(), "/not-me", HANAKO, &number).await;
    late.is(422).says("id=\"number-error\"").says("no longer valid");
    browser.sign_in(HANAKO, PASSWORD).await.leads_to("/account");
    let number = house.digits(HANAKO, "New sign-in").await;
    enter(&mut browser, "/not-me", HANAKO, &number.replace(' ', "-")).await.leads_to("/not-me/done");
    enter(&mut browser, "/not-me", HANAKO, &number).await.leads_to("/not-me/done");
    house.clock.advance(Millis::minutes(10));
    enter(&mut browser, "/not-me", HANAKO, &number).await.is(422).says("id=\"number-error\"");
    house.close().await;
}

/// R-METHOD-10: the password.
#[tokio::test]
async fn r_method_10_a_change_of_the_password_is_undone_and_neither_password_works() {
    let mut house = House::open().await;
    let mut thief = house.registered(HANAKO).await;
    let form = [("new_password", OTHER_PASSWORD)];
    thief.post("/account/password", &form).await.leads_to("/account?notice=password-changed");
    let number = house.digits(HANAKO, "Your password has been changed").await;
    let mut owner = house.browser();
    owner.get("/undo").await.is(200).says("name=\"number\"");
    enter(&mut owner, "/undo", HANAKO, &number).await.leads_to("/undo/done");
    owner.get("/undo/done").await.is(200).says("href=\"/reset\"");
    thief.get("/account").await.leads_to("/signin?return_to=/account");
    for password in [PASSWORD, OTHER_PASSWORD] {
        house.browser().sign_in(HANAKO, password).await.is(422);
    }
    house.letter(HANAKO, "has been undone").await;
    reset(&mut house, HANAKO).await.get("/account").await.is(200);
    house.close().await;
}

/// R-METHOD-8 and 10: the address, and all that came after it.
#[tokio::test]
async fn r_method_10_a_change_of_the_address_is_undone_with_everything_after_it() {
    let mut house = House::open().await;
    let mut thief = house.registered(HANAKO).await;
    thief.post("/account/methods/email", &[("email", THIEF)]).await.is(303);
    let code = house.code(THIEF).await;
    let changed = thief.post("/account/methods/email/code", &[("code", &code)]).await;
    changed.leads_to("/account/methods?notice=email-changed");
    let form = [("new_password", OTHER_PASSWORD)];
    thief.post("/account/password", &form).await.leads_to("/account?notice=password-changed");
    let number = house.digits(HANAKO, "Your email address has been changed").await;
    // The former address is answered as any, and its mailbox gets the number again and no code.
    let mut owner = house.browser();
    owner.post("/reset", &[("email", HANAKO)]).await.leads_to("/reset/code");
    let again = house.letter(HANAKO, "A number to undo a change").await;
    assert!(again.text.contains(&number), "{}", again.text);
    // It is good for the address it was sent to, and as no code.
    owner.post("/reset/code", &[("code", &number)]).await.is(422);
    enter(&mut owner, "/undo", THIEF, &number).await.is(422);
    thief.get("/account").await.is(200);
    enter(&mut owner, "/undo", HANAKO, &number).await.leads_to("/undo/done");
    thief.get("/account").await.leads_to("/signin?return_to=/account");
    thief.sign_in(THIEF, OTHER_PASSWORD).await.is(422);
    let back = house.seen(HANAKO, None).await.account.expect("an account");
    assert_eq!(back.contact_address().map(accounts::Email::as_stored), Some(HANAKO));
    assert!(house.seen(THIEF, None).await.account.is_none());
    owner.post("/reset", &[("email", THIEF)]).await.is(303);
    house.clock.advance(Millis::minutes(1));
    reset(&mut house, HANAKO).await.get("/account/profile").await.is(200).says(HANAKO);
    house.close().await;
}

/// R-METHOD-10: for 72 hours, and not a moment longer.
#[tokio::test]
async fn r_method_10_after_72_hours_a_change_stays() {
    let mut house = House::open().await;
    let mut member = house.registered(HANAKO).await;
    let form = [("new_password", OTHER_PASSWORD)];
    member.post("/account/password", &form).await.is(303);
    let number = house.digits(HANAKO, "Your password has been changed").await;
    house.clock.advance(Millis::hours(72));
    let late = enter(&mut house.browser(), "/undo", HANAKO, &number).await;
    late.is(422).says("no longer valid");
    member.get("/account").await.is(200);
    house.close().await;
}

/// The same by the API, with sentences about numbers.
#[tokio::test]
async fn an_app_enters_numbers_and_is_answered_in_the_words_of_numbers() {
    let mut house = House::open().await;
    let mut browser = house.registered(HANAKO).await;
    let mut app = house.app();
    app.sign_in(HANAKO, PASSWORD).await.is(200);
    let not_me = house.digits(HANAKO, "New sign-in").await;
    let change = json!({"new_password": OTHER_PASSWORD});
    app.post("/api/v1/account/password", change).await.is(204);
    let undo = house.digits(HANAKO, "Your password has been changed").await;
    for path in ["/api/v1/not-me", "/api/v1/undo"] {
        let wrong = json!({"email": HANAKO, "number": "1234567890123456"});
        let wrong = app.post(path, wrong).await;
        wrong.problem(422, "invalid-code");
        assert_eq!(
            wrong.json()["detail"],
            "The address or the number is not right. Please check the email with the number once more."
        );
        let odd = json!({"email": "x", "number": "1"});
        app.post(path, odd).await.problem(422, "invalid-address");
        for bad in [
            json!({"email": HANAKO}),
            json!({"email": [HANAKO], "number": "1"}),
            json!({"email": HANAKO, "number": ["1"]}),
            json!({"email": HANAKO, "number": 1}),
            json!({"email": HANAKO, "number": "1", "account_id": "1"}),
        ] {
            app.post(path, bad).await.problem(400, "invalid-request");
        }
    }
    // Each number does its own thing only.
    let swapped = json!({"email": HANAKO, "number": undo});
    app.post("/api/v1/not-me", swapped).await.problem(422, "invalid-code");
    let swapped = json!({"email": HANAKO, "number": not_me});
    app.post("/api/v1/undo", swapped).await.problem(422, "invalid-code");
    app.get("/api/v1/session").await.is(200);
    let right = json!({"email": HANAKO, "number": undo});
    app.post("/api/v1/undo", right.clone()).await.is(204);
    app.get("/api/v1/session").await.problem(401, "unauthenticated");
    app.post("/api/v1/undo", right).await.is(204);
    browser.get("/account").await.leads_to("/signin?return_to=/account");
    house.app().sign_in(HANAKO, OTHER_PASSWORD).await.problem(401, "invalid-credentials");
    reset(&mut house, HANAKO).await;
    let mut other = house.app();
    other.sign_in(HANAKO, OTHER_PASSWORD).await.is(200);
    let number = house.digits(HANAKO, "There was a new sign-in to your account.").await;
    house.app().post("/api/v1/not-me", json!({"email": HANAKO, "number": number})).await.is(204);
    other.get("/api/v1/session").await.problem(401, "unauthenticated");
    house.close().await;
}
