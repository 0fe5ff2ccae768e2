//! Japanese mails in ISO-2022-JP, read back by Python's codec and email package, and their signatures by dkimpy.
//!
//! It is here because browsers and mail mean different letters by that name, and a code that arrives as another one locks a
//! member out. Without Python's packages it prints that it was skipped. What must never happen: a letter that is read as another.

mod support;

use std::sync::Arc;

use base64::{Engine, engine::general_purpose::STANDARD};
use delivery::{
    Japanese, KeyKind, Letter, Sender, Signer, SigningKey, Smtp, SmtpOptions, Style, compose,
    is_in_iso_2022_jp,
};
use serde_json::{Map, Value, json};
use support::{letter, python::Python, sender};

const TEXT: &str = "花子 さま\n\n次のコードを入力してください。\n\n    1234 5678 9012\n\n\
    「玄関」（げんかん）・凜熙ヶ丘…＆％\n";

fn japanese() -> Letter {
    Letter {
        subject: "【玄関】新しいログインがありました".to_owned(),
        text: TEXT.to_owned(),
        html: format!("<!doctype html><meta charset=\"utf-8\"><p>{TEXT}</p>"),
        ..letter()
    }
}

fn writer() -> Sender {
    let style = Style { japanese: Japanese::Iso2022Jp, ..Style::default() };
    Sender { style, ..sender() }
}

fn text_of(mail: &delivery::Composed) -> String {
    String::from_utf8(mail.bytes.clone()).expect("ASCII")
}

/// The words of a folded header, without what encloses them.
fn words<'m>(mail: &'m str, name: &str) -> Vec<&'m str> {
    let begin = mail.find(&format!("{name}: ")).unwrap() + name.len() + 2;
    let rest = &mail[begin..];
    let end = rest.find("\r\n").map(|first| {
        let mut end = first;
        while rest[end..].starts_with("\r\n ") {
            end += 2 + rest[end + 2..].find("\r\n").unwrap();
        }
        end
    });
    rest[..end.unwrap()].split("\r\n ").collect()
}

#[test]
fn every_letter_is_read_back_as_itself_or_not_written_so() {
    let Some(mut python) = Python::start("iso2022jp_reader.py", &["json"]) else { return };
    let mut letters = String::new();
    for letter in (0x20..=0x2_ffff_u32).filter_map(char::from_u32) {
        if is_in_iso_2022_jp(&letter.to_string()) {
            letters.push(letter);
        }
    }
    // ASCII from the blank to DEL, and JIS X 0208 without the seven that are read in two ways.
    assert_eq!(letters.chars().count(), 96 + 6_879 - 7);
    for line in letters.chars().collect::<Vec<_>>().chunks(500) {
        let line: String = line.iter().collect();
        let mail = compose(&Letter { text: line.clone(), ..japanese() }, &writer()).unwrap();
        let mail = text_of(&mail);
        let body = mail.split("charset=iso-2022-jp\r\n").nth(1).unwrap();
        let body = body.split("\r\n\r\n").nth(1).unwrap().split("\r\n--").next().unwrap();
        // Lines of more than 998 octets, and one with DEL, are in base64.
        let plain = body.contains('\u{1b}');
        let octets =
            if plain { body.into() } else { STANDARD.decode(body.replace("\r\n", "")).unwrap() };
        python.say(&STANDARD.encode(octets));
        assert_eq!(python.next(), json!(line));
    }
    for outside in [
        "髙", "﨑", "①", "Ⅳ", "㈱", "ｶﾅ", "😀", "𠮷", "～", "〜", "−", "－", "¥", "‾", "é", "\u{1b}",
        "\u{e}",
    ] {
        assert!(!is_in_iso_2022_jp(outside), "{outside}");
    }
}

#[test]
fn one_letter_outside_sends_the_whole_mail_in_utf_8() {
    let plain = text_of(&compose(&japanese(), &writer()).unwrap());
    assert_eq!(plain.matches("charset=iso-2022-jp").count(), 2, "{plain}");
    assert!(!plain.to_ascii_lowercase().contains("utf-8"), "{plain}");
    let with = |change: fn(&mut Letter, &mut Sender)| {
        let (mut letter, mut sender) = (japanese(), writer());
        change(&mut letter, &mut sender);
        text_of(&compose(&letter, &sender).unwrap())
    };
    for mail in [
        with(|letter, _| letter.subject.push('😀')),
        with(|letter, _| letter.text.push('髙')),
        with(|letter, _| letter.html.push('①')),
        with(|_, sender| sender.name.push('髙')),
        with(|letter, _| letter.language = "en".to_owned()),
        with(|_, sender| sender.style.japanese = Japanese::Utf8),
    ] {
        assert_eq!(mail.matches("charset=utf-8").count(), 2, "{mail}");
        assert!(
            !mail.to_ascii_lowercase().contains("iso-2022-jp") && !mail.contains('\u{1b}'),
            "{mail}"
        );
    }
}

