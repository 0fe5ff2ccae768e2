//! Apps that bring a provider's ID token: what it opens, and whose account it never opens.
//!
//! Rows D1 to D6, D13 and D16 to D19 of the catalogue of published flaws, and R-REG-4 and R-REG-5, on the native path.

use accounts::{Line, Millis, Policy};
use pages::PerLocale;
use serde_json::{Value, json};
use web::{TermsOptions, WebOptions};

use crate::support::{House, OTHER_PASSWORD, PASSWORD, Setup};
use crate::upstream::Upstream;

const HANAKO: &str = "hanako@example.jp";
const TARO: &str = "taro@example.jp";

/// R-REG-4, R-REG-6: confirmed once, registered, and from then on signed in by the same identity.
#[tokio::test]
async fn r_reg_4_an_app_registers_with_an_identity_and_signs_in_with_it() {
    let google = Upstream::start("google");
    let mut house = House::with(Setup { upstreams: vec![google.clone()], ..Setup::default() }).await;
    let mut app = house.app();
    let met = app.goes((&house, &google), "signin", ("g-1", HANAKO)).await;
    let identity = met.is(202).json();
    assert_eq!(
        (identity["next"].as_str(), identity["method"].as_str()),
        (Some("confirm"), Some("google"))
    );
    assert_eq!(
        (identity["email"].as_str(), identity["display_name"].as_str()),
        (Some(HANAKO), Some("山田 太郎"))
    );
    assert!(identity["former"].is_null() && identity["token"].is_null());
    let email = accounts::Email::parse(HANAKO).unwrap();
    let found = house.desk.store().accounts_by_address(&email).await.unwrap();
    assert!(found.is_empty(), "no account before the confirmation");
    let long = json!({"flow": identity["flow"], "display_name": "あ".repeat(51)});
    app.post("/api/v1/register/identity", long).await.problem(400, "invalid-request");
    let confirm = json!({"flow": identity["flow"], "display_name": "はな"});
    let done = app.post("/api/v1/register/identity", confirm.clone()).await;
    app.keep(done.is(201));
    app.post("/api/v1/register/identity", confirm).await.problem(410, "flow-expired");
    house.letter(HANAKO, "Your registration is complete").await;
    let account = app.get("/api/v1/account").await.is(200).json();
    assert_eq!(
        (account["display_name"].as_str(), account["email"].as_str()),
        (Some("はな"), Some(HANAKO))
    );
    assert_eq!(account["contact"], json!({"method": "google", "email": HANAKO}));
    let method = &account["methods"][0];
    assert_eq!((method["method"].as_str(), method["address"].as_str()), (Some("google"), Some(HANAKO)));
    assert_eq!((&method["contact"], &method["password"]), (&json!(true), &json!(false)));
    assert!(!account.to_string().contains("g-1"), "a subject is nobody's to read");
    let mut later = house.app();
    let signed = later.enters((&house, &google), ("g-1", HANAKO)).await;
    assert_eq!(signed.json()["account_id"], done.json()["account_id"]);
    house.letter(HANAKO, "New sign-in").await;
    later.get("/api/v1/session").await.is(200);
    app.get("/api/v1/session").await.is(200);
    // Such an account has no password to show.
    let password = json!({"password": PASSWORD});
    later.post("/api/v1/proof/password", password).await.problem(404, "not-found");
    house.close().await;
}

