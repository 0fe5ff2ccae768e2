//! 退会 and the download before it, by pages (R-WITHDRAW).

use accounts::Millis;

use crate::support::{House, OTHER_PASSWORD, PASSWORD};
use crate::trips::{at_apple, at_google};

const HANAKO: &str = "hanako@example.jp";

/// R-WITHDRAW-3: everything that is stored, and nothing that opens something.
#[tokio::test]
async fn r_withdraw_3_the_download_holds_everything_but_secrets() {
    let mut house = House::open().await;
    let mut browser = house.registered(HANAKO).await;
    house.link(&mut browser, &at_google("hanako@gmail.com")).await;
    house.link(&mut browser, &at_apple("a1b2@privaterelay.appleid.com")).await;
    browser.post("/account/password", &[("new_password", OTHER_PASSWORD)]).await.is(303);
    browser.post("/account/profile", &[("display_name", "花子"), ("locale", "ja")]).await.is(303);
    // More lines than are read at a time.
    for turn in 0..520 {
        let name = format!("花子{turn}");
        browser.post("/account/profile", &[("display_name", &name), ("locale", "ja")]).await.is(303);
    }
    house.browser().sign_in(HANAKO, "a wrong one").await.is(422);
    browser.get("/account/export").await.is(200).says("action=\"/account/export\"");
    let file = browser.post("/account/export", &[]).await;
    file.is(200);
    assert_eq!(file.header("content-type"), Some("application/json"));
    assert_eq!(file.header("content-disposition"), Some("attachment; filename=\"account.json\""));
    assert_eq!(file.header("cache-control"), Some("no-store"));
    let stored = file.json();
    let (account, methods) = (&stored["account"], &stored["methods"]);
    assert_eq!(account["display_name"], "花子519");
    assert_eq!(account["contact"], "email");
    assert_eq!(account["contact_address"], HANAKO);
    let named = |method: &serde_json::Value| method["method"].as_str().map(str::to_owned);
    let names: Vec<_> = methods.as_array().into_iter().flatten().filter_map(named).collect();
    assert_eq!(names, ["email", "google", "apple"]);
    assert_eq!(methods[0]["address"], HANAKO);
    assert!(methods[0]["password_set_at"].is_string());
    assert_eq!(methods[1]["subject"], "hanako@gmail.com");
    assert_eq!(methods[1]["issuer"], "https://google.example");
    assert_eq!(methods[2]["address_relayed"], true);
    assert_eq!(stored["guesses"]["wrong"], 1);
    assert_eq!(stored["sessions"].as_array().map(Vec::len), Some(1));
    assert_eq!(stored["sessions"][0]["current"], true);
    assert_eq!(stored["devices"].as_array().map(Vec::len), Some(1));
    let kinds = |list: &serde_json::Value| -> Vec<String> {
        let lines = list.as_array().into_iter().flatten();
        lines.filter_map(|line| line["kind"].as_str().map(str::to_owned)).collect()
    };
    assert_eq!(kinds(&stored["changes"]), ["method-added", "method-added", "password-changed"]);
    assert_eq!(stored["changes"][0]["before"]["methods"][0]["address"], HANAKO);
    let activity = kinds(&stored["activity"]);
    // That it was taken stands in it, too, for whoever was in somebody else's session (Always 4).
    assert_eq!(activity[..2], ["exported", "sign-in-failed"]);
    let list = browser.get("/account/activity").await;
    list.is(200).says("Data downloaded");
    assert_eq!(activity.iter().filter(|kind| *kind == "profile-changed").count(), 521);
    assert!(activity.contains(&"registered".to_owned()));
    // No secret, no hash, no digest.
    for (name, value) in &browser.cookies {
        assert!(!file.body.contains(value.as_str()) || name == "genkan-last", "{name}");
    }
    for word in ["$argon2", "digest", "hash", PASSWORD, OTHER_PASSWORD] {
        assert!(!file.body.contains(word), "{word}");
    }
    house.close().await;
}

/// R-WITHDRAW-3: it is the member's own and nobody else's, and a link does not fetch it.
#[tokio::test]
async fn r_withdraw_3_a_stranger_gets_no_file_and_a_get_is_a_page() {
    let mut house = House::open().await;
    let mut browser = house.registered(HANAKO).await;
    house.registered("jiro@example.jp").await;
    let mut guest = house.browser();
    guest.get("/account/export").await.leads_to("/signin?return_to=/account/export");
    guest.post("/account/export", &[]).await.leads_to("/signin?return_to=/account/export");
    browser.post("/account/export", &[("account", "1")]).await.is(400);
    let page = browser.get("/account/export").await;
    assert_eq!(page.is(200).header("content-disposition"), None);
    let file = browser.post("/account/export", &[]).await;
    assert!(!file.is(200).body.contains("jiro"));
    house.close().await;
}

/// R-WITHDRAW-1, R-METHOD-3: a fresh proof and one confirmation; then nobody is signed in anywhere.
#[tokio::test]
async fn r_withdraw_1_a_fresh_proof_and_one_button_end_the_account() {
    let mut house = House::open().await;
    let mut browser = house.registered(HANAKO).await;
    let mut other = house.browser();
    other.sign_in(HANAKO, PASSWORD).await.leads_to("/account");
    browser.get("/account").await.is(200).says("href=\"/account/withdraw\"");
    house.clock.advance(Millis::minutes(10));
    let first = "/proof?return_to=/account/withdraw";
    browser.get("/account/withdraw").await.leads_to(first);
    browser.post("/account/withdraw", &[]).await.leads_to(first);
    browser.get("/account").await.is(200);
    let proof = [("password", PASSWORD), ("return_to", "/account/withdraw")];
    browser.post("/proof", &proof).await.leads_to("/account/withdraw");
    let page = browser.get("/account/withdraw").await;
    page.is(200).says("30 days").says("href=\"/account/export\"");
    // Opening it ended nothing.
    other.get("/account").await.is(200);
    browser.set("accept-language", "ja");
    browser.get("/account/withdraw").await.is(200).says("30日");
    let done = browser.post("/account/withdraw", &[]).await;
    done.leads_to("/withdrawn");
    assert_eq!(done.header("clear-site-data"), Some("\"cache\""));
    assert!(!browser.cookies.contains_key("genkan-session"));
    browser.get("/withdrawn").await.is(200).says("href=\"/undo\"");
    other.get("/account").await.leads_to("/signin?return_to=/account");
    house.browser().sign_in(HANAKO, PASSWORD).await.is(422);
    house.letter(HANAKO, "closed").await;
    // The address is free at once; whoever proves it is offered what was before a new account (R-WITHDRAW-2).
    let mut anew = house.browser();
    anew.post("/signup/email", &[("email", HANAKO)]).await.leads_to("/signup/code");
    let code = house.code(HANAKO).await;
    let offered = anew.post("/signup/code", &[("code", &code)]).await;
    offered.is(200).says("action=\"/signup/restore\"").says("action=\"/signup/anew\"");
    let mut back = anew.clone();
    anew.post("/signup/anew", &[]).await.leads_to("/signup/password");
    back.post("/signup/restore", &[]).await.leads_to("/undo/restored");
    // No password is revived: the way on is the reset.
    house.browser().sign_in(HANAKO, PASSWORD).await.is(422);
    house.letter(HANAKO, "Your account is back").await;
    house.close().await;
}
