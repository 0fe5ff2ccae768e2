//! What becomes of a mail when a relay takes it, refuses it, hangs up, or says nothing.
//!
//! Against a relay on a real socket (`support`). What must never happen: a test here that waits for time to pass
//! other than a limit it set itself.

mod support;

use std::time::Duration;

use delivery::{
    CarrierAddresses, Fault, Letter, Outlet, PlainRule, SendFault, Sender, Smtp, SmtpOptions, Style,
    Taker, compose,
};
use secrecy::SecretString;
use support::{Act, Script, TestRelay, letter, sender};

async fn fault_of(script: Script) -> SendFault {
    let relay = TestRelay::start(script).await;
    let mail = compose(&letter(), &sender()).unwrap();
    relay.smtp().send(&mail).await.unwrap_err()
}

fn is_temporary(fault: &SendFault) -> bool {
    matches!(fault, SendFault::Temporary { .. })
}

fn is_relay(fault: &SendFault) -> bool {
    matches!(fault, SendFault::Relay { .. })
}

#[tokio::test]
async fn a_mail_arrives_octet_by_octet_and_the_receipt_is_the_reply() {
    let relay = TestRelay::start(Script::accept_all()).await;
    let mail = compose(&letter(), &sender()).unwrap();
    let receipt = relay.smtp().send(&mail).await.unwrap();
    assert_eq!(receipt.reply, "250 2.0.0 taken as 4711");
    let heard = relay.heard();
    assert_eq!(heard.mails, [mail.bytes]);
    assert_eq!(
        heard.commands,
        [
            "CONNECT",
            "EHLO genkan.example",
            "MAIL FROM:<no-reply@genkan.example>",
            "RCPT TO:<hanako@example.jp>",
            "DATA",
            "."
        ]
    );
}

/// C1, C2: one recipient, and it is the stored address.
#[tokio::test]
async fn c2_the_relay_hears_exactly_the_stored_address() {
    let relay = TestRelay::start(Script::accept_all()).await;
    let smtp = relay.smtp();
    for (stored, heard) in [
        ("o'neil+shop@Example.JP", "RCPT TO:<o'neil+shop@Example.JP>"),
        ("a?b/c@docomo.ne.jp", "RCPT TO:<a?b/c@docomo.ne.jp>"),
        ("a..b.@docomo.ne.jp", "RCPT TO:<\"a..b.\"@docomo.ne.jp>"),
        (".x@ezweb.ne.jp", "RCPT TO:<\".x\"@ezweb.ne.jp>"),
    ] {
        let mail = compose(&Letter { to: stored.to_owned(), ..letter() }, &sender()).unwrap();
        smtp.send(&mail).await.unwrap();
        assert_eq!(relay.heard().all_of("RCPT").last(), Some(&heard));
    }
    assert_eq!(relay.heard().all_of("RCPT").len(), 4);
}

/// Some relays take the old carrier addresses without quotes alone: then they stand so in the command and in the header.
#[tokio::test]
async fn c2_the_relay_hears_old_carrier_addresses_raw_where_it_wants_them_so() {
    let relay = TestRelay::start(Script::accept_all()).await;
    let smtp = relay.smtp();
    let style = Style { carrier_addresses: CarrierAddresses::Raw, ..Style::default() };
    for stored in ["a..b.@docomo.ne.jp", ".x@ezweb.ne.jp", "taro.@softbank.ne.jp", "a.b@example.jp"] {
        let sender = Sender { address: "no..reply@genkan.example".to_owned(), style, ..sender() };
        let mail = compose(&Letter { to: stored.to_owned(), ..letter() }, &sender).unwrap();
        smtp.send(&mail).await.unwrap();
        let heard = relay.heard();
        assert_eq!(heard.all_of("RCPT").last().unwrap(), &format!("RCPT TO:<{stored}>"));
        // What is ours is written as the standard has it.
        let from = heard.all_of("MAIL").last().unwrap().to_owned();
        assert!(from.starts_with("MAIL FROM:<\"no..reply\"@genkan.example>"), "{from}");
        let text = String::from_utf8(heard.mails.last().unwrap().clone()).unwrap();
        assert!(text.contains(&format!("\r\nTo: {stored}\r\n")), "{text}");
    }
    // Nothing else passes than before.
    for wrong in ["a b@docomo.ne.jp", "a\"b@docomo.ne.jp", "@docomo.ne.jp", "a>b@docomo.ne.jp"] {
        let sender = Sender { style, ..sender() };
        assert!(compose(&Letter { to: wrong.to_owned(), ..letter() }, &sender).is_err(), "{wrong}");
    }
}

