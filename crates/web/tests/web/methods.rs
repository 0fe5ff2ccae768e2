//! The list of login methods and what is done with it, by pages (R-METHOD, R-REG-5).

use accounts::{Millis, Outcome, Policy, TripErrand};
use web::WebOptions;

use crate::support::{House, IPHONE, ORIGIN, OTHER_PASSWORD, PASSWORD, Setup};
use crate::trips::{Person, at_apple, at_google};

const HANAKO: &str = "hanako@example.jp";
const LIST: &str = "/account/methods";
const REMOVE: &str = "/account/methods/remove";
const OFFER: &str = "/account/methods/offer";
const GOOGLE: Person = at_google("hanako@gmail.com");
const APPLE: Person = at_apple("a1b2@privaterelay.appleid.com");

/// A house that offers e-mail, Google and Apple.
pub(crate) fn three_ways() -> Setup {
    let methods = ["email", "google", "apple"].map(str::to_owned).to_vec();
    Setup { web: WebOptions { methods, ..WebOptions::at(ORIGIN) }, ..Setup::default() }
}

/// R-METHOD-1 and 2: the list shows every method, and what can be added is what the account has not.
#[tokio::test]
async fn r_method_1_the_list_shows_all_and_add_offers_the_rest() {
    let mut house = House::with(three_ways()).await;
    let mut browser = house.registered(HANAKO).await;
    let add = browser.get("/account/methods/add").await;
    add.is(200).says("action=\"/signin/google\"").says("action=\"/signin/apple\"");
    assert!(!add.body.contains("href=\"/account/methods/email\""), "{}", add.body);
    house.link(&mut browser, &GOOGLE).await;
    let list = browser.get(&format!("{LIST}?notice=method-added")).await;
    list.is(200).says("role=\"status\"").says("/account/methods/remove?method=google");
    list.says("h•••@gmail.com").says("href=\"/account/methods/add\"");
    let add = browser.get("/account/methods/add").await;
    add.is(200).says("action=\"/signin/apple\"");
    assert!(!add.body.contains("/signin/google"), "{}", add.body);
    house.link(&mut browser, &APPLE).await;
    let list = browser.get(LIST).await;
    list.is(200).says("/account/methods/remove?method=apple");
    assert!(!list.body.contains("/account/methods/add"), "{}", list.body);
    let mut joined = house.joined(&at_google("jiro@gmail.com")).await;
    joined.get("/account/methods/add").await.is(200).says("href=\"/account/methods/email\"");
    house.clock.advance(Millis::minutes(10));
    browser.get("/account/methods/add").await.leads_to("/proof?return_to=/account/methods/add");
    house.close().await;
}

/// R-SIGNIN-9: the page says so before the click, and shows the way to the real browser.
#[tokio::test]
async fn r_signin_9_adding_inside_another_app_is_told_before_the_click() {
    let mut house = House::with(three_ways()).await;
    let mut browser = house.registered(HANAKO).await;
    browser.set("user-agent", &format!("{IPHONE} Line/14.0.0"));
    let page = browser.get("/account/methods/add").await;
    page.is(200).says("openExternalBrowser=1");
    browser.set("user-agent", IPHONE);
    let page = browser.get("/account/methods/add").await;
    assert!(!page.is(200).body.contains("openExternalBrowser"));
    house.close().await;
}

/// R-METHOD-3 and 5: removed with a fresh proof by a button; the contact only together with naming another.
#[tokio::test]
async fn r_method_5_the_contact_goes_only_with_a_successor() {
    let mut house = House::with(three_ways()).await;
    let mut browser = house.registered(HANAKO).await;
    house.link(&mut browser, &GOOGLE).await;
    house.link(&mut browser, &APPLE).await;
    house.clock.advance(Millis::minutes(10));
    let first = "/proof?return_to=/account/methods/remove%3Fmethod%3Demail";
    browser.get(&format!("{REMOVE}?method=email")).await.leads_to(first);
    browser.post(REMOVE, &[("method", "email")]).await.leads_to(&format!("/proof?return_to={REMOVE}"));
    browser.post("/proof", &[("password", PASSWORD), ("return_to", REMOVE)]).await.leads_to(REMOVE);
    browser.get(REMOVE).await.leads_to(LIST);
    let page = browser.get(&format!("{REMOVE}?method=email")).await;
    page.is(200).says("value=\"google\"").says("value=\"apple\"").says("hanako@gmail.com");
    let plain = browser.get(&format!("{REMOVE}?method=apple")).await;
    assert!(!plain.is(200).body.contains("type=\"radio\""));
    for contact in ["", "email", "passkey", "mixi"] {
        let refused = browser.post(REMOVE, &[("method", "email"), ("contact", contact)]).await;
        refused.is(422).says("id=\"contact-error\"");
    }
    // Opening changed nothing.
    assert!(house.seen(HANAKO, None).await.account.is_some());
    let done = browser.post(REMOVE, &[("method", "email"), ("contact", "apple")]).await;
    done.leads_to("/account/methods?notice=method-removed");
    browser.get(&format!("{LIST}?notice=method-removed")).await.is(200).says("role=\"status\"");
    browser.get("/account/profile").await.is(200).says("a1b2@privaterelay.appleid.com");
    house.letter(HANAKO, "removed").await;
    browser.post(REMOVE, &[("method", "email")]).await.is(404);
    browser.get(&format!("{REMOVE}?method=email")).await.is(404);
    browser.get(&format!("{REMOVE}?method=%3Cb%3E")).await.is(404);
    house.close().await;
}

