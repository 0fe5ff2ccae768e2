//! Accounts without a password, by pages: proof, contact, the lost provider, the way back (R-METHOD-3, R-CONTACT,
//! R-RESET-8, R-WITHDRAW-2).

use accounts::{Millis, News};

use crate::methods::three_ways;
use crate::support::{House, OTHER_PASSWORD, PASSWORD};
use crate::trips::{Person, at_apple, at_google};

const HANAKO: &str = "hanako@example.jp";
const MAIL: &str = "hanako@gmail.com";
const GOOGLE: Person = at_google(MAIL);
const APPLE: Person = at_apple("a1b2@privaterelay.appleid.com");

/// R-METHOD-3: every method that can prove it is offered, and no other.
#[tokio::test]
async fn r_method_3_a_proof_is_offered_by_every_method_of_the_account() {
    let mut house = House::with(three_ways()).await;
    let mut browser = house.registered(HANAKO).await;
    let page = browser.get("/proof?return_to=/account/password").await;
    page.is(200).says("name=\"password\"");
    assert!(!page.body.contains("/signin/google"));
    house.link(&mut browser, &GOOGLE).await;
    let page = browser.get("/proof?return_to=/account/password").await;
    page.is(200).says("name=\"password\"").says("action=\"/signin/google\"").says("value=\"proof\"");
    assert!(!page.body.contains("/signin/apple"));
    // Without a password the provider alone, and no form for one that is not there.
    let mut joined = house.joined(&APPLE).await;
    let page = joined.get("/proof?return_to=/account/withdraw").await;
    page.is(200).says("action=\"/signin/apple\"").says("value=\"/account/withdraw\"");
    assert!(!page.body.contains("name=\"password\""), "{}", page.body);
    let posted = joined.post("/proof", &[("password", PASSWORD), ("return_to", "/account")]).await;
    posted.leads_to("/proof?return_to=/account");
    house.close().await;
}

/// R-METHOD-3, R-RESET-3: a void password does not stand in the way of a provider; alone it leads to the reset.
#[tokio::test]
async fn r_method_3_a_void_password_is_proven_past_by_a_provider() {
    let mut house = House::with(three_ways()).await;
    let mut browser = house.registered(HANAKO).await;
    house.link(&mut browser, &GOOGLE).await;
    let mut alone = house.registered("jiro@example.jp").await;
    // Each browser resets by itself, and stays signed in as it verifies.
    house.verified(&mut browser, HANAKO).await;
    house.verified(&mut alone, "jiro@example.jp").await;
    house.trip(&mut browser, accounts::TripErrand::SignIn, &GOOGLE).await;
    let page = browser.get("/proof?return_to=/account/methods/add").await;
    page.is(200).says("action=\"/signin/google\"");
    assert!(!page.body.contains("name=\"password\""));
    browser.get("/account/password").await.leads_to("/reset");
    house.close().await;
}

/// R-CONTACT-1, R-METHOD-3: another of one's own addresses, after a fresh proof, and both are told.
#[tokio::test]
async fn r_contact_1_another_of_ones_own_addresses_becomes_the_contact() {
    let mut house = House::with(three_ways()).await;
    let mut browser = house.registered(HANAKO).await;
    let only = browser.get("/account/profile").await;
    assert!(!only.is(200).says(HANAKO).body.contains("type=\"radio\""));
    house.link(&mut browser, &GOOGLE).await;
    house.clock.advance(Millis::minutes(10));
    let page = browser.get("/account/profile").await;
    page.is(200).says("value=\"email\" checked").says("value=\"google\"").says(MAIL);
    let choose = "/account/profile/contact";
    let first = "/proof?return_to=/account/profile";
    browser.post(choose, &[("contact", "google")]).await.leads_to(first);
    browser.get(choose).await.is(405);
    browser.post("/proof", &[("password", PASSWORD), ("return_to", "/account/profile")]).await.is(303);
    for contact in ["", "apple", "evil@example.jp"] {
        browser.post(choose, &[("contact", contact)]).await.is(422).says("id=\"contact-error\"");
    }
    let done = browser.post(choose, &[("contact", "google")]).await;
    done.leads_to("/account/profile?notice=contact-changed");
    let page = browser.get("/account/profile?notice=contact-changed").await;
    page.is(200).says("value=\"google\" checked").says("role=\"status\"");
    house.letter(HANAKO, "contact").await;
    house.letter(MAIL, "contact").await;
    house.close().await;
}

/// R-CONTACT-4: a contact that mail does not reach is said on the hub, the list and the choice.
#[tokio::test]
async fn r_contact_4_mail_that_does_not_arrive_is_said_until_it_does() {
    let house = House::with(three_ways()).await;
    let mut browser = house.joined(&APPLE).await;
    let relay = || accounts::Email::parse(APPLE.address.expect("an address")).expect("an address");
    let hub = browser.get("/account").await;
    assert!(!hub.is(200).body.contains("no longer forwards email"));
    house.heard(&APPLE, "1", News::AddressOff(relay())).await;
    for path in ["/account", "/account/methods", "/account/profile"] {
        browser.get(path).await.is(200).says("no longer forwards email");
    }
    browser.get("/account").await.is(200).says("href=\"/account/profile\"");
    house.heard(&APPLE, "2", News::AddressOn(relay())).await;
    let hub = browser.get("/account").await;
    assert!(!hub.is(200).body.contains("no longer forwards email"));
    house.close().await;
}

