//! Apps without a browser, by passkeys and providers: signing in, registering, proving, and the offer of a provider.

use std::sync::Arc;

use accounts::{Millis, Policy};
use serde_json::{Value, json};

use crate::authenticator::Authenticator;
use crate::first_party::{HANAKO, Phone, next, redeem, refused, signed_in};
use crate::site::{CHALLENGE, claims, setup, text};
use crate::support::{Answer, House, PASSWORD, Setup};
use crate::upstream::Upstream;

const ADD: &str = "/api/v1/account/methods/passkey";
/// A request that begins with what the token endpoint gave.
const ANEW: [(&str, &str); 3] =
    [("scope", "openid"), ("code_challenge", CHALLENGE), ("code_challenge_method", "S256")];

async fn with_google() -> (House, Arc<Upstream>) {
    let google = Upstream::start("google");
    (House::with(Setup { upstreams: vec![google.clone()], ..setup() }).await, google)
}

/// The whole trip of somebody to a provider.
async fn goes(phone: &mut Phone, (house, upstream): (&House, &Upstream), who: (&str, &str)) -> Answer {
    let options = phone.step(house, "provider_options", &[("provider", upstream.name)]).await;
    assert_eq!(next(&options)[0], "provider");
    let nonce = text(&options.json(), "nonce");
    let token = upstream.token(&upstream.claims(&house.clock, &nonce, who));
    phone.step(house, "provider", &[("id_token", &token)]).await
}

/// How many accounts have an address by whatever method.
async fn accounts_at(house: &House, address: &str) -> usize {
    let email = accounts::Email::parse(address).expect("an address");
    house.desk.store().accounts_by_address(&email).await.expect("a look-up").len()
}

/// A passkey of the member, added by the API.
async fn passkey_of(house: &House, address: &str) -> Authenticator {
    let mut app = house.app();
    app.sign_in(address, PASSWORD).await.is(200);
    let mut authenticator = Authenticator::new(address.as_bytes());
    let options = app.post(&format!("{ADD}/options"), json!({})).await.is(200).json();
    let credential = authenticator.create(&options["publicKey"]);
    app.post(ADD, json!({"flow": options["flow"], "credential": credential})).await.is(200);
    authenticator
}

async fn shows(
    phone: &mut Phone,
    house: &House,
    authenticator: &Authenticator,
    fields: &[(&str, &str)],
) -> Answer {
    let options = phone.step(house, "passkey_options", fields).await;
    assert_eq!(next(&options)[0], "passkey");
    let credential = authenticator.show(&options.json()["publicKey"]).to_string();
    phone.step(house, "passkey", &[("credential", &credential)]).await
}

/// R-PASSKEY: a passkey signs in, once for each question, and the token says so.
#[tokio::test]
async fn r_passkey_an_app_signs_in_with_a_passkey() {
    let mut house = House::with(setup()).await;
    house.registered(HANAKO).await;
    let authenticator = passkey_of(&house, HANAKO).await;
    let mut phone = Phone::default();
    let done = shows(&mut phone, &house, &authenticator, &[]).await.is(200).json();
    let tokens = redeem(&house, &text(&done, "authorization_code")).await.is(200).json();
    let id = claims(&text(&tokens, "id_token"));
    assert_eq!((&id["acr"], &id["amr"]), (&json!("phr"), &json!(["pop", "user"])));
    // The question is spent.
    let mut thief = Phone::default();
    let options = thief.step(&house, "passkey_options", &[]).await;
    let credential = authenticator.show(&options.json()["publicKey"]).to_string();
    let held = thief.held.clone();
    thief.step(&house, "passkey", &[("credential", &credential)]).await.is(200);
    let mut again = Phone { held, ..Phone::default() };
    let answer = again.step(&house, "passkey", &[("credential", &credential)]).await;
    assert_eq!(answer.status, 403, "{}", answer.body);
    // And it is of that installation alone.
    let options = thief.clone().step(&house, "passkey_options", &[]).await;
    let credential = authenticator.show(&options.json()["publicKey"]).to_string();
    let mut other = Phone::default();
    other.step(&house, "passkey_options", &[]).await;
    let answer = other.step(&house, "passkey", &[("credential", &credential)]).await;
    assert!(answer.json()["authorization_code"].is_null(), "{}", answer.body);
    house.close().await;
}

