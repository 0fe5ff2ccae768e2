//! What connected sites and apps hold of an account, as its member sees it and ends it.

use serde_json::json;

use crate::site::{SITE, claims, code, house, redeem, refresh, text, userinfo};
use crate::support::PASSWORD;

#[tokio::test]
async fn a_member_sees_a_site_by_its_name_and_ends_what_it_holds_at_once() {
    let (house, mut browser) = house().await;
    let empty = browser.get("/account/sessions").await;
    assert!(!empty.is(200).body.contains("Sites and apps"));
    let first = redeem(&house, &code(&mut browser, &[]).await).await.is(200).json();
    // A second sign-in of the same site is one line with the first.
    let second = redeem(&house, &code(&mut browser, &[("scope", "openid")]).await).await.is(200).json();
    let page = browser.get("/account/sessions").await;
    assert_eq!(page.is(200).body.matches("name=\"client\"").count(), 1, "{}", page.body);
    page.says(">Story Lamp<").says("your name and your email address").says("value=\"novel-site\"");
    browser.post("/language", &[("locale", "ja")]).await;
    let japanese = browser.get("/account/sessions").await;
    japanese.says(">物語の灯<").says("表示名・メールアドレス").says("解除する");
    browser.post("/language", &[("locale", "en")]).await;
    browser.get("/account/activity").await.says("Story Lamp");
    let ended = browser.post("/account/connected/end", &[("client", "novel-site")]).await;
    assert_eq!(ended.is(303).header("location"), Some("/account/sessions?notice=disconnected"));
    for tokens in [&first, &second] {
        userinfo(&house, &text(tokens, "access_token")).await.is(401);
        refresh(&house, SITE, &text(tokens, "refresh_token")).await.is(400);
    }
    let after = browser.get("/account/sessions?notice=disconnected").await;
    assert!(!after.is(200).body.contains(">Story Lamp<"));
    after.says("It has been disconnected.");
    house.close().await;
}

#[tokio::test]
async fn i8_what_a_client_holds_of_somebody_else_is_not_found() {
    let (mut house, mut browser) = house().await;
    let tokens = redeem(&house, &code(&mut browser, &[]).await).await.is(200).json();
    let mut other = house.registered("taro@example.jp").await;
    other.post("/account/connected/end", &[("client", "novel-site")]).await.is(404);
    other.post("/account/connected/end", &[("client", "nobody")]).await.is(404);
    let mut stranger = house.browser();
    let asked = stranger.post("/account/connected/end", &[("client", "novel-site")]).await;
    assert!(asked.is(303).header("location").unwrap().starts_with("/signin?"));
    userinfo(&house, &text(&tokens, "access_token")).await.is(200);
    house.close().await;
}

#[tokio::test]
async fn an_app_lists_and_ends_them_by_the_api() {
    let (house, mut browser) = house().await;
    let tokens = redeem(&house, &code(&mut browser, &[]).await).await.is(200).json();
    let mut app = house.app();
    app.sign_in("hanako@example.jp", PASSWORD).await.is(200);
    let list = app.get("/api/v1/account/sessions").await.is(200).json();
    let line = &list["connected"][0];
    assert_eq!((&line["client"], &line["name"]), (&json!("novel-site"), &json!("Story Lamp")));
    assert_eq!(line["scope"], json!("openid profile email"));
    let id = claims(&text(&tokens, "id_token"));
    assert!(line["connected_at"].as_str().unwrap().starts_with("20") && id["sub"].is_string());
    let path = "/api/v1/account/connected/novel-site";
    app.delete(path).await.is(204);
    app.delete(path).await.problem(404, "not-found");
    userinfo(&house, &text(&tokens, "access_token")).await.is(401);
    house.close().await;
}