/// R-METHOD-6: the last addressed method stays, and its page says why.
#[tokio::test]
async fn r_method_6_the_last_addressed_method_stays() {
    let house = House::with(three_ways()).await;
    let mut browser = house.joined(&GOOGLE).await;
    let page = browser.get(&format!("{REMOVE}?method=google")).await;
    page.is(200).says("href=\"/account/methods/add\"");
    assert!(!page.body.contains("action=\"/account/methods/remove\""));
    let refused = browser.post(REMOVE, &[("method", "google")]).await;
    refused.is(422).says("href=\"/account/methods/add\"");
    browser.get(LIST).await.is(200).says("method=google");
    house.close().await;
}

/// R-METHOD-2: an account that came by a provider gets address and password, proven by a code.
#[tokio::test]
async fn r_method_2_a_provider_account_adds_email_and_password() {
    const PAGE: &str = "/account/methods/email";
    let mut house = House::with(three_ways()).await;
    let mut browser = house.joined(&GOOGLE).await;
    browser.get("/account/password").await.leads_to("/account/methods/add");
    let hub = browser.get("/account").await;
    assert!(!hub.is(200).body.contains("href=\"/account/password\""));
    browser.get(PAGE).await.is(200);
    browser.get(&format!("{PAGE}/password")).await.is(410);
    browser.post(PAGE, &[("email", HANAKO)]).await.leads_to("/account/methods/email/code");
    browser.get(&format!("{PAGE}/password")).await.leads_to("/account/methods/email/code");
    browser.post(&format!("{PAGE}/password"), &[("new_password", PASSWORD)]).await.is(410);
    let code = house.digits(HANAKO, "code").await;
    let proven = browser.post(&format!("{PAGE}/code"), &[("code", &code)]).await;
    proven.leads_to("/account/methods/email/password");
    browser.get(&format!("{PAGE}/code")).await.leads_to("/account/methods/email/password");
    browser.get(&format!("{PAGE}/password")).await.is(200).says(HANAKO);
    // Nothing is there before the password.
    assert!(house.seen(HANAKO, None).await.account.is_none());
    let field = |value| [("new_password", value), ("username", HANAKO)];
    let missing = browser.post(&format!("{PAGE}/password"), &field("")).await;
    missing.is(422).says("id=\"new_password-error\"");
    let weak = browser.post(&format!("{PAGE}/password"), &field("password")).await;
    weak.is(422).says("id=\"new_password-error\"");
    let mut thief = house.joined(&at_google("thief@gmail.com")).await;
    thief.cookies.insert("genkan-flow".to_owned(), browser.cookie("genkan-flow"));
    thief.get(&format!("{PAGE}/password")).await.is(410);
    thief.post(&format!("{PAGE}/password"), &field(PASSWORD)).await.is(410);
    let done = browser.post(&format!("{PAGE}/password"), &field(PASSWORD)).await;
    done.leads_to("/account/methods?notice=password-added");
    assert!(!browser.cookies.contains_key("genkan-flow"));
    browser.get(LIST).await.is(200).says("method=email").says("method=google");
    house.browser().sign_in(HANAKO, PASSWORD).await.leads_to("/account");
    house.close().await;
}

/// R-REG-5: offered to the account that it waited for, added in one step, and then on.
#[tokio::test]
async fn r_reg_5_an_offer_is_added_in_one_step_and_leads_on() {
    let policy = Policy { fresh: Millis::minutes(5), ..Policy::default() };
    let mut house = House::with(Setup { policy, ..three_ways() }).await;
    house.registered(HANAKO).await;
    let mut browser = house.browser();
    browser.get(OFFER).await.leads_to("/signin?return_to=/account/methods/offer");
    let offered = Person { subject: "1234", ..at_google(HANAKO) };
    let made = house.trip(&mut browser, TripErrand::SignIn, &offered).await;
    assert!(matches!(made, Outcome::OfferMade { .. }), "{made:?}");
    let fields = [("email", HANAKO), ("password", PASSWORD), ("return_to", "/novel/1?page=2")];
    let there = "/account/methods/offer?return_to=/novel/1%3Fpage%3D2";
    browser.post("/signin/email", &fields).await.leads_to(there);
    let page = browser.get(there).await;
    page.is(200).says("value=\"add\"").says(HANAKO).says("value=\"/novel/1?page=2\"");
    // Another member at this browser sees nothing of it.
    let mut other = house.registered("jiro@example.jp").await;
    other.cookies.insert("genkan-flow".to_owned(), browser.cookie("genkan-flow"));
    other.get(OFFER).await.leads_to(LIST);
    other.post(OFFER, &[("answer", "add")]).await.leads_to(LIST);
    let still = browser.get(LIST).await;
    assert!(!still.is(200).body.contains("method=google"));
    browser.post(OFFER, &[("answer", "maybe")]).await.is(400);
    // A proof that has grown old is asked for, and nothing is lost.
    house.clock.advance(Millis::minutes(6));
    let answer = [("answer", "add"), ("return_to", "/novel/1?page=2")];
    let proof = browser.post(OFFER, &answer).await;
    proof.leads_to("/proof?return_to=/account/methods/offer%3Freturn_to%3D/novel/1%253Fpage%253D2");
    let fields = [("password", PASSWORD), ("return_to", there)];
    browser.post("/proof", &fields).await.leads_to(there);
    browser.post(OFFER, &answer).await.leads_to("/novel/1?page=2");
    assert!(!browser.cookies.contains_key("genkan-flow"));
    browser.get(LIST).await.is(200).says("method=google");
    browser.get(OFFER).await.leads_to(LIST);
    house.close().await;
}