/// D1, R-REG-5: an equal address joins nothing; the account itself may add the identity in one step.
#[tokio::test]
async fn d1_an_equal_address_joins_nothing_and_its_account_alone_is_offered_the_identity() {
    let google = Upstream::start("google");
    let mut house = House::with(Setup { upstreams: vec![google.clone()], ..Setup::default() }).await;
    house.registered(HANAKO).await;
    house.registered(TARO).await;
    let who = ("g-1", HANAKO);
    let refused = house.app().goes((&house, &google), "signin", who).await;
    refused.problem(409, "address-on-other-account");
    assert!(refused.json()["token"].is_null());
    let offer = refused.json()["flow"].clone();
    assert!(refused.json()["expires_at"].is_string());
    let nothing = house.seen(HANAKO, None).await.account.expect("an account");
    assert!(nothing.links.is_empty());
    // In hand it is nothing to a stranger, nothing without a sign-in, and nothing to register with.
    let alone = json!({ "flow": offer });
    house
        .app()
        .post("/api/v1/account/methods/offer", alone.clone())
        .await
        .problem(401, "unauthenticated");
    let confirm = json!({"flow": offer, "display_name": ""});
    house.app().post("/api/v1/register/identity", confirm).await.problem(410, "flow-expired");
    let mut app = house.app();
    let body = json!({"email": HANAKO, "password": PASSWORD, "offer": offer});
    let signed = app.post("/api/v1/signin/password", body).await;
    assert_eq!(signed.is(200).json()["offer"], "google");
    app.keep(&signed);
    let mut other = house.app();
    other.sign_in(HANAKO, PASSWORD).await.is(200);
    other.post("/api/v1/account/methods/offer", alone.clone()).await.problem(410, "flow-expired");
    let added = app.post("/api/v1/account/methods/offer", alone.clone()).await;
    assert_eq!(added.is(200).json(), json!({"method": "google"}));
    app.post("/api/v1/account/methods/offer", alone).await.problem(410, "flow-expired");
    house.letter(HANAKO, "A sign-in method has been added").await;
    let by_google = house.app().enters((&house, &google), who).await;
    assert_eq!(by_google.json()["account_id"], signed.json()["account_id"]);
    // Another member who signs in with the offer gets nothing by it, and it is over.
    let refused = house.app().goes((&house, &google), "signin", ("g-2", HANAKO)).await;
    let offer = refused.problem(409, "address-on-other-account").json()["flow"].clone();
    let body = json!({"email": TARO, "password": PASSWORD, "offer": offer});
    let mut taro = house.app();
    let signed = taro.post("/api/v1/signin/password", body).await;
    assert!(signed.is(200).json()["offer"].is_null());
    taro.keep(&signed);
    let alone = json!({ "flow": offer });
    taro.post("/api/v1/account/methods/offer", alone).await.problem(410, "flow-expired");
    house.close().await;
}

/// R-REG-5: the offer dies at cancel, at sign-out, and after ten minutes.
#[tokio::test]
async fn r_reg_5_an_offer_ends_at_cancel_at_sign_out_and_with_time() {
    let google = Upstream::start("google");
    let mut house = House::with(Setup { upstreams: vec![google.clone()], ..Setup::default() }).await;
    house.registered(HANAKO).await;
    for end in ["cancel", "sign-out", "time"] {
        let refused = house.app().goes((&house, &google), "signin", ("g-1", HANAKO)).await;
        let offer = refused.problem(409, "address-on-other-account").json()["flow"].clone();
        let body = json!({"email": HANAKO, "password": PASSWORD, "offer": offer});
        let mut app = house.app();
        let signed = app.post("/api/v1/signin/password", body.clone()).await;
        app.keep(&signed);
        let alone = json!({ "flow": offer });
        match end {
            "cancel" => {
                let path = "/api/v1/account/methods/offer/cancel";
                house.app().post(path, alone.clone()).await.problem(401, "unauthenticated");
                app.post(path, alone.clone()).await.is(204);
            }
            "sign-out" => {
                app.post("/api/v1/signout", json!({})).await.is(204);
                let again = app.post("/api/v1/signin/password", body).await;
                assert!(again.is(200).json()["offer"].is_null());
                app.keep(&again);
            }
            _ => {
                house.clock.advance(Millis::minutes(10));
                app.post("/api/v1/proof/password", json!({"password": PASSWORD})).await.is(200);
            }
        }
        let answer = app.post("/api/v1/account/methods/offer", alone).await;
        answer.problem(410, "flow-expired");
    }
    house.close().await;
}