/// I35, D15: a method that its provider has closed proves nothing, and neither does one that is not configured.
#[tokio::test]
async fn i35_a_closed_or_unknown_provider_is_not_offered_as_a_proof() {
    let mut house = House::with(three_ways()).await;
    let mut browser = house.registered(HANAKO).await;
    house.link(&mut browser, &GOOGLE).await;
    let fuji = Person { provider: "fuji", ..at_google("hanako@fuji.example") };
    house.link(&mut browser, &fuji).await;
    let page = browser.get("/proof").await;
    assert!(!page.is(200).says("/signin/google").body.contains("/signin/fuji"), "{}", page.body);
    browser.get("/account/methods").await.is(200).says("method=fuji");
    house.heard(&GOOGLE, "1", News::Hijacked).await;
    browser.sign_in(HANAKO, PASSWORD).await.leads_to("/account");
    let page = browser.get("/proof").await;
    assert!(!page.is(200).says("name=\"password\"").body.contains("/signin/google"));
    // The only method, closed: the way on is the reset.
    let mut alone = house.joined(&APPLE).await;
    house.heard(&APPLE, "2", News::Purged).await;
    alone.get("/proof").await.is(303);
    house.close().await;
}

/// R-CONTACT-3: the page sends a test mail to the contact.
#[tokio::test]
async fn r_contact_3_a_test_mail_comes_to_the_contact() {
    let mut house = House::with(three_ways()).await;
    let mut browser = house.joined(&GOOGLE).await;
    let page = browser.get("/account/profile").await;
    page.is(200).says("action=\"/account/profile/test-mail\"");
    let sent = browser.post("/account/profile/test-mail", &[]).await;
    sent.leads_to("/account/profile?notice=test-mail-sent");
    house.letter(MAIL, "test").await;
    let guest = house.browser().post("/account/profile/test-mail", &[]).await;
    guest.leads_to("/signin?return_to=/account/profile");
    house.close().await;
}

/// R-RESET-8: the number from the mail starts a wait; after it a code sets up `email`; a sign-in would have ended it.
#[tokio::test]
async fn r_reset_8_a_lost_provider_is_waited_for_and_then_replaced() {
    let mut house = House::with(three_ways()).await;
    house.joined(&GOOGLE).await;
    let mut owner = house.browser();
    owner.post("/reset", &[("email", MAIL)]).await.leads_to("/reset/code");
    owner.get("/reset/code").await.is(200);
    let number = house.digits(MAIL, "no longer use Google").await;
    owner.get("/provider-lost").await.is(200).says("24");
    let wrong = [("email", MAIL), ("number", "0000 0000 0000 0000")];
    owner.post("/provider-lost", &wrong).await.is(422).says("id=\"number-error\"");
    let right = [("email", MAIL), ("number", number.as_str())];
    owner.post("/provider-lost", &right).await.leads_to("/provider-lost/done");
    owner.get("/provider-lost/done").await.is(200).says("24");
    owner.set("accept-language", "ja");
    owner.get("/provider-lost/done").await.is(200).says("24時間");
    owner.set("accept-language", "en");
    house.clock.advance(Millis::hours(25));
    house.verified(&mut owner, MAIL).await;
    let form = owner.get("/reset/password").await.hidden("form");
    let fields = [("password", OTHER_PASSWORD), ("form", form.as_str())];
    owner.post("/reset/password", &fields).await.is(303);
    owner.get("/account/methods").await.is(200).says("method=email");
    house.close().await;
}

/// R-WITHDRAW-1 and 2: a provider's account ends and is had back with the mailed number.
#[tokio::test]
async fn r_withdraw_2_the_mailed_number_brings_the_account_back() {
    let mut house = House::with(three_ways()).await;
    let mut browser = house.joined(&GOOGLE).await;
    browser.post("/account/withdraw", &[]).await.leads_to("/withdrawn");
    let number = house.digits(MAIL, "closed").await;
    let fields = [("email", MAIL), ("number", number.as_str())];
    browser.post("/undo", &fields).await.leads_to("/undo/restored");
    browser.get("/undo/restored").await.is(200).says("href=\"/signin\"");
    browser.set("accept-language", "ja");
    browser.get("/undo/restored").await.is(200).says("href=\"/reset\"");
    let back = house.trip(&mut browser, accounts::TripErrand::SignIn, &GOOGLE).await;
    assert!(matches!(back, accounts::Outcome::Welcome(_)), "{back:?}");
    browser.get("/account").await.is(200);
    house.close().await;
}
