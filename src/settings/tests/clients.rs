//! Clients: what is taken, what is refused, and where a code may be sent.

use super::super::clients::is_redirect_uri;
use super::settings;

const CLIENT: &str = "client.novel-site.redirect_uris = [\"https://novel.example.jp/callback\"]\n";

fn messages(text: &str) -> String {
    let problems = settings(text).err().unwrap_or_else(|| panic!("accepted: {text}"));
    problems.iter().map(|p| format!("{} {p}\n", p.key.clone().unwrap_or_default())).collect()
}

#[test]
fn a_client_is_there_as_soon_as_its_addresses_are() {
    let settings = settings(CLIENT).unwrap_or_else(|p| panic!("{p:?}"));
    let [client] = settings.clients.as_slice() else { panic!("one client") };
    assert_eq!((client.name.as_str(), client.algorithm.as_str()), ("novel-site", "ES256"));
    assert!(client.secrets.is_none() && !client.pkce_optional && !client.first_party);
    assert_eq!(client.scopes, ["openid", "profile", "email", "offline_access"]);
}

#[test]
fn what_is_wrong_with_a_client_is_told_by_its_name() {
    for (line, key) in [
        ("secrets = \"short\"", "client.novel-site.secrets"),
        ("pkce = \"optional\"", "client.novel-site.pkce"),
        ("scopes = [\"email\"]", "client.novel-site.scopes"),
        ("algorithm = \"none\"", "client.novel-site.algorithm"),
        ("sector = \"novel example\"", "client.novel-site.sector"),
        (
            "backchannel_logout_uri = \"http://novel.example.jp/out\"",
            "client.novel-site.backchannel_logout_uri",
        ),
        ("backchannel_logout_uri = \"http://127.0.0.1:3000/out\"", "allow_private"),
        (
            "backchannel_logout_uri = \"https://u:p@novel.example.jp/\"",
            "client.novel-site.backchannel_logout_uri",
        ),
    ] {
        let told = messages(&format!("{CLIENT}client.novel-site.{line}\n"));
        assert!(told.contains(key), "{line}: {told}");
    }
    assert!(messages("client.novel-site.pkce = \"required\"\n").contains("redirect_uris"));
}

#[test]
fn f1_rfc_8252_7_1_a_code_is_sent_to_https_to_an_apps_own_scheme_or_to_this_machine() {
    for good in [
        "https://novel.example.jp/callback",
        "https://novel.example.jp:8443/callback?site=1",
        "http://127.0.0.1/callback",
        "http://[::1]:7000/callback",
        "http://localhost:3000/callback",
        "jp.example.reader:/callback",
    ] {
        assert!(is_redirect_uri(good), "{good}");
    }
    for bad in [
        "",
        "novel.example.jp/callback",
        "http://novel.example.jp/callback",
        "https:///callback",
        "https://novel.example.jp/callback#top",
        "https://user@novel.example.jp/callback",
        "https://*.example.jp/callback",
        "https://novel.example.jp/a/../callback",
        "https://novel.example.jp\\callback",
        "https://novel.example.jp/call back",
        "javascript:alert(1)",
        "data:text/html,x",
        "reader:/callback",
        "jp.example.reader:callback",
        "http://127.0.0.1.evil.example/callback",
    ] {
        assert!(!is_redirect_uri(bad), "{bad}");
    }
}