/// D2 and D6: who it is, is issuer and subject; the address and every other claim may change.
#[tokio::test]
async fn d2_d6_the_subject_alone_says_who_it_is() {
    let google = Upstream::start("google");
    let house = House::with(Setup { upstreams: vec![google.clone()], ..Setup::default() }).await;
    let at = (&house, &*google);
    let hanako = house.app().joins(at, ("g-1", HANAKO)).await.json()["account_id"].clone();
    // Another subject with her address is not her.
    let other = house.app().goes(at, "signin", ("g-2", HANAKO)).await;
    other.problem(409, "address-on-other-account");
    house.app().goes(at, "signin", ("G-1", HANAKO)).await.problem(409, "address-on-other-account");
    let changed = house
        .app()
        .goes_as(&google, "signin", |nonce| {
            let mut claims = google.claims(&house.clock, nonce, ("g-1", "new@example.jp"));
            claims["name"] = json!("別人");
            claims["preferred_username"] = json!("taro");
            claims["account_id"] = json!("0190a000-0000-7000-8000-000000000000");
            claims
        })
        .await;
    assert_eq!(changed.is(200).json()["account_id"], hanako);
    house.close().await;
}

/// D3: only a true `email_verified` vouches, as a text only where Apple writes it so.
#[tokio::test]
async fn d3_what_is_not_vouched_for_is_proven_by_a_code() {
    let (google, apple) = (Upstream::start("google"), Upstream::start("apple"));
    let upstreams = vec![google.clone(), apple.clone()];
    let house = House::with(Setup { upstreams, ..Setup::default() }).await;
    let odd = [json!("false"), json!("no"), json!(0), json!(1), json!({}), json!([true]), Value::Null];
    for upstream in [&google, &apple] {
        for said in &odd {
            let claims = |nonce: &str| {
                let mut claims = upstream.claims(&house.clock, nonce, ("s-1", HANAKO));
                claims["email_verified"] = said.clone();
                claims
            };
            let met = house.app().goes_as(upstream, "signin", claims).await;
            assert_eq!(met.is(202).json()["next"], "address", "{said}");
            let confirm = json!({"flow": met.json()["flow"], "display_name": ""});
            let early = house.app().post("/api/v1/register/identity", confirm).await;
            early.problem(410, "flow-expired");
        }
        let claims = |nonce: &str| {
            let mut claims = upstream.claims(&house.clock, nonce, ("s-1", HANAKO));
            claims.as_object_mut().expect("claims").remove("email_verified");
            claims
        };
        let met = house.app().goes_as(upstream, "signin", claims).await;
        assert_eq!(met.is(202).json()["next"], "address");
        let claims = |nonce: &str| {
            let mut claims = upstream.claims(&house.clock, nonce, ("s-1", HANAKO));
            claims["email_verified"] = json!("true");
            claims
        };
        let met = house.app().goes_as(upstream, "signin", claims).await;
        let next = if upstream.name == "apple" { "confirm" } else { "address" };
        assert_eq!(met.is(202).json()["next"], next);
    }
    house.close().await;
}

