//! The small readers of addresses, right and wrong.

use super::*;

#[test]
fn an_origin_is_scheme_host_and_port_only() {
    assert_eq!(origin("https://Example.COM:443/").unwrap().to_string(), "https://example.com");
    assert_eq!(origin("http://[::1]:7878").unwrap().to_string(), "http://[::1]:7878");
    for wrong in [
        "example.com",
        "ftp://a.jp",
        "https://a.jp/x",
        "https://a.jp?x",
        "https://u:p@a.jp",
        "https://",
    ] {
        assert!(origin(wrong).is_err(), "{wrong}");
    }
    for wrong in
        ["https://a.jp:0", "https://a.jp:99999", "https://a b.jp", "https://[::1]x", "https://-a.jp"]
    {
        assert!(origin(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn only_loopback_speaks_plain_smtp_by_itself() {
    assert_eq!(
        smtp("smtp://mail.example.com").unwrap().transport_url(),
        "starttls://mail.example.com:587"
    );
    assert_eq!(
        smtp("smtps://mail.example.com").unwrap().transport_url(),
        "smtps://mail.example.com:465"
    );
    assert_eq!(smtp("smtp://127.0.0.1:1025").unwrap().transport_url(), "smtp://127.0.0.1:1025");
    assert_eq!(smtp("smtp://a.jp?tls=none").unwrap().security, SmtpSecurity::Plain);
    assert!(smtp("smtp://user:secret@a.jp").is_err_and(|what| !what.contains("secret")));
    assert!(smtp("smtp://a.jp?tls=maybe").is_err());
}

#[test]
fn a_database_url_carries_no_password() {
    assert_eq!(
        database("sqlite:genkan.sqlite").unwrap(),
        DatabasePlace::Sqlite("genkan.sqlite".into())
    );
    assert_eq!(
        database("sqlite:///var/g.sqlite").unwrap(),
        DatabasePlace::Sqlite("/var/g.sqlite".into())
    );
    assert!(database("postgres://genkan@a:5432,b:5432/genkan?target_session_attrs=read-write").is_ok());
    assert!(database("postgres://genkan:hush@a/genkan").is_err_and(|what| !what.contains("hush")));
    assert!(database("postgres://a/genkan?Password=hush").is_err());
    assert!(database("sqlite::memory:").is_err());
    assert!(database("mysql://a/b").is_err());
}

#[test]
fn a_network_is_a_range_or_one_address() {
    for right in ["10.0.0.0/8", "127.0.0.1", "2001:db8::/32", "::1"] {
        assert!(network(right).is_ok(), "{right}");
    }
    for wrong in ["10.0.0.1/8", "10.0.0.0/33", "0.0.0.0/0", "::/0", "ten", "10.0.0.0/"] {
        assert!(network(wrong).is_err(), "{wrong}");
    }
}