/// Postmark leaves the Message-ID alone and names it in its reports where the mail asks for it.
#[tokio::test]
async fn postmark_is_told_to_keep_the_id_and_to_name_it() {
    let relay = TestRelay::start(Script::accept_all()).await;
    let style = Style { taker: Taker::Postmark, ..Style::default() };
    for (style, told) in [(style, true), (Style::default(), false)] {
        let mail = compose(&letter(), &Sender { style, ..sender() }).unwrap();
        relay.smtp().send(&mail).await.unwrap();
        let text = String::from_utf8(relay.heard().mails.last().unwrap().clone()).unwrap();
        let id = text.lines().find_map(|line| line.strip_prefix("Message-ID: ")).unwrap();
        let asked = format!("\r\nX-PM-KeepID: true\r\nX-PM-Metadata-genkan: {id}\r\n");
        assert_eq!(text.contains(&asked), told, "{text}");
        assert_eq!(text.contains("X-PM"), told);
    }
}

/// C1: nothing is sent, not even a connection is opened.
#[tokio::test]
async fn c1_an_address_that_reads_as_two_never_reaches_the_relay() {
    let relay = TestRelay::start(Script::accept_all()).await;
    let outlet = Outlet::Smtp(relay.smtp());
    let letter = Letter { to: "a@x.example,b@y.example".to_owned(), ..letter() };
    let fault = outlet.send(&letter, &sender()).await.unwrap_err();
    assert!(matches!(fault, SendFault::Permanent { code: 553, .. }), "{fault}");
    assert_eq!(relay.heard().connections, 0);
}

/// C5: the end of a mail and commands inside of a body stay inside of the body.
#[tokio::test]
async fn c5_a_body_cannot_end_the_mail_or_begin_another() {
    let relay = TestRelay::start(Script::accept_all()).await;
    let evil =
        "x\r\n.\r\nMAIL FROM:<e@evil.example>\r\nRCPT TO:<v@victim.example>\r\nDATA\r\nhi\r\n.\r\n";
    let letter = Letter { text: evil.to_owned(), html: evil.to_owned(), ..letter() };
    let mail = compose(&letter, &sender()).unwrap();
    relay.smtp().send(&mail).await.unwrap();
    let heard = relay.heard();
    assert_eq!(heard.mails, [mail.bytes]);
    assert_eq!(heard.all_of("MAIL").len(), 1);
    assert_eq!(heard.all_of("RCPT").len(), 1);
}

#[tokio::test]
async fn several_mails_go_over_one_connection() {
    let relay = TestRelay::start(Script::accept_all()).await;
    let smtp = relay.smtp();
    for number in 0..5 {
        let letter = Letter { id: format!("id.{number}"), ..letter() };
        smtp.send(&compose(&letter, &sender()).unwrap()).await.unwrap();
    }
    assert_eq!(relay.heard().connections, 1);
    assert_eq!(relay.heard().mails.len(), 5);
}