#[test]
fn each_encoded_word_is_short_and_whole_in_itself() {
    let long = "ログイン方式を使えない方へ ABC ".repeat(12);
    let letter = Letter { subject: long.clone(), ..japanese() };
    let sender = Sender {
        name: "玄関（げんかん）株式会社 お客さま窓口".repeat(2), ..writer()
    };
    let mail = text_of(&compose(&letter, &sender).unwrap());
    for (name, count) in [("Subject", 10), ("From", 4)] {
        let words = words(&mail, name);
        assert!(words.len() >= count, "{words:?}");
        for (at, word) in words.iter().enumerate().filter(|(_, word)| !word.starts_with('<')) {
            let used = if at == 0 { word.len() + name.len() + 2 } else { word.len() + 1 };
            assert!(word.len() <= 75 && used <= 76, "{word}");
            let inner = word.strip_prefix("=?ISO-2022-JP?B?").and_then(|word| word.strip_suffix("?="));
            let octets = STANDARD.decode(inner.unwrap()).unwrap();
            let last = octets.iter().rposition(|octet| *octet == 0x1b);
            assert!(last.is_none_or(|at| octets[at..].starts_with(b"\x1b(B")), "{word} ends in ASCII");
        }
    }
}

#[test]
fn a_line_that_means_something_on_the_way_is_not_sent_as_it_stands() {
    for evil in [".", "..", ".x", "--=_genkan_alternative", "--=_genkan_alternative--", "From here"] {
        for text in [format!("コード\n{evil}\nコード"), evil.to_owned(), format!("{evil}\n")] {
            let mail = text_of(&compose(&Letter { text, ..japanese() }, &writer()).unwrap());
            assert!(!mail.contains("7bit"), "{evil}: {mail}");
            assert_eq!(mail.matches("\r\n--=_genkan_alternative").count(), 3, "{mail}");
        }
    }
    for text in ["コ\u{0}", "コ\rX-Evil: 1", &"コード".repeat(400)] {
        let mail =
            text_of(&compose(&Letter { text: text.to_owned(), ..japanese() }, &writer()).unwrap());
        assert!(!mail.contains("7bit"), "{text}");
    }
}

#[tokio::test]
async fn python_reads_each_mail_as_it_was_written_and_its_signatures_are_good() {
    let Some(mut relay) = Python::start("aiosmtpd_relay.py", &["aiosmtpd"]) else { return };
    let Some(mut judge) = Python::start("dkimpy_judge.py", &["dkim", "nacl"]) else { return };
    assert_eq!(judge.line(), "ready");
    let key = |kind| SigningKey::make(kind).unwrap().0;
    let keys = [("2026a-rsa", KeyKind::Rsa), ("2026a-ed", KeyKind::Ed25519)];
    let keys = keys.map(|(selector, kind)| (selector.to_owned(), key(kind)));
    let signer = Signer::new("genkan.example", keys.into()).unwrap();
    let records = signer.records().unwrap().into_iter();
    let records: Map<_, _> = records.map(|r| (r.name, Value::String(r.value))).collect();
    let sender = Sender { signer: Some(Arc::new(signer)), ..writer() };
    let url = format!("smtp://127.0.0.1:{}", relay.next());
    let smtp = Smtp::new(&SmtpOptions::new(&url, "genkan.example")).unwrap();
    let bodies = ["", "\n", "  \n\tコード \n\n\n", ".\nコード\n", TEXT, &TEXT.repeat(40)];
    for (at, body) in bodies.into_iter().enumerate() {
        let subject = format!("【玄関】コード {}", "です。".repeat(at * 9));
        let html = format!("<p>{body}</p>");
        let letter = Letter { subject: subject.clone(), text: body.to_owned(), html, ..japanese() };
        let mail = compose(&letter, &sender).unwrap();
        assert_eq!(text_of(&mail).matches("charset=iso-2022-jp").count(), 2);
        smtp.send(&mail).await.unwrap();
        let seen = relay.next();
        let octets = STANDARD.decode(seen["octets"].as_str().unwrap()).unwrap();
        assert!(octets == mail.bytes, "not the same octets");
        assert_eq!(seen["defects"], json!([]));
        assert_eq!(seen["subject"], json!(subject));
        assert_eq!(seen["from_name"], json!(sender.name));
        assert_eq!(seen["text"].as_str().unwrap().replace("\r\n", "\n"), letter.text);
        assert_eq!(seen["html"].as_str().unwrap().replace("\r\n", "\n"), letter.html);
        let question = json!({ "mail": STANDARD.encode(&octets), "records": records });
        assert_eq!(judge.ask(&question), json!([true, true]), "{body}");
        let bent = text_of(&mail).replacen("ISO-2022-JP?B?G", "ISO-2022-JP?B?H", 1);
        let question = json!({ "mail": STANDARD.encode(&bent), "records": records });
        assert_eq!(judge.ask(&question), json!([false, false]), "{body}");
    }
}
