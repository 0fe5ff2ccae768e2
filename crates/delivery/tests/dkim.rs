//! Signed mails as they come out of a relay that somebody else wrote, judged by a verifier that somebody else wrote.
//!
//! It is here because a signer and its own reading would share a mistake. Python's aiosmtpd takes the mails and dkimpy
//! judges them; without these it prints that it was skipped. What must never happen: a judge that takes everything,
//! so each kind of change is shown to be refused.

mod support;

use std::{process::Command, sync::Arc};

use base64::{Engine, engine::general_purpose::STANDARD};
use delivery::{KeyFault, KeyKind, Letter, Sender, Signer, SigningKey, Smtp, SmtpOptions, compose};
use serde_json::{Map, Value, json};
use support::{letter, python::Python, sender};

const AT_S: u64 = 1_763_772_126;

fn signer() -> Signer {
    let key = |kind| SigningKey::make(kind).unwrap().0;
    let keys = [("2026a-rsa", KeyKind::Rsa), ("2026a.ed", KeyKind::Ed25519)];
    let keys = keys.map(|(selector, kind)| (selector.to_owned(), key(kind)));
    Signer::new("genkan.example", keys.into()).unwrap()
}

/// What DNS would say.
fn records(signer: &Signer) -> Value {
    let records = signer.records().unwrap();
    Value::Object(records.into_iter().map(|r| (r.name, Value::String(r.value))).collect::<Map<_, _>>())
}

struct Judge {
    dkimpy: Python,
    records: Value,
}

impl Judge {
    fn start(signer: &Signer) -> Option<Self> {
        let mut dkimpy = Python::start("dkimpy_judge.py", &["dkim", "nacl"])?;
        assert_eq!(dkimpy.line(), "ready");
        Some(Self { dkimpy, records: records(signer) })
    }

    fn verdicts(&mut self, mail: &[u8]) -> Value {
        self.dkimpy.ask(&json!({ "mail": STANDARD.encode(mail), "records": self.records }))
    }
}

fn replaced(mail: &[u8], from: &str, to: &str) -> Vec<u8> {
    let text = String::from_utf8(mail.to_vec()).unwrap();
    let changed = text.replacen(from, to, 1);
    assert_ne!(text, changed, "{from} is not in the mail");
    changed.into_bytes()
}

fn letters() -> Vec<Letter> {
    let long = "髙﨑①～−さま、𠮷野家で髙島屋 ".repeat(20);
    let mut bodies = letter();
    bodies.text = format!("{}\n\n  \t \n.\n..\nFrom here\n\n\n\n", "長い行です。".repeat(300));
    vec![
        letter(),
        Letter { subject: long, ..letter() },
        Letter { to: "\u{61}..b.@docomo.ne.jp".to_owned(), ..letter() },
        bodies,
        Letter {
            subject: "Your code for Genkan".to_owned(),
            text: "Your code is 1234 5678 9012.\n".to_owned(),
            html: "<p>Your code is 1234 5678 9012.</p>".to_owned(),
            language: "en".to_owned(),
            ..letter()
        },
        Letter {
            subject: "A subject of plain words that is far too long to stand on one line of a mail "
                .repeat(4),
            text: String::new(),
            html: String::new(),
            language: "en".to_owned(),
            ..letter()
        },
    ]
}

#[tokio::test]
async fn both_signatures_of_every_mail_are_good_when_a_relay_has_taken_it() {
    let signer = Arc::new(signer());
    let Some(mut judge) = Judge::start(&signer) else { return };
    let Some(mut relay) = Python::start("aiosmtpd_relay.py", &["aiosmtpd"]) else { return };
    let url = format!("smtp://127.0.0.1:{}", relay.next());
    let smtp = Smtp::new(&SmtpOptions::new(&url, "genkan.example")).unwrap();
    let long_name = "玄関（げんかん）株式会社 お客さま窓口 ".repeat(8);
    for (name, reply_to) in
        [("玄関（げんかん）", Some("support@genkan.example")), ("Genkan", None), (&long_name, None)]
    {
        let sender = Sender {
            name: name.to_owned(),
            reply_to: reply_to.map(str::to_owned),
            signer: Some(Arc::clone(&signer)),
            ..sender()
        };
        for letter in letters() {
            let mail = compose(&letter, &sender).unwrap();
            assert!(compose(&letter, &sender).unwrap().bytes == mail.bytes, "a retry is the same mail");
            smtp.send(&mail).await.unwrap();
            let seen = relay.next();
            assert_eq!(seen["defects"], json!([]));
            let names = seen["names"].as_array().unwrap();
            assert_eq!(names[..3], ["DKIM-Signature", "DKIM-Signature", "From"]);
            let octets = STANDARD.decode(seen["octets"].as_str().unwrap()).unwrap();
            assert_eq!(judge.verdicts(&octets), json!([true, true]), "{}", letter.subject);
        }
    }
}