/// A client that asks for a passkey gets no code for less (`acr_values=phr`), and is sent to the browser where there is none.
#[tokio::test]
async fn r_app_1_a_passkey_that_is_asked_for_is_shown_or_there_is_no_code() {
    let (house, mut phone, tokens) = signed_in().await;
    let demand = [("acr_values", "phr")];
    let mut stranger = Phone::default();
    assert_eq!(next(&stranger.step(&house, "", &demand).await), ["passkey_options"]);
    // The password all the same is not looked at: nothing is begun by it, and nothing paid.
    let before = house.seen(HANAKO, None).await;
    let fields = [&demand[..], &[("email", HANAKO), ("password", PASSWORD)]].concat();
    for step in ["password", "register", "reset", "provider_options"] {
        let answer = Phone::default().step(&house, step, &fields).await;
        assert_eq!((answer.status.as_u16(), next(&answer)), (403, vec!["passkey_options".to_owned()]));
        assert!(answer.json()["code"].is_null(), "{step}: {}", answer.body);
    }
    assert_eq!(house.seen(HANAKO, None).await, before);
    // A member who has none is sent to the browser, where one can be added.
    let mut other = Phone { held: Some(text(&tokens, "auth_session")), ..phone.clone() };
    let answer = other.step(&house, "", &[&ANEW[..], &demand[..]].concat()).await;
    assert_eq!(answer.is(403).json()["error"], "redirect_to_web");
    let authenticator = passkey_of(&house, HANAKO).await;
    phone.held = Some(text(&tokens, "auth_session"));
    let mut fields = ANEW.to_vec();
    fields.extend(demand);
    let asked = phone.step(&house, "", &fields).await;
    assert_eq!(next(&asked), ["passkey_options"]);
    let typed = phone.clone().step(&house, "password", &[("password", PASSWORD)]).await;
    assert_eq!((typed.status.as_u16(), next(&typed)), (403, vec!["passkey_options".to_owned()]));
    let done = shows(&mut phone, &house, &authenticator, &[]).await.is(200).json();
    let tokens = redeem(&house, &text(&done, "authorization_code")).await.is(200).json();
    assert_eq!(claims(&text(&tokens, "id_token"))["acr"], "phr");
    house.close().await;
}

/// R-REG-4: registered with an identity, then signed in by it, then proven by it.
#[tokio::test]
async fn r_reg_4_an_app_registers_and_signs_in_with_a_provider() {
    let (mut house, google) = with_google().await;
    let who = ("g-1", HANAKO);
    let mut phone = Phone::default();
    let first = phone.step(&house, "", &[]).await;
    assert_eq!(first.json()["providers"], json!(["google"]));
    let met = goes(&mut phone, (&house, &google), who).await;
    let body = met.json();
    assert_eq!(
        (&body["method"], &body["email"], &body["display_name"]),
        (&json!("google"), &json!(HANAKO), &json!("山田 太郎"))
    );
    assert_eq!(next(&met), ["identity_confirm"]);
    assert_eq!(accounts_at(&house, HANAKO).await, 0, "no account before the confirmation");
    let long = "あ".repeat(51);
    let answer = phone.step(&house, "identity_confirm", &[("display_name", &long)]).await;
    assert_eq!(answer.is(400).json()["error"], "invalid_request");
    let held = phone.held.clone();
    let done = phone.step(&house, "identity_confirm", &[("display_name", "はな")]).await.is(200).json();
    let tokens = redeem(&house, &text(&done, "authorization_code")).await.is(200).json();
    house.letter(HANAKO, "Your registration is complete").await;
    let mut again = Phone { held, ..Phone::default() };
    refused(&again.step(&house, "identity_confirm", &[("display_name", "はな")]).await, "flow-expired");
    let mut later = Phone::default();
    goes(&mut later, (&house, &google), who).await.is(200);
    // The proof is by the same identity, in the same entry.
    phone.held = Some(text(&tokens, "auth_session"));
    assert_eq!(next(&phone.step(&house, "", &ANEW).await), ["provider_options"]);
    refused(&goes(&mut phone, (&house, &google), ("g-2", "x@example.jp")).await, "identity-not-yours");
    let done = goes(&mut phone, (&house, &google), who).await.is(200).json();
    let second = redeem(&house, &text(&done, "authorization_code")).await.is(200).json();
    let sid = |tokens: &Value| claims(&text(tokens, "id_token"))["sid"].clone();
    assert_eq!(sid(&second), sid(&tokens));
    house.close().await;
}

/// R-REG-4: where the provider vouches for no address, a code proves one.
#[tokio::test]
async fn r_reg_4_an_address_that_nobody_vouches_for_is_proven_by_a_code() {
    let (mut house, google) = with_google().await;
    let mut phone = Phone::default();
    let options = phone.step(&house, "provider_options", &[("provider", "google")]).await;
    let mut said = google.claims(&house.clock, &text(&options.json(), "nonce"), ("g-1", HANAKO));
    said["email_verified"] = json!(false);
    let met = phone.step(&house, "provider", &[("id_token", &google.token(&said))]).await;
    assert_eq!(next(&met), ["identity_address"]);
    refused(
        &phone.clone().step(&house, "identity_confirm", &[("display_name", "")]).await,
        "flow-expired",
    );
    let asked = phone.step(&house, "identity_address", &[("email", HANAKO)]).await;
    assert_eq!(next(&asked), ["identity_code", "identity_address"]);
    refused(&phone.step(&house, "identity_code", &[("code", "2222 2222 2222")]).await, "invalid-code");
    let code = house.code(HANAKO).await;
    let proven = phone.step(&house, "identity_code", &[("code", &code)]).await;
    assert_eq!(next(&proven), ["identity_confirm"]);
    phone.step(&house, "identity_confirm", &[("display_name", "")]).await.is(200);
    house.close().await;
}