#[tokio::test]
async fn mails_at_the_same_time_open_no_more_connections_than_allowed() {
    let relay = TestRelay::start(Script::accept_all()).await;
    let mut options = relay.options("smtp");
    options.pool_size = 2;
    let smtp = Smtp::new(&options).unwrap();
    let sends: Vec<_> = (0..12)
        .map(|number| {
            let smtp = smtp.clone();
            let letter = Letter { id: format!("id.{number}"), ..letter() };
            let mail = compose(&letter, &sender()).unwrap();
            tokio::spawn(async move { smtp.send(&mail).await })
        })
        .collect();
    for send in sends {
        send.await.unwrap().unwrap();
    }
    assert_eq!(relay.heard().mails.len(), 12);
    assert!(relay.heard().connections <= 2, "{}", relay.heard().connections);
}

#[tokio::test]
async fn a_parked_connection_that_died_is_replaced() {
    let relay = TestRelay::start(Script::accept_all().at("RSET", Act::HangUp)).await;
    let smtp = relay.smtp();
    let mail = compose(&letter(), &sender()).unwrap();
    smtp.send(&mail).await.unwrap();
    smtp.send(&mail).await.unwrap();
    assert_eq!(relay.heard().connections, 2);
    assert_eq!(relay.heard().mails.len(), 2);
}

#[tokio::test]
async fn a_refused_recipient_does_not_cost_the_connection() {
    let relay = TestRelay::start(
        Script::accept_all().at("RCPT TO:<gone@", Act::Reply("550 5.1.1 no such user")),
    )
    .await;
    let smtp = relay.smtp();
    let gone = Letter { to: "gone@example.jp".to_owned(), ..letter() };
    let fault = smtp.send(&compose(&gone, &sender()).unwrap()).await.unwrap_err();
    let SendFault::Permanent { code: 550, text } = fault else {
        panic!("{fault}");
    };
    assert!(text.contains("no such user"), "{text}");
    smtp.send(&compose(&letter(), &sender()).unwrap()).await.unwrap();
    assert_eq!(relay.heard().connections, 1);
}

#[tokio::test]
async fn a_full_mailbox_at_data_is_permanent() {
    for command in ["DATA", "."] {
        let script = Script::accept_all().at(command, Act::Reply("552 5.2.2 mailbox full"));
        let fault = fault_of(script).await;
        assert!(matches!(fault, SendFault::Permanent { code: 552, .. }), "{command}: {fault}");
    }
}

#[tokio::test]
async fn a_4xx_is_temporary_at_every_command() {
    for command in ["CONNECT", "EHLO", "MAIL", "RCPT", "DATA", "."] {
        for reply in ["421 4.3.2 closing", "451 4.7.1 greylisted"] {
            let fault = fault_of(Script::accept_all().at(command, Act::Reply(reply))).await;
            assert!(is_temporary(&fault), "{command} {reply}: {fault}");
        }
    }
}

#[tokio::test]
async fn a_hang_up_is_temporary_at_every_command() {
    for command in ["CONNECT", "EHLO", "MAIL", "RCPT", "DATA", "."] {
        let fault = fault_of(Script::accept_all().at(command, Act::HangUp)).await;
        assert!(is_temporary(&fault), "{command}: {fault}");
    }
}

#[tokio::test]
async fn a_5xx_before_the_recipient_is_the_relay_and_not_the_mail() {
    for command in ["CONNECT", "EHLO", "MAIL"] {
        let script = Script::accept_all().at(command, Act::Reply("550 5.7.1 we do not know you"));
        let fault = fault_of(script).await;
        assert!(is_relay(&fault), "{command}: {fault}");
    }
}

/// RFC 4954 §6: a relay that wants a password may say so at any command; no mail may be given up for it.
#[tokio::test]
async fn a_demand_for_a_password_is_the_relay_even_at_the_recipient() {
    for command in ["RCPT", "DATA"] {
        let reply = Act::Reply("530 5.7.0 Authentication required");
        let fault = fault_of(Script::accept_all().at(command, reply)).await;
        assert!(is_relay(&fault), "{command}: {fault}");
    }
}