/// R-REG-5: "no" drops it for good.
#[tokio::test]
async fn r_reg_5_no_drops_the_offer() {
    let mut house = House::with(three_ways()).await;
    house.registered(HANAKO).await;
    let mut browser = house.browser();
    let offered = Person { subject: "1234", ..at_google(HANAKO) };
    house.trip(&mut browser, TripErrand::SignIn, &offered).await;
    let flow = browser.cookie("genkan-flow");
    browser.sign_in(HANAKO, PASSWORD).await.leads_to("/account/methods/offer");
    browser.post(OFFER, &[("answer", "no"), ("return_to", "")]).await.leads_to("/account");
    browser.cookies.insert("genkan-flow".to_owned(), flow);
    browser.post(OFFER, &[("answer", "add")]).await.leads_to(LIST);
    let list = browser.get(LIST).await;
    assert!(!list.is(200).body.contains("method=google"));
    house.close().await;
}

/// R-METHOD-7: after the password was changed, what was added lately stays only where it is ticked.
#[tokio::test]
async fn r_method_7_after_a_new_password_only_ticked_methods_stay() {
    const RECENT: &str = "/account/methods/recent";
    let mut house = House::with(three_ways()).await;
    let mut browser = house.registered(HANAKO).await;
    browser.get(RECENT).await.leads_to(LIST);
    house.link(&mut browser, &GOOGLE).await;
    house.link(&mut browser, &APPLE).await;
    let changed = browser.post("/account/password", &[("new_password", OTHER_PASSWORD)]).await;
    changed.leads_to(RECENT);
    browser.get(RECENT).await.is(200).says("value=\"google\"").says("value=\"apple\"");
    browser.get(LIST).await.is(200).says("method=google").says("method=apple");
    let kept = browser.post(RECENT, &[("keep", "apple")]).await;
    kept.leads_to("/account/methods?notice=methods-kept");
    let list = browser.get(LIST).await;
    assert!(!list.is(200).says("method=apple").body.contains("method=google"));
    // Older than 72 hours is not asked about.
    house.clock.advance(Millis::hours(73));
    let mut later = house.browser();
    later.sign_in(HANAKO, OTHER_PASSWORD).await.leads_to("/account");
    let changed = later.post("/account/password", &[("new_password", PASSWORD)]).await;
    changed.leads_to("/account?notice=password-changed");
    later.get(LIST).await.is(200).says("method=apple");
    house.close().await;
}

/// R-RESET-7: the ticks stand on the form of the new password, and a form that comes back keeps them.
#[tokio::test]
async fn r_reset_7_only_ticked_methods_stay_after_a_reset() {
    let mut house = House::with(three_ways()).await;
    let mut browser = house.registered(HANAKO).await;
    house.link(&mut browser, &GOOGLE).await;
    house.link(&mut browser, &APPLE).await;
    let mut owner = house.browser();
    owner.get("/reset").await.is(200).says("href=\"/provider-lost\"");
    house.verified(&mut owner, HANAKO).await;
    let page = owner.get("/reset/password").await;
    page.is(200).says("name=\"keep\"").says("value=\"google\"").says("value=\"apple\"");
    let form = page.hidden("form");
    let body = format!("form={form}&password=short&keep=google");
    let again = owner.post_raw("/reset/password", &body).await;
    again.is(422).says("value=\"google\" checked");
    assert!(!again.body.contains("value=\"apple\" checked"));
    let body = format!("form={form}&password=hidari+no+mado+wa+akanai&keep=google&keep=mixi");
    let done = owner.post_raw("/reset/password", &body).await;
    done.leads_to("/account?notice=password-changed");
    let list = owner.get(LIST).await;
    assert!(!list.is(200).says("method=google").body.contains("method=apple"));
    house.close().await;
}