#[test]
fn a_mail_that_was_changed_is_refused() {
    let signer = Arc::new(signer());
    let Some(mut judge) = Judge::start(&signer) else { return };
    let sender = Sender { signer: Some(signer), ..sender() };
    let english = Letter { subject: "Your code".to_owned(), ..letter() };
    let mail = compose(&english, &sender).unwrap().bytes;
    assert_eq!(judge.verdicts(&mail), json!([true, true]));
    let at_end = [mail.clone(), b"<p>more</p>\r\n".to_vec()].concat();
    let mut flipped = mail.clone();
    let last = flipped.iter().rposition(u8::is_ascii_lowercase).unwrap();
    flipped[last] ^= 1;
    for (what, bent) in [
        ("a body that goes on", at_end),
        ("a body with another letter", flipped),
        ("another subject", replaced(&mail, "Subject: Your code", "Subject: Your prize")),
        ("another sender", replaced(&mail, "no-reply@genkan.example", "no-reply@genkam.example")),
        ("another recipient", replaced(&mail, "To: hanako", "To: taro")),
        ("another way back", replaced(&mail, "Reply-To: support", "Reply-To: s")),
        ("another second", replaced(&mail, "t=1763772126", "t=1763772127")),
        ("another domain", replaced(&mail, "d=genkan.example", "d=genkan.exampl")),
        ("another boundary", replaced(&mail, "boundary=\"=_genkan", "boundary=\"=_x")),
    ] {
        let verdicts = judge.verdicts(&bent);
        let first_only = ["another second", "another domain"].contains(&what);
        let refused = if first_only { json!([false, true]) } else { json!([false, false]) };
        assert_eq!(verdicts, refused, "{what}");
    }
    let without = String::from_utf8(mail.clone()).unwrap();
    let without = without.replace("Auto-Submitted: auto-generated\r\n", "");
    assert_eq!(judge.verdicts(without.as_bytes()), json!([false, false]), "a field taken away");
}

/// What a reader's program acts on cannot be added, above or below; what relays and groups add may be.
#[test]
fn a_second_field_of_what_is_signed_is_refused() {
    let signer = Arc::new(signer());
    let Some(mut judge) = Judge::start(&signer) else { return };
    let sender = Sender { reply_to: None, signer: Some(signer), ..sender() };
    let mail = compose(&letter(), &sender).unwrap().bytes;
    let added = |field: &str| {
        let above = [field.as_bytes(), b"\r\n", &mail].concat();
        let end = mail.windows(4).position(|end| end == b"\r\n\r\n").unwrap() + 2;
        let below = [&mail[..end], field.as_bytes(), b"\r\n", &mail[end..]].concat();
        [above, below]
    };
    for field in [
        "From: Bank <bank@evil.example>",
        "from: Bank <bank@evil.example>",
        "Subject: Your prize",
        "To: taro@example.jp",
        "Cc: taro@example.jp",
        "Reply-To: bank@evil.example",
        "Date: Sat, 22 Nov 2025 09:42:07 +0900",
        "Message-ID: <other@evil.example>",
        "MIME-Version: 1.0",
        "Content-Type: text/html",
        "Content-Transfer-Encoding: base64",
        "Auto-Submitted: no",
    ] {
        for bent in added(field) {
            assert_eq!(judge.verdicts(&bent), json!([false, false]), "{field}");
        }
    }
    for field in
        ["Received: from a by b; Sat, 22 Nov 2025 09:42:07 +0900", "List-Id: <family.example.jp>"]
    {
        for same in added(field) {
            assert_eq!(judge.verdicts(&same), json!([true, true]), "{field}");
        }
    }
}