#[tokio::test]
async fn a_silent_relay_is_left_when_the_time_is_up() {
    for command in ["CONNECT", "EHLO", "MAIL", "RCPT", "DATA", "."] {
        let relay = TestRelay::start(Script::accept_all().at(command, Act::Silence)).await;
        let mut options = relay.options("smtp");
        options.timeout = Duration::from_millis(300);
        let smtp = Smtp::new(&options).unwrap();
        let mail = compose(&letter(), &sender()).unwrap();
        let fault = smtp.send(&mail).await.unwrap_err();
        assert!(is_temporary(&fault), "{command}: {fault}");
        assert!(fault.to_string().contains("no answer in time"), "{command}: {fault}");
    }
}

/// H3: a relay that is down is a value to retry on, at once; whoever asked for the mail is not told.
#[tokio::test]
async fn h3_a_relay_that_is_down_is_temporary() {
    // Bound and closed again: nobody listens there.
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let smtp = Smtp::new(&SmtpOptions::new(&format!("smtp://127.0.0.1:{port}"), "g.example")).unwrap();
    let fault = smtp.send(&compose(&letter(), &sender()).unwrap()).await.unwrap_err();
    assert!(is_temporary(&fault), "{fault}");
    assert!(is_temporary(&smtp.probe().await.unwrap_err()));
}

#[tokio::test]
async fn replies_reach_the_log_on_one_line() {
    let script = Script::accept_all().at("RCPT", Act::Reply("550-a\u{1b}[31mb\r\n550 c"));
    let text = fault_of(script).await.to_string();
    assert!(!text.chars().any(char::is_control), "{text:?}");
}

fn with_login(relay: &TestRelay, password: &str) -> Smtp {
    let mut options = relay.options("smtp");
    options.user = Some("genkan".to_owned());
    options.password = Some(SecretString::from(password));
    Smtp::new(&options).unwrap()
}

#[tokio::test]
async fn a_relay_that_asks_for_a_password_gets_it() {
    // base64 of NUL genkan NUL secret (RFC 4616)
    let login = Some("AGdlbmthbgBzZWNyZXQ=".to_owned());
    let relay = TestRelay::start(Script { login, ..Script::accept_all() }).await;
    let mail = compose(&letter(), &sender()).unwrap();
    with_login(&relay, "secret").send(&mail).await.unwrap();
    with_login(&relay, "secret").probe().await.unwrap();
    assert_eq!(relay.heard().mails.len(), 1);
    let wrong = with_login(&relay, "hunter2").send(&mail).await.unwrap_err();
    assert!(is_relay(&wrong), "{wrong}");
    assert!(!wrong.to_string().contains("hunter2"), "{wrong}");
    let without = relay.smtp().send(&mail).await.unwrap_err();
    assert!(is_relay(&without), "{without}");
}

#[tokio::test]
async fn a_password_is_not_given_to_a_relay_that_cannot_check_it() {
    let relay = TestRelay::start(Script::accept_all()).await;
    let fault = with_login(&relay, "secret").probe().await.unwrap_err();
    assert!(is_relay(&fault), "{fault}");
    assert!(relay.heard().all_of("AUTH").is_empty());
}

#[tokio::test]
async fn a_probe_sends_nothing() {
    let relay = TestRelay::start(Script::accept_all()).await;
    let smtp = relay.smtp();
    smtp.probe().await.unwrap();
    smtp.probe().await.unwrap();
    smtp.close().await;
    assert_eq!(relay.heard().commands, ["CONNECT", "EHLO genkan.example", "RSET", "QUIT"]);
}

