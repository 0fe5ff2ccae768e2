use super::{Client, Pkce, Trust};
use verifiers::signing::Algorithm;

fn client(redirect_uris: &[&str]) -> Client {
    Client {
        id: "novel-site".to_owned(),
        label: pages::PerLocale::same("novel-site"),
        secrets: Vec::new(),
        redirect_uris: redirect_uris.iter().map(|uri| (*uri).to_owned()).collect(),
        signed_out_uris: vec!["https://novel.example.jp/bye".to_owned()],
        scopes: ["openid", "email"].map(str::to_owned).to_vec(),
        algorithm: Algorithm::EdDsa,
        sector: None,
        audience: Vec::new(),
        pkce: Pkce::Required,
        trust: Trust::Pages,
        pushes: false,
        shows_key: false,
        logout: None,
    }
}

/// What lenient readers have taken for the registered address (security.md F1).
const LOOKALIKES: [&str; 64] = [
    "",
    "https://novel.example.jp",
    "https://novel.example.jp/",
    "https://novel.example.jp/callback/",
    "https://novel.example.jp/callback/..",
    "https://novel.example.jp/callback/../callback",
    "https://novel.example.jp/callback/..;/",
    "https://novel.example.jp/callback;",
    "https://novel.example.jp/callback;x=1",
    "https://novel.example.jp/callback?",
    "https://novel.example.jp/callback?x=1",
    "https://novel.example.jp/callback#",
    "https://novel.example.jp/callback#fragment",
    "https://novel.example.jp/callback%00",
    "https://novel.example.jp/callback%20",
    "https://novel.example.jp/callback ",
    " https://novel.example.jp/callback",
    "https://novel.example.jp/callback\t",
    "https://novel.example.jp/callback\n",
    "https://novel.example.jp/callback\\",
    "https://novel.example.jp/callbackx",
    "https://novel.example.jp/callbac",
    "https://novel.example.jp/Callback",
    "https://novel.example.jp/%63allback",
    "https://novel.example.jp/callback%2f",
    "https://novel.example.jp/callback%2e%2e",
    "https://novel.example.jp//callback",
    "https://novel.example.jp/./callback",
    "https://novel.example.jp/x/../callback",
    "https://NOVEL.example.jp/callback",
    "HTTPS://novel.example.jp/callback",
    "http://novel.example.jp/callback",
    "https:/novel.example.jp/callback",
    "https:novel.example.jp/callback",
    "//novel.example.jp/callback",
    "novel.example.jp/callback",
    "https://novel.example.jp:443/callback",
    "https://novel.example.jp:8443/callback",
    "https://novel.example.jp:/callback",
    "https://novel.example.jp./callback",
    "https://novel.example.jp.evil.example/callback",
    "https://evilnovel.example.jp/callback",
    "https://evil.example/novel.example.jp/callback",
    "https://evil.example?https://novel.example.jp/callback",
    "https://evil.example#https://novel.example.jp/callback",
    "https://evil.example\\novel.example.jp/callback",
    "https://novel.example.jp@evil.example/callback",
    "https://novel.example.jp@@evil.example/callback",
    "https://novel.example.jp:x@evil.example/callback",
    "https://evil.example@novel.example.jp/callback",
    "https://user:password@novel.example.jp/callback",
    "https://@novel.example.jp/callback",
    "https://novel.example.jp%2fcallback",
    "https://novel.example.jp%00.evil.example/callback",
    "https://novel.example.jp%0d%0aLocation:/callback",
    "https://novel\u{3002}example\u{3002}jp/callback",
    "https://n\u{043e}vel.example.jp/callback",
    "https://[novel.example.jp]/callback",
    "https://novel.example.jp\u{0}/callback",
    "javascript:alert(1)//https://novel.example.jp/callback",
    "data:text/html,https://novel.example.jp/callback",
    "*",
    "https://*.example.jp/callback",
    "https://novel.example.jp/*",
];

#[test]
fn f1_only_the_registered_address_passes_byte_for_byte() {
    let client = client(&["https://novel.example.jp/callback"]);
    assert!(client.may_redirect_to("https://novel.example.jp/callback"));
    for uri in LOOKALIKES {
        assert!(!client.may_redirect_to(uri), "{uri:?}");
        assert!(!client.may_end_at(uri), "{uri:?}");
    }
    assert!(client.may_end_at("https://novel.example.jp/bye"));
}

#[test]
fn f1_an_asterisk_that_is_registered_stands_for_itself() {
    let client = client(&["https://*.example.jp/callback"]);
    assert!(!client.may_redirect_to("https://novel.example.jp/callback"));
}

#[test]
fn rfc_8252_7_3_of_a_loopback_address_the_port_is_free_and_nothing_else() {
    let client = client(&["http://127.0.0.1/callback", "http://[::1]:0/callback"]);
    for uri in
        ["http://127.0.0.1:53124/callback", "http://127.0.0.1/callback", "http://[::1]:9/callback"]
    {
        assert!(client.may_redirect_to(uri), "{uri}");
    }
    for uri in [
        "http://localhost:53124/callback",
        "https://127.0.0.1:53124/callback",
        "http://127.0.0.1:53124/callback/",
        "http://127.0.0.1:53124/other",
        "http://127.0.0.1:x@evil.example/callback",
        "http://127.0.0.1:1@evil.example/callback",
        "http://127.0.0.1.evil.example/callback",
        "http://127.0.0.1:123456/callback",
        "http://127.0.0.2:1/callback",
        "http://[::2]:1/callback",
        "http://127.0.0.1:1\\@evil.example/callback",
    ] {
        assert!(!client.may_redirect_to(uri), "{uri}");
    }
}

#[test]
fn what_is_asked_for_beyond_the_settings_is_not_given() {
    let client = client(&[]);
    assert_eq!(client.granted("openid email admin email  "), "openid email");
    assert_eq!(client.granted("OPENID"), "");
}
