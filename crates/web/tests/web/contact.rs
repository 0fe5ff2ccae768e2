//! The question for another contact, by pages and by the API: asked at every sign-in by every method while mail does not
//! reach the contact, and never in anybody's way (R-CONTACT-4).

use accounts::{Email, Millis, News, TripErrand};
use serde_json::json;

use crate::hooks::bounced;
use crate::methods::three_ways;
use crate::support::{Browser, House, PASSWORD};
use crate::trips::{Person, at_apple, at_google};

const HANAKO: &str = "hanako@example.jp";
const MAIL: &str = "hanako@gmail.com";
const GOOGLE: Person = at_google(MAIL);
const APPLE: Person = at_apple("a1b2@privaterelay.appleid.com");
const ASKED: &str = "/account/contact?return_to=/books";
const CODE: &str = "/account/methods/email/code";

/// Somebody with address and password whose mailbox refuses mail for good.
async fn refusing() -> (House, Browser) {
    let mut house = House::with(three_ways()).await;
    let browser = house.registered(HANAKO).await;
    bounced(&mut house, HANAKO).await;
    (house, browser)
}

async fn signs_in(house: &House, return_to: &str) -> (Browser, String) {
    let mut browser = house.browser();
    let form = [("email", HANAKO), ("password", PASSWORD), ("return_to", return_to)];
    let answer = browser.post("/signin/email", &form).await;
    let path = answer.is(303).header("location").expect("a way on").to_owned();
    (browser, path)
}

/// Asked at the next sign-in and at the one after, and "later" leads to where somebody was going.
#[tokio::test]
async fn r_contact_4_later_leads_on_and_it_is_asked_again_at_the_next_sign_in() {
    let (house, _) = refusing().await;
    for _ in 0..2 {
        let (mut browser, path) = signs_in(&house, "/books").await;
        assert_eq!(path, ASKED);
        let page = browser.get(&path).await;
        page.is(200).says(HANAKO).says("value=\"later\"").says("value=\"/books\"");
        // Nothing is refused meanwhile, and no page is in the way.
        browser.get("/account").await.is(200);
        let later = [("answer", "later"), ("return_to", "/books")];
        browser.post("/account/contact", &later).await.leads_to("/books");
        let nowhere = [("answer", "later"), ("return_to", "https://evil.example/")];
        browser.post("/account/contact", &nowhere).await.leads_to("/account");
    }
    house.browser().get(ASKED).await.is(303);
    house.browser().post("/account/contact", &[("answer", "later")]).await.is(303);
    let (mut browser, _) = signs_in(&house, "/books").await;
    browser.get("/account/contact").await.is(200);
    house.close().await;
}

/// One press, and it is over.
#[tokio::test]
async fn r_contact_4_another_of_ones_addresses_is_chosen_with_one_press() {
    let (mut house, mut browser) = refusing().await;
    house.link(&mut browser, &GOOGLE).await;
    let (mut browser, path) = signs_in(&house, "/books").await;
    browser.get(&path).await.is(200).says(MAIL).says("value=\"google\"");
    for contact in ["", "apple", "evil@example.jp"] {
        let form = [("contact", contact), ("return_to", "/books")];
        browser.post("/account/contact", &form).await.is(422).says("value=\"/books\"");
    }
    let chosen = [("contact", "google"), ("return_to", "/books")];
    house.clock.advance(Millis::minutes(10));
    let proof = "/proof?return_to=/account/contact%3Freturn_to%3D/books";
    browser.post("/account/contact", &chosen).await.leads_to(proof);
    let back = [("password", PASSWORD), ("return_to", ASKED)];
    browser.post("/proof", &back).await.leads_to(ASKED);
    browser.post("/account/contact", &chosen).await.leads_to("/books");
    browser.get(ASKED).await.leads_to("/books");
    assert_eq!(signs_in(&house, "/books").await.1, "/books", "nothing is asked any more");
    house.letter(MAIL, "contact").await;
    house.close().await;
}

/// The address works again: a code is read there, nothing is changed, nobody is told of a change.
#[tokio::test]
async fn r_contact_4_a_code_read_at_the_contact_ends_the_question() {
    let (mut house, _) = refusing().await;
    let (mut browser, path) = signs_in(&house, "/books").await;
    browser.get(&path).await.is(200).says("action=\"/account/methods/email\"");
    let form = [("email", HANAKO), ("return_to", ASKED)];
    // What is typed by hand ends after a while; the mail waits as long as any other to such an address.
    house.clock.advance(Millis::minutes(9));
    browser.post("/account/methods/email", &form).await.leads_to(CODE);
    let page = browser.get(CODE).await;
    assert!(!page.is(200).says(HANAKO).body.contains("stays as it is until"));
    let code = house.code(HANAKO).await;
    browser.post(CODE, &[("code", &code)]).await.leads_to(ASKED);
    browser.get(ASKED).await.leads_to("/books");
    assert_eq!(signs_in(&house, "/books").await.1, "/books");
    let seen = house.seen(HANAKO, None).await.account.expect("an account");
    assert!(seen.changes.is_empty(), "there is nothing to undo");
    house.close().await;
}

/// Apple stops passing mail on: a method that is added comes back to the question, which then offers its address.
#[tokio::test]
async fn r_contact_4_a_method_that_is_added_is_offered_then() {
    let house = House::with(three_ways()).await;
    let mut browser = house.joined(&APPLE).await;
    let relay = Email::parse(APPLE.address.expect("an address")).expect("an address");
    house.heard(&APPLE, "1", News::AddressOff(relay)).await;
    let page = browser.get(ASKED).await;
    let add = "href=\"/account/methods/add?return_to=";
    page.is(200).says(add).says("Apple has stopped forwarding");
    assert!(!page.body.contains("name=\"contact\""), "there is no other yet");
    let add = "/account/methods/add?return_to=/account/contact%3Freturn_to%3D/books";
    let add = browser.get(add).await;
    add.is(200).says("value=\"/account/contact?return_to=/books\"");
    house.trip(&mut browser, TripErrand::Link, &GOOGLE).await;
    browser.get(ASKED).await.is(200).says("value=\"google\"");
    house.close().await;
}

/// Apps learn of it where they sign in, and of nothing where all is well.
#[tokio::test]
async fn r_contact_4_apps_are_told_what_to_ask() {
    let mut house = House::with(three_ways()).await;
    house.registered(HANAKO).await;
    let mut app = house.app();
    let well = app.sign_in(HANAKO, PASSWORD).await;
    assert!(well.is(200).json().get("attention").is_none());
    bounced(&mut house, HANAKO).await;
    let told = house.app().sign_in(HANAKO, PASSWORD).await;
    assert_eq!(told.is(200).json()["attention"], json!(["contact-bounced"]));
    house.close().await;
}