#[tokio::test]
async fn a_handover_gets_the_letter_and_the_finished_mail() {
    let (give, take) = std::sync::mpsc::channel();
    let give = std::sync::Mutex::new(give);
    let outlet = Outlet::Handover(std::sync::Arc::new(move |letter, mail| {
        give.lock().unwrap().send((letter.subject.clone(), mail.bytes.clone())).unwrap();
    }));
    outlet.send(&letter(), &sender()).await.unwrap();
    outlet.probe().await.unwrap();
    let (subject, bytes) = take.recv().unwrap();
    assert_eq!(subject, letter().subject);
    assert_eq!(bytes, compose(&letter(), &sender()).unwrap().bytes);
}

#[test]
fn an_unencrypted_way_leads_to_this_machine_only() {
    let at = |url: &str| SmtpOptions::new(url, "g.example");
    let refused = |options: &SmtpOptions| Smtp::new(options).err();
    for url in ["smtp://localhost", "smtp://127.0.0.1:2525", "smtp://[::1]:25"] {
        assert_eq!(refused(&at(url)), None, "{url}");
    }
    let host = "mail.example".to_owned();
    let mut far = at("smtp://mail.example");
    assert_eq!(refused(&far), Some(Fault::PlainRefused { host }));
    far.plain = PlainRule::Anywhere;
    assert_eq!(refused(&far), None);
    far.user = Some("u".to_owned());
    assert_eq!(refused(&far), Some(Fault::Login));
    far.password = Some(SecretString::from("p"));
    assert_eq!(refused(&far), Some(Fault::PasswordInTheClear));
}

#[test]
fn settings_that_cannot_work_are_refused_at_the_start() {
    for url in [
        "mail.example:25",
        "http://mail.example",
        "smtp://user:secret@localhost:25",
        "smtp://localhost:0x19",
        "smtp://localhost:25/path",
        "smtp://",
        "smtp://[::1",
        "smtp://local host",
    ] {
        assert_eq!(Smtp::new(&SmtpOptions::new(url, "g.example")).err(), Some(Fault::Url), "{url}");
    }
    for name in ["", "g.example\r\nRSET", "[300.1.1.1]", "ge nkan"] {
        let options = SmtpOptions::new("smtp://localhost", name);
        assert_eq!(Smtp::new(&options).err(), Some(Fault::EhloName), "{name:?}");
    }
    let mut options = SmtpOptions::new("smtps://localhost", "[127.0.0.1]");
    options.ca_file = Some("/nowhere/ca.pem".into());
    assert!(matches!(Smtp::new(&options).err(), Some(Fault::CaFile { .. })));
    // Readable, but no certificate in it.
    options.ca_file = Some(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml").into());
    assert!(matches!(Smtp::new(&options).err(), Some(Fault::CaFile { .. })));
}

/// A receiver that wants fewer mails is told from one that is put off by greylisting, and from a relay that is busy itself.
#[tokio::test]
async fn a_receiver_that_gets_too_many_is_known_by_what_it_says() {
    for (stage, reply, too_many) in [
        ("RCPT", "421 4.7.0 try again later", true),
        ("RCPT", "421 Service not available", true),
        ("RCPT", "450 4.7.1 Client host rejected", true),
        ("RCPT", "451 4.7.650 The mail server has been temporarily rate limited", true),
        ("RCPT", "450 Too many recipients from you", true),
        (".", "452 Message rate limit exceeded", true),
        ("RCPT", "450 4.2.0 <a@x>: Recipient address rejected: Greylisted", false),
        ("RCPT", "451 4.7.1 Greylisting in action", false),
        ("RCPT", "452 4.2.2 Mailbox full", false),
        ("RCPT", "451 4.3.0 192.4.7.1 is away", false),
        ("RCPT", "550 5.7.1 too many", false),
        ("MAIL", "421 4.7.0 too many connections", false),
        ("CONNECT", "421 too many connections", false),
    ] {
        let script = Script { rules: vec![(stage, Act::Reply(reply))], ..Script::accept_all() };
        assert_eq!(fault_of(script).await.is_too_many(), too_many, "{stage} {reply}");
    }
}
