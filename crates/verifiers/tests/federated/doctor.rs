//! What an operator is told of a provider that cannot be used as configured.

use serde_json::{Value, json};
use verifiers::federated::{ClientSecret, Preset, ProviderOptions};

use crate::hostile::Answer;
use crate::house::{DISCOVERY, House, SECRET, discovery, house_of};

/// A provider that knows its client: the code of the check is what it does not take.
fn knows_the_client(house: &House) {
    house.hostile.put("/token", Answer::Status(400, json!({"error": "invalid_grant"})));
}

async fn findings(house: &House) -> Vec<String> {
    let found = house.provider.check().await;
    let sentences: Vec<String> = found.iter().map(ToString::to_string).collect();
    for sentence in &sentences {
        assert!(sentence.starts_with("provider stand-in: "), "{sentence}");
        assert!(sentence.contains(';'), "what is wrong; what to do: {sentence}");
        assert!(!sentence.contains(SECRET), "{sentence}");
    }
    sentences
}

async fn only(house: &House, part: &str) {
    let found = findings(house).await;
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].contains(part), "{} in {}", part, found[0]);
}

fn good(preset: Preset, adjust: impl FnOnce(&mut ProviderOptions)) -> House {
    let house = house_of(preset, adjust);
    knows_the_client(&house);
    house
}

#[tokio::test]
async fn nothing_is_said_of_a_provider_that_can_be_used() {
    for preset in [Preset::Other, Preset::Google, Preset::Apple] {
        let house = good(preset, |_| {});
        assert_eq!(findings(&house).await, Vec::<String>::new());
        let form = house.hostile.asked("/token").remove(0).body;
        assert!(
            form.contains("client_secret=") && form.contains("grant_type=authorization_code"),
            "{form}"
        );
        assert_eq!(house.hostile.count("/risc-jwks"), usize::from(preset == Preset::Google));
    }
}

#[tokio::test]
async fn each_thing_that_does_not_fit_is_said_once_with_what_to_do() {
    let bent = |name: &str, value: Value| {
        let house = good(Preset::Other, |_| {});
        let mut document = discovery(&house.hostile.base);
        document[name] = value;
        house.hostile.put(DISCOVERY, Answer::Json(document));
        house
    };
    only(&bent("issuer", json!("https://other.example")), "speaks for another issuer").await;
    only(&bent("code_challenge_methods_supported", json!(["plain"])), "S256").await;
    only(&bent("code_challenge_methods_supported", Value::Null), "S256").await;
    only(&bent("token_endpoint", json!("http://evil.example/")), "the token endpoint").await;
    only(&bent("id_token_signing_alg_values_supported", json!(["HS256"])), "RS256").await;

    let put = |path: &str, answer: Answer| {
        let house = good(Preset::Other, |_| {});
        house.hostile.put(path, answer);
        house
    };
    only(&put(DISCOVERY, Answer::Status(404, json!({}))), "status 404").await;
    only(&put(DISCOVERY, Answer::HangUp), "broke off").await;
    only(&put("/jwks", Answer::Json(json!({"keys": []}))), "none is usable").await;
    only(&put("/token", Answer::Status(401, json!({"error": "invalid_client"}))), "id or secret").await;
    only(&put("/token", Answer::Status(401, json!({}))), "id or secret").await;
    only(&put("/token", Answer::Status(502, json!({}))), "status 502").await;
    let mismatch = Answer::Status(400, json!({"error": "redirect_uri_mismatch"}));
    only(&put("/token", mismatch), "redirect address").await;
}

#[tokio::test]
async fn a_redirect_address_without_https_is_said() {
    let house =
        good(Preset::Other, |o| o.redirect_uri = "http://service.example/callback/x".to_owned());
    only(&house, "not https").await;
    let local = good(Preset::Other, |o| o.redirect_uri = "http://127.0.0.1:7878/callback/x".to_owned());
    assert_eq!(findings(&local).await, Vec::<String>::new(), "in development");
}

#[tokio::test]
async fn a_preset_without_the_secret_it_needs_is_said() {
    only(&good(Preset::Google, |o| o.secret = ClientSecret::None), "no client secret").await;
    let both = findings(&good(Preset::Apple, |o| o.secret = ClientSecret::None)).await;
    assert!(both.iter().any(|sentence| sentence.contains(".p8")), "{both:?}");
}

#[tokio::test]
async fn keys_of_events_are_looked_at_too() {
    let house = good(Preset::Google, |_| {});
    house.hostile.put("/risc-jwks", Answer::Json(json!({"keys": []})));
    only(&house, "the signing keys of events").await;
}

#[tokio::test]
async fn the_check_asks_anew_each_time() {
    let house = good(Preset::Other, |_| {});
    assert_eq!(findings(&house).await.len(), 0);
    house.hostile.put(DISCOVERY, Answer::Status(500, json!({})));
    assert_eq!(findings(&house).await.len(), 1);
}