/// Relays fold anew and drop blanks; and a mail need not be one of ours: 8-bit bodies, blanks everywhere, many fields.
#[test]
fn dkimpy_reads_five_hundred_strange_mails_as_they_were_signed() {
    let signer = signer();
    let Some(mut judge) = Judge::start(&signer) else { return };
    let mut dice = 0x2026_1126_u64;
    let mut draw = |sides: u64| {
        dice ^= dice << 13;
        dice ^= dice >> 7;
        dice ^= dice << 17;
        dice % sides
    };
    let names = ["From", "to", "SUBJECT", "Date", "Message-ID", "Content-Type", "X-Other", "cc"];
    let pieces = [" ", "\t", "  ", "髙﨑", "a", "=?UTF-8?B?44OG?=", ":", "\u{3000}", ";", "."];
    for number in 0..500 {
        let mut mail = "From: a@genkan.example\r\n".to_owned();
        for _ in 0..draw(9) {
            mail.push_str(names[usize::try_from(draw(8)).unwrap()]);
            mail.push_str(": x");
            for _ in 0..draw(12) {
                mail.push_str(pieces[usize::try_from(draw(10)).unwrap()]);
                if draw(4) == 0 {
                    mail.push_str("\r\n y");
                }
            }
            mail.push_str("\r\n");
        }
        mail.push_str("\r\n");
        for _ in 0..draw(20) {
            for _ in 0..draw(4) {
                mail.push_str(pieces[usize::try_from(draw(10)).unwrap()]);
            }
            mail.push_str("\r\n");
        }
        if draw(3) == 0 {
            mail.push_str("no line end");
        }
        let signed = [signer.sign(mail.as_bytes(), AT_S).unwrap(), mail].concat();
        assert_eq!(judge.verdicts(signed.as_bytes()), json!([true, true]), "{number}: {signed:?}");
        let relayed = signed.replace("\r\n y", " \t\r\n  y").replacen(" x", "  \t x", 1);
        assert_eq!(judge.verdicts(relayed.as_bytes()), json!([true, true]), "{number}: {relayed:?}");
    }
}

/// A key by OpenSSL, as PEM.
fn by_openssl(arguments: &str) -> String {
    let made = Command::new("openssl").args(arguments.split(' ')).output();
    let made = made.expect("the tests of keys need the openssl command");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    String::from_utf8(made.stdout).unwrap()
}

#[test]
fn keys_of_openssl_are_read_and_what_cannot_sign_is_named() {
    let rsa =
        |bits: u32| by_openssl(&format!("genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:{bits}"));
    let (good, ed25519) = (rsa(2048), by_openssl("genpkey -algorithm ED25519"));
    let pkcs1 = by_openssl("genrsa -traditional 2048");
    assert!(pkcs1.starts_with("-----BEGIN RSA PRIVATE KEY-----"));
    let curve = by_openssl("genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256");
    let sealed = by_openssl("genpkey -algorithm ED25519 -aes256 -pass pass:secret");
    let read = |pem: &str, kind| SigningKey::read(pem, kind).map(|key| key.kind());
    for (pem, asked, found) in [
        (&good, KeyKind::Rsa, Ok(KeyKind::Rsa)),
        (&pkcs1, KeyKind::Rsa, Ok(KeyKind::Rsa)),
        (&ed25519, KeyKind::Ed25519, Ok(KeyKind::Ed25519)),
        (&rsa(1024), KeyKind::Rsa, Err(KeyFault::TooShort)),
        (&rsa(4104), KeyKind::Rsa, Err(KeyFault::TooLong)),
        (&ed25519, KeyKind::Rsa, Err(KeyFault::OtherKind)),
        (&good, KeyKind::Ed25519, Err(KeyFault::OtherKind)),
        (&pkcs1, KeyKind::Ed25519, Err(KeyFault::OtherKind)),
        (&rsa(1024), KeyKind::Ed25519, Err(KeyFault::OtherKind)),
        (&curve, KeyKind::Rsa, Err(KeyFault::Damaged)),
        (&curve, KeyKind::Ed25519, Err(KeyFault::Damaged)),
        (&sealed, KeyKind::Ed25519, Err(KeyFault::NoKey)),
        (&String::new(), KeyKind::Rsa, Err(KeyFault::NoKey)),
        (&good.replace("PRIVATE", "PUBLIC"), KeyKind::Rsa, Err(KeyFault::NoKey)),
        (&good.replacen("MII", "MIJ", 1), KeyKind::Rsa, Err(KeyFault::Damaged)),
    ] {
        assert_eq!(read(pem, asked), found, "{pem}");
    }
}

/// The other way round: OpenSSL reads the keys that are made here, and finds the published half in them.
#[test]
fn openssl_reads_the_keys_that_are_made_and_finds_the_published_half() {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("dkim-keys");
    std::fs::create_dir_all(&folder).unwrap();
    for kind in [KeyKind::Rsa, KeyKind::Ed25519] {
        let (key, pem) = SigningKey::make(kind).unwrap();
        let file = folder.join(kind.word());
        std::fs::write(&file, pem.as_str()).unwrap();
        let public = by_openssl(&format!("pkey -in {} -pubout", file.display()));
        let letters: String = public.lines().filter(|line| !line.starts_with('-')).collect();
        let mut der = STANDARD.decode(letters).unwrap();
        if kind == KeyKind::Ed25519 {
            // RFC 8463 publishes the 32 octets without their frame.
            der = der.split_off(der.len() - 32);
        }
        assert_eq!(key.public().unwrap(), STANDARD.encode(der));
    }
}
