//! A relay somebody else wrote (Python's aiosmtpd) takes our mails, and Python's email package reads them back.
//!
//! It is here because our own relay and our own reading could share a mistake with the code. Without aiosmtpd
//! (`pip install aiosmtpd`) it prints that it was skipped. What must never happen: a skip that goes unseen.

mod support;

use base64::{Engine, engine::general_purpose::STANDARD};
use delivery::{Letter, Sender, Smtp, SmtpOptions, compose};
use serde_json::json;
use support::{letter, python::Python, sender};

#[tokio::test]
async fn python_reads_every_mail_back_intact() {
    let Some(mut relay) = Python::start("aiosmtpd_relay.py", &["aiosmtpd"]) else {
        return;
    };
    let url = format!("smtp://127.0.0.1:{}", relay.next());
    let smtp = Smtp::new(&SmtpOptions::new(&url, "genkan.example")).unwrap();
    for (to, name, subject) in [
        ("hanako@example.jp", "玄関（げんかん）", letter().subject.as_str()),
        ("a..b.@docomo.ne.jp", "髙﨑①～−", "髙﨑①～−"),
        (".x@ezweb.ne.jp", "Bank, \"Inc\" <e@evil.example>", "=?utf-8?q?C10?="),
        ("o'neil+shop@example.jp", "=?utf-8?q?C10?=", "Your code"),
        ("a@example.jp", "Genkan", &"𠮷野家で髙島屋 ".repeat(30)),
    ] {
        let letter = Letter { to: to.to_owned(), subject: subject.to_owned(), ..letter() };
        let sender = Sender { name: name.to_owned(), ..sender() };
        let mail = compose(&letter, &sender).unwrap();
        let receipt = smtp.send(&mail).await.unwrap();
        assert_eq!(receipt.reply, "250 2.0.0 kept");
        let seen = relay.next();
        let octets = STANDARD.decode(seen["octets"].as_str().unwrap()).unwrap();
        assert!(octets == mail.bytes, "not the same octets");
        assert_eq!(seen["defects"], json!([]), "{to}");
        assert_eq!(seen["mail_from"], json!(sender.address));
        // C2: the quotes are spelling; what they hold is the stored address, for the relay and for the reader.
        assert_eq!(seen["rcpt_to"], json!([to]));
        assert_eq!(seen["to"], json!([to]));
        assert_eq!(seen["subject"], json!(subject));
        assert_eq!(seen["from_name"], json!(name));
        assert_eq!(seen["from_address"], json!(sender.address));
        assert_eq!(seen["from_count"], json!(1));
        assert_eq!(seen["date"], json!("2025-11-22T09:42:06+09:00"));
        assert_eq!(seen["text"].as_str().unwrap().replace("\r\n", "\n"), letter.text);
        assert_eq!(seen["html"].as_str().unwrap().trim_end(), letter.html);
    }
}