/// R-REG-5: an equal address joins nothing; once its account has signed in, the provider is offered.
#[tokio::test]
async fn r_reg_5_an_account_is_offered_the_provider_that_has_its_address() {
    for (answer, linked) in [("offer_accept", 1), ("offer_decline", 0)] {
        let (mut house, google) = with_google().await;
        house.registered(HANAKO).await;
        let mut phone = Phone::default();
        let met = goes(&mut phone, (&house, &google), ("g-1", HANAKO)).await;
        refused(&met, "address-on-other-account");
        assert!(next(&met).contains(&"password".to_owned()));
        let typed = [("email", HANAKO), ("password", PASSWORD)];
        let offer = phone.step(&house, "password", &typed).await;
        assert_eq!(
            (&offer.json()["offer"], next(&offer)),
            (&json!("google"), vec!["offer_accept".to_owned(), "offer_decline".to_owned()])
        );
        let done = phone.step(&house, answer, &[]).await.is(200).json();
        redeem(&house, &text(&done, "authorization_code")).await.is(200);
        let account = house.seen(HANAKO, None).await.account.expect("an account");
        assert_eq!(account.links.len(), linked, "{answer}");
        house.close().await;
    }
}

/// R-METHOD-3: an offer that is answered late needs a fresh proof first, and is not lost by it.
#[tokio::test]
async fn r_method_3_an_offer_that_is_answered_late_needs_a_fresh_proof() {
    let google = Upstream::start("google");
    let policy = Policy { fresh: Millis::minutes(2), ..Policy::default() };
    let mut house = House::with(Setup { upstreams: vec![google.clone()], policy, ..setup() }).await;
    house.registered(HANAKO).await;
    let mut phone = Phone::default();
    let typed = [("email", HANAKO), ("password", PASSWORD)];
    goes(&mut phone, (&house, &google), ("g-1", HANAKO)).await.is(403);
    phone.step(&house, "password", &typed).await.is(403);
    house.clock.advance(Millis::minutes(3));
    let late = phone.step(&house, "offer_accept", &[]).await;
    refused(&late, "fresh-proof-required");
    assert_eq!(next(&late), ["password"]);
    let again = phone.step(&house, "password", &[("password", PASSWORD)]).await;
    assert_eq!(again.json()["offer"], "google");
    let done = phone.step(&house, "offer_accept", &[]).await.is(200).json();
    assert_eq!(done["added"], "google");
    // Another one is over by the time that it is answered: the sign-in stands, and nothing is added.
    let mut phone = Phone::default();
    goes(&mut phone, (&house, &google), ("g-2", HANAKO)).await.is(403);
    phone.step(&house, "password", &typed).await.is(403);
    house.clock.advance(Millis::minutes(11));
    let done = phone.step(&house, "offer_accept", &[]).await.is(200).json();
    assert!(done["offer_refused"].is_string() && done["authorization_code"].is_string(), "{done}");
    let account = house.seen(HANAKO, None).await.account.expect("an account");
    assert_eq!(account.links.len(), 1);
    house.close().await;
}

/// D11, F7: a token that is not believed signs in nobody, and the question is used up.
#[tokio::test]
async fn d7_a_token_that_is_not_believed_is_refused_and_its_question_used_up() {
    let (house, google) = with_google().await;
    let mut phone = Phone { language: "ja", ..Phone::default() };
    phone.step(&house, "provider_options", &[("provider", "google")]).await;
    let token = google.token(&google.claims(&house.clock, "another", ("g-1", HANAKO)));
    let held = phone.held.clone();
    refused(&phone.step(&house, "provider", &[("id_token", &token)]).await, "provider-refused");
    phone.held = held;
    refused(&phone.step(&house, "provider", &[("id_token", &token)]).await, "flow-expired");
    let unknown = phone.step(&house, "provider_options", &[("provider", "nobody")]).await;
    assert_eq!(unknown.is(400).json()["code"], "not-found");
    house.close().await;
}

/// D5: of what an app says of an identity, only a name is taken, and only for the person to look at.
#[tokio::test]
async fn d5_what_the_app_says_is_a_name_and_nothing_else() {
    let apple = Upstream::start("apple");
    let house = House::with(Setup { upstreams: vec![apple.clone()], ..setup() }).await;
    let mut phone = Phone::default();
    let options = phone.step(&house, "provider_options", &[("provider", "apple")]).await;
    let mut said = apple.claims(&house.clock, &text(&options.json(), "nonce"), ("a-1", HANAKO));
    said.as_object_mut().expect("claims").remove("name");
    let token = apple.token(&said);
    let fields =
        [("id_token", token.as_str()), ("name", "花子"), ("email", "evil@example.jp"), ("sub", "a-2")];
    let met = phone.step(&house, "provider", &fields).await;
    let body = met.json();
    assert_eq!((&body["email"], &body["display_name"]), (&json!(HANAKO), &json!("花子")));
    assert_eq!(accounts_at(&house, HANAKO).await, 0, "no account before the confirmation");
    phone.step(&house, "identity_confirm", &[("display_name", "花子")]).await.is(200);
    assert_eq!(accounts_at(&house, HANAKO).await, 1);
    assert_eq!(accounts_at(&house, "evil@example.jp").await, 0);
    house.close().await;
}