/// R-REG-4, R-REG-5, D2: the address that no provider vouches for, through its code.
#[tokio::test]
async fn r_reg_4_an_address_that_is_not_vouched_for_is_proven_and_joins_nothing() {
    let idp = Upstream::start("idp");
    let mut house = House::with(Setup { upstreams: vec![idp.clone()], ..Setup::default() }).await;
    house.registered(HANAKO).await;
    let clock = house.clock.clone();
    let unvouched = |nonce: &str| {
        let mut claims = idp.claims(&clock, nonce, ("attacker", HANAKO));
        claims["email_verified"] = json!(false);
        claims
    };
    let app = house.app();
    let met = app.goes_as(&idp, "signin", unvouched).await.is(202).json();
    assert_eq!((met["next"].as_str(), met["email"].as_str()), (Some("address"), Some(HANAKO)));
    let ask = |email: &str, flow: &Value| json!({"flow": flow, "email": email});
    let bad = app.post("/api/v1/register/identity/address", ask("no address", &met["flow"])).await;
    bad.problem(422, "invalid-address");
    // A taken address gets the same answer as a free one, and the code proves its mailbox all the same.
    house.clock.advance(Millis::minutes(2));
    let asked = app.post("/api/v1/register/identity/address", ask(HANAKO, &met["flow"])).await;
    let flow = asked.is(200).json()["flow"].clone();
    let code = house.code(HANAKO).await;
    let wrong = json!({"flow": flow, "code": "000000000000"});
    for _ in 0..10 {
        let answer = app.post("/api/v1/register/identity/verify", wrong.clone()).await;
        answer.problem(422, "invalid-code");
    }
    // A17: ten in one flow.
    app.post("/api/v1/register/identity/verify", wrong).await.problem(429, "code-used-up");
    let right = json!({"flow": flow, "code": code});
    app.post("/api/v1/register/identity/verify", right).await.problem(429, "code-used-up");
    // Who reads that mailbox is told to sign in, and has the identity in hand.
    let met = app.goes_as(&idp, "signin", unvouched).await.is(202).json();
    house.clock.advance(Millis::minutes(2));
    let asked = app.post("/api/v1/register/identity/address", ask(HANAKO, &met["flow"])).await;
    let body = json!({"flow": asked.is(200).json()["flow"], "code": house.code(HANAKO).await});
    let offer = app.post("/api/v1/register/identity/verify", body).await;
    offer.problem(409, "address-on-other-account");
    let confirm = json!({"flow": offer.json()["flow"], "display_name": ""});
    app.post("/api/v1/register/identity", confirm).await.problem(410, "flow-expired");
    let body = json!({"email": HANAKO, "password": PASSWORD, "offer": offer.json()["flow"]});
    let signed = app.post("/api/v1/signin/password", body).await;
    assert_eq!(signed.is(200).json()["offer"], "idp");
    assert!(house.seen(HANAKO, None).await.account.expect("an account").links.is_empty());
    // One's own address.
    let unvouched = |nonce: &str| {
        let mut claims = idp.claims(&clock, nonce, ("honest", TARO));
        claims["email_verified"] = json!(false);
        claims
    };
    let met = app.goes_as(&idp, "signin", unvouched).await.is(202).json();
    let asked = app.post("/api/v1/register/identity/address", ask(TARO, &met["flow"])).await;
    let code = house.code(TARO).await;
    let body = json!({"flow": asked.is(200).json()["flow"], "code": code});
    let proven = app.post("/api/v1/register/identity/verify", body).await.is(200).json();
    assert_eq!((proven["next"].as_str(), proven["email"].as_str()), (Some("confirm"), Some(TARO)));
    // Once more, with the newest flow: the answer is one that can be gone on with.
    let body = json!({"flow": proven["flow"], "code": code});
    let proven = app.post("/api/v1/register/identity/verify", body).await.is(200).json();
    let confirm = json!({"flow": proven["flow"], "display_name": ""});
    app.post("/api/v1/register/identity", confirm).await.is(201);
    house.close().await;
}

/// D5: of what the app says, only a name is taken, and only for the person to look at.
#[tokio::test]
async fn d5_what_the_app_says_is_a_name_and_nothing_else() {
    let apple = Upstream::start("apple");
    let house = House::with(Setup { upstreams: vec![apple.clone()], ..Setup::default() }).await;
    let app = house.app();
    let begun = app.begins("apple", "signin").await;
    let mut claims = apple.claims(&house.clock, &begun.nonce, ("a-1", HANAKO));
    claims.as_object_mut().expect("claims").remove("name");
    let token = apple.token(&claims);
    for slipped in [
        json!({"flow": begun.flow, "id_token": token, "email": "evil@example.jp"}),
        json!({"flow": begun.flow, "id_token": token, "user": {"email": "evil@example.jp"}}),
        json!({"flow": begun.flow, "id_token": token, "sub": "a-2"}),
        json!({"flow": begun.flow, "id_token": token, "nonce": begun.nonce}),
    ] {
        app.post("/api/v1/signin/apple", slipped).await.problem(400, "invalid-request");
    }
    let body = json!({"flow": begun.flow, "id_token": token, "name": "花子 evil@example.jp"});
    let met = app.post("/api/v1/signin/apple", body).await.is(202).json();
    assert_eq!(
        (met["email"].as_str(), met["display_name"].as_str()),
        (Some(HANAKO), Some("花子 evil@example.jp"))
    );
    house.close().await;
}

