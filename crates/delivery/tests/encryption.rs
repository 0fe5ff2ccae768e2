//! STARTTLS and TLS from the start, with an authority made for the test.
//!
//! Rows of security.md 2.5 (STARTTLS: required mode refuses downgrade). What must never happen: a mail or a password
//! heard by a relay that the client had no reason to trust.

mod support;

use delivery::{SendFault, Smtp, SmtpOptions, compose};
use secrecy::SecretString;
use support::{Act, Script, TestRelay, Tls, authority, letter, sender};

fn trusting(relay: &TestRelay, scheme: &str, ca_file: &std::path::Path) -> SmtpOptions {
    let mut options = relay.options(scheme);
    options.ca_file = Some(ca_file.to_owned());
    options
}

async fn attempt(options: &SmtpOptions) -> Result<(), SendFault> {
    let mail = compose(&letter(), &sender()).unwrap();
    let sent = Smtp::new(options).unwrap().send(&mail).await;
    sent.map(|_receipt| ())
}

#[tokio::test]
async fn starttls_and_tls_deliver_when_the_authority_is_known() {
    let (ca_file, acceptor) = authority("known");
    for (scheme, tls) in
        [("starttls", Tls::OnRequest(acceptor.clone())), ("smtps", Tls::FromTheStart(acceptor))]
    {
        let login = Some("AGdlbmthbgBzZWNyZXQ=".to_owned());
        let script = Script { login, ..Script::accept_all().with_tls(tls) };
        let relay = TestRelay::start(script).await;
        let mut options = trusting(&relay, scheme, &ca_file);
        options.user = Some("genkan".to_owned());
        options.password = Some(SecretString::from("secret"));
        attempt(&options).await.unwrap();
        let mail = compose(&letter(), &sender()).unwrap();
        assert_eq!(relay.heard().mails, [mail.bytes], "{scheme}");
    }
}

#[tokio::test]
async fn a_certificate_of_an_unknown_authority_or_for_another_name_is_refused() {
    let (ca_file, acceptor) = authority("unknown");
    for (scheme, tls) in
        [("starttls", Tls::OnRequest(acceptor.clone())), ("smtps", Tls::FromTheStart(acceptor))]
    {
        let relay = TestRelay::start(Script::accept_all().with_tls(tls)).await;
        let without = attempt(&relay.options(scheme)).await.unwrap_err();
        assert!(matches!(without, SendFault::Relay { .. }), "{scheme}: {without}");
        let mut other_name = trusting(&relay, scheme, &ca_file);
        other_name.url = format!("{scheme}://127.0.0.1:{}", relay.port);
        let other_name = attempt(&other_name).await.unwrap_err();
        assert!(matches!(other_name, SendFault::Relay { .. }), "{scheme}: {other_name}");
        assert!(relay.heard().all_of("MAIL").is_empty());
    }
}

#[tokio::test]
async fn without_starttls_nothing_is_sent() {
    let (ca_file, acceptor) = authority("downgrade");
    let not_offered = Script::accept_all();
    let refused = Script::accept_all()
        .with_tls(Tls::OnRequest(acceptor))
        .at("STARTTLS", Act::Reply("502 5.5.1 not today"));
    for script in [not_offered, refused] {
        let relay = TestRelay::start(script).await;
        let mut options = trusting(&relay, "starttls", &ca_file);
        options.user = Some("genkan".to_owned());
        options.password = Some(SecretString::from("secret"));
        let fault = attempt(&options).await.unwrap_err();
        assert!(matches!(fault, SendFault::Relay { .. }), "{fault}");
        assert!(relay.heard().all_of("AUTH").is_empty());
        assert!(relay.heard().all_of("MAIL").is_empty());
    }
}

/// Octets that somebody in between appends to the plain reply must not be read as replies inside of TLS.
#[tokio::test]
async fn replies_injected_before_tls_are_never_believed() {
    let (ca_file, acceptor) = authority("injected");
    let injected = "250-evil.example\r\n250 SIZE 1\r\n250 ok\r\n250 ok\r\n354 go\r\n250 taken";
    let relay =
        TestRelay::start(Script::accept_all().with_tls(Tls::Injected(acceptor, injected))).await;
    let fault = attempt(&trusting(&relay, "starttls", &ca_file)).await.unwrap_err();
    assert!(!matches!(fault, SendFault::Permanent { .. }), "{fault}");
    assert!(relay.heard().all_of("MAIL").is_empty());
}
