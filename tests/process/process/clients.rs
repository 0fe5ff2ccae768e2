//! Sites and apps added, changed and taken away by command beside the running service: known and forgotten within seconds, their
//! secrets shown once and kept nowhere.

use std::time::{Duration, Instant};

use serde_json::Value;

use super::house::{Engine, House, pause};
use super::http::Client;

const BACK: &str = "redirect_uris=https://novel.example.jp/callback";
const PATIENCE: Duration = Duration::from_secs(30);

fn told(house: &House, arguments: &[&str]) -> Value {
    let settings = house.settings();
    let all = [&["--json", "client"], arguments, &["--config", &settings]].concat();
    serde_json::from_slice(&house.run(&all).stdout).expect("JSON")
}

fn refused(house: &House, arguments: &[&str]) -> String {
    let settings = house.settings();
    house.refused(&[&["client"], arguments, &["--config", &settings]].concat())
}

/// What the token endpoint says to a client that shows this secret and no code of ours.
fn word(client: &Client, name: &str, secret: Option<&str>) -> String {
    let secret = secret.map(|secret| format!("&client_secret={secret}")).unwrap_or_default();
    let form = format!(
        "grant_type=authorization_code&client_id={name}{secret}&code=x&redirect_uri=x&code_verifier=x"
    );
    client.form("/oauth/token", &form).expect("an answer").text("error")
}

/// Asks until the service says it.
fn comes_to(client: &Client, name: &str, secret: Option<&str>, expected: &str) {
    let began = Instant::now();
    while word(client, name, secret) != expected {
        assert!(began.elapsed() < PATIENCE, "{name} never hears {expected}");
        pause(Duration::from_millis(100));
    }
}

fn operators_add_and_end_clients(engine: Engine) {
    let Some(house) = House::build(engine) else { return };
    let process = house.serve();
    let client = process.client("192.0.2.1");
    let discovery = "/.well-known/openid-configuration";
    assert_eq!(client.get(discovery).expect("an answer").status, 404);
    assert_eq!(word(&client, "novel-site", Some("x")), "invalid_client");

    let added = told(&house, &["add", "novel-site", BACK, "label=物語の灯", "scopes=openid,email"]);
    let first = added["secret"].as_str().expect("a secret").to_owned();
    assert_eq!((first.len(), &added["secrets"]), (43, &Value::from(1)));
    comes_to(&client, "novel-site", Some(&first), "invalid_grant");
    assert_eq!(word(&client, "novel-site", Some("another")), "invalid_client");
    assert_eq!(word(&client, "novel-site", None), "invalid_client");
    let answer = client.get(discovery).expect("an answer");
    assert!(answer.body.contains("\"scopes_supported\":[\"email\",\"openid\"]"), "{answer:?}");
    let policy = |answer: &super::http::Answer| {
        let found = answer.headers.iter().find(|(name, _)| name == "content-security-policy");
        found.map(|(_, value)| value.clone()).unwrap_or_default()
    };
    let page = client.get("/signin").expect("an answer");
    assert!(policy(&page).contains("https://novel.example.jp"), "{page:?}");

    // A secret is exchanged without a gap.
    let second =
        told(&house, &["secret", "novel-site"])["secret"].as_str().expect("a secret").to_owned();
    comes_to(&client, "novel-site", Some(&second), "invalid_grant");
    assert_eq!(word(&client, "novel-site", Some(&first)), "invalid_grant");
    let third =
        told(&house, &["secret", "novel-site", "--only"])["secret"].as_str().expect("one").to_owned();
    comes_to(&client, "novel-site", Some(&first), "invalid_client");
    assert_eq!(word(&client, "novel-site", Some(&second)), "invalid_client");
    assert_eq!(word(&client, "novel-site", Some(&third)), "invalid_grant");

    told(&house, &["add", "reader-app", "redirect_uris=jp.example.reader:/callback", "--public"]);
    comes_to(&client, "reader-app", None, "invalid_grant");
    let set = told(&house, &["set", "novel-site", "scopes=", "pushed_requests=required"]);
    assert_eq!(set["settings"]["pushed_requests"], "required");
    assert_eq!(set["settings"]["scopes"], Value::Null);
    let listed = told(&house, &["list"]);
    let names = listed["clients"].as_array().expect("a list").iter().map(|one| one["client"].as_str());
    assert_eq!(names.collect::<Vec<_>>(), [Some("novel-site"), Some("reader-app")]);

    for (arguments, said) in [
        (vec!["add", "novel-site", BACK], "is there already"),
        (vec!["add", "Novel", BACK], "cannot name a client"),
        (vec!["add", "other", "redirect_uri=x"], "did you mean redirect_uris?"),
        (vec!["add", "other", "redirect_uris=http://other.example/"], "redirect_uris"),
        (vec!["add", "other", "label=x"], "redirect_uris is missing"),
        (vec!["set", "nobody", "label=x"], "There is no client “nobody”"),
        (vec!["set", "novel-site", "secrets=x"], "draw one"),
        (vec!["secret", "reader-app"], "can keep no secret"),
        (vec!["remove", "nobody"], "There is no client “nobody”"),
    ] {
        let words = refused(&house, &arguments);
        assert!(words.contains(said), "{arguments:?}: {words}");
    }

    told(&house, &["remove", "novel-site"]);
    comes_to(&client, "novel-site", Some(&third), "invalid_client");
    assert_eq!(word(&client, "reader-app", None), "invalid_grant");
    // A start knows them from its first answer on.
    assert!(process.stop().success());
    let process = house.serve();
    assert_eq!(word(&process.client("192.0.2.1"), "reader-app", None), "invalid_grant");
    assert!(process.stop().success());
    let log = house.log();
    for secret in [&first, &second, &third] {
        assert!(!log.contains(secret.as_str()), "a secret in the log");
    }
}

#[test]
fn operators_add_and_end_clients_on_sqlite() {
    operators_add_and_end_clients(Engine::Sqlite);
}

#[test]
fn operators_add_and_end_clients_on_postgresql() {
    operators_add_and_end_clients(Engine::Postgres);
}