/// D13, I1: the same subject at two providers is two people.
#[tokio::test]
async fn d13_the_same_subject_at_two_providers_is_two_accounts() {
    let (google, apple) = (Upstream::start("google"), Upstream::start("apple"));
    let upstreams = vec![google.clone(), apple.clone()];
    let house = House::with(Setup { upstreams, ..Setup::default() }).await;
    let one = house.app().joins((&house, &google), ("same", HANAKO)).await.json();
    let two = house.app().joins((&house, &apple), ("same", TARO)).await.json();
    assert_ne!(one["account_id"], two["account_id"]);
    let again = house.app().enters((&house, &apple), ("same", TARO)).await.json();
    assert_eq!(again["account_id"], two["account_id"]);
    house.close().await;
}

/// D16: closed registration is closed on this path too, at both steps; who has an account signs in.
#[tokio::test]
async fn d16_closed_registration_is_closed_for_identities_too() {
    let google = Upstream::start("google");
    let setup = |registration| {
        let policy = Policy { registration, ..Policy::default() };
        Setup { policy, upstreams: vec![google.clone()], ..Setup::default() }
    };
    let house = House::with(setup(accounts::Registration::Open)).await;
    house.app().joins((&house, &google), ("g-1", HANAKO)).await;
    let met = house.app().goes((&house, &google), "signin", ("g-2", TARO)).await;
    let confirm = json!({"flow": met.is(202).json()["flow"], "display_name": ""});
    let house = house.again(setup(accounts::Registration::Closed)).await;
    let late = house.app().post("/api/v1/register/identity", confirm).await;
    late.problem(403, "registration-closed");
    let first = house.app().goes((&house, &google), "signin", ("g-3", "new@example.jp")).await;
    first.problem(403, "registration-closed");
    house.app().enters((&house, &google), ("g-1", HANAKO)).await;
    house.close().await;
}

/// D17: what an attacker began before the victim came is worth nothing after the victim's first proven sign-in.
#[tokio::test]
async fn d17_nothing_begun_before_the_victim_came_serves_the_attacker() {
    let (google, idp) = (Upstream::start("google"), Upstream::start("idp"));
    let upstreams = vec![google.clone(), idp.clone()];
    let mut house = House::with(Setup { upstreams, ..Setup::default() }).await;
    // An unproven registration, and a code asked for from afar.
    let asked = house.app().post("/api/v1/register/email", json!({"email": HANAKO})).await;
    let pending = asked.is(200).json()["flow"].clone();
    let code = house.code(HANAKO).await;
    // A provider that vouches for nothing.
    let clock = house.clock.clone();
    let unvouched = |nonce: &str| {
        let mut claims = idp.claims(&clock, nonce, ("attacker", HANAKO));
        claims["email_verified"] = json!(false);
        claims
    };
    let met = house.app().goes_as(&idp, "signin", unvouched).await.is(202).json()["flow"].clone();
    house.clock.advance(Millis::minutes(2));
    // A change of the attacker's own address to the victim's, waiting for its code.
    house.registered("mallory@example.jp").await;
    let mut mallory = house.app();
    mallory.sign_in("mallory@example.jp", PASSWORD).await.is(200);
    let change = mallory.post("/api/v1/account/methods/email", json!({"email": HANAKO})).await;
    let change = change.is(200).json()["flow"].clone();
    let second = house.code(HANAKO).await;
    let victim =
        house.app().joins((&house, &google), ("g-1", HANAKO)).await.json()["account_id"].clone();
    // Even with every code that was mailed.
    let body = json!({"flow": change, "code": second});
    let late = mallory.post("/api/v1/account/methods/email/verify", body).await;
    late.problem(409, "address-on-other-account");
    let body = json!({"flow": pending, "code": code});
    let app = house.app();
    let verified = app.post("/api/v1/register/verify", body).await;
    if verified.status == 200 {
        let body = json!({"flow": pending, "password": OTHER_PASSWORD});
        app.post("/api/v1/register/complete", body).await.problem(409, "address-on-other-account");
    }
    let confirm = json!({"flow": met, "display_name": ""});
    app.post("/api/v1/register/identity", confirm).await.problem(410, "flow-expired");
    let account = mallory.get("/api/v1/account").await.is(200).json();
    assert_eq!(account["email"], "mallory@example.jp");
    let mut again = house.app();
    let signed = again.enters((&house, &google), ("g-1", HANAKO)).await;
    assert_eq!(signed.json()["account_id"], victim);
    let own = again.get("/api/v1/account").await.json();
    assert_eq!(own["methods"].as_array().map(Vec::len), Some(1));
    let sessions = again.get("/api/v1/account/sessions").await.json();
    assert_eq!(sessions["sessions"].as_array().map(Vec::len), Some(2), "the victim's two");
    house.close().await;
}

/// D18: an identifier that is free again leads to a new account with nothing of the old one.
#[tokio::test]
async fn d18_a_withdrawn_and_registered_identity_is_somebody_new() {
    let google = Upstream::start("google");
    let house = House::with(Setup { upstreams: vec![google.clone()], ..Setup::default() }).await;
    let at = (&house, &*google);
    let mut old = house.app();
    let first = old.joins(at, ("g-1", HANAKO)).await.json();
    old.delete("/api/v1/account").await.is(200);
    old.get("/api/v1/session").await.problem(401, "unauthenticated");
    let met = house.app().goes(at, "signin", ("g-1", HANAKO)).await.is(202).json();
    assert_eq!(met["former"]["way"], "withdrawn");
    let body = json!({"flow": met["flow"], "display_name": "新しい"});
    let mut new = house.app();
    let done = new.post("/api/v1/register/identity", body).await;
    new.keep(done.is(201));
    assert_ne!(done.json()["account_id"], first["account_id"]);
    assert!(!done.body.contains(first["account_id"].as_str().expect("an id")));
    old.get("/api/v1/session").await.problem(401, "unauthenticated");
    let lines = new.get("/api/v1/account/activity").await.json();
    let kinds = lines["entries"].as_array().expect("entries");
    assert!(kinds.iter().all(|line| line["kind"] != "withdrawn"), "{lines}");
    house.close().await;
}

/// D19: suspension, terms and the notice are the same at this door.
#[tokio::test]
async fn d19_a_provider_is_no_second_door() {
    let (google, idp) = (Upstream::start("google"), Upstream::start("idp"));
    let setup = |version: Option<&str>| {
        let mut web = WebOptions::at(crate::support::ORIGIN);
        let url = || PerLocale::same("https://example.jp/terms");
        web.terms = version.map(|version| TermsOptions { version: version.to_owned(), url: url() });
        let terms = version.map(|version| Line::clean(version, 40));
        let policy = Policy { terms, ..Policy::default() };
        let upstreams = vec![google.clone(), idp.clone()];
        Setup { web, policy, upstreams, ..Setup::default() }
    };
    let house = House::with(setup(Some("1"))).await;
    let who = ("g-1", HANAKO);
    let met = house.app().goes((&house, &google), "signin", who).await.is(202).json();
    let without = json!({"flow": met["flow"], "display_name": ""});
    house.app().post("/api/v1/register/identity", without).await.problem(422, "terms-required");
    let with = json!({"flow": met["flow"], "display_name": "", "terms_version": "1"});
    house.app().post("/api/v1/register/identity", with).await.is(201);
    let mut house = house.again(setup(Some("2"))).await;
    let mut app = house.app();
    assert_eq!(app.enters((&house, &google), who).await.json()["terms_due"], "2");
    let letter = house.letter(HANAKO, "New sign-in").await;
    assert!(letter.text.contains("novel-app"), "{}", letter.text);
    // Suspended: what was begun before is nothing, and it is told only to who has shown the identity.
    let link = app.begins("idp", "link").await;
    let claims = idp.claims(&house.clock, &link.nonce, ("i-1", "free@example.jp"));
    house.suspend(HANAKO).await;
    let late = app.brings("idp", &link.flow, &idp.token(&claims)).await;
    late.problem(410, "flow-expired");
    let options = json!({"intent": "link"});
    let begin = app.post("/api/v1/signin/idp/options", options).await;
    begin.problem(401, "unauthenticated");
    house.app().goes((&house, &google), "signin", who).await.problem(403, "account-suspended");
    app.get("/api/v1/session").await.problem(401, "unauthenticated");
    house.close().await;
}
