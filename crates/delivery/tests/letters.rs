//! The octets of a mail: which headers, how they are folded and encoded, and what is refused.
//!
//! Rows C1, C2, C5, C6 and C10 of security.md. The headers are unfolded and decoded here by a second, separate reading
//! of RFC 5322 and RFC 2047. What must never happen: a test that compares the code with itself.

mod support;

use base64::{Engine, engine::general_purpose::STANDARD};
use delivery::{AddressFault, ComposeFault, Letter, SendFault, Sender, compose};
use support::{letter, sender};

/// Every header a mail has, in order.
const EXPECTED: [&str; 11] = [
    "From",
    "To",
    "Reply-To",
    "Subject",
    "Date",
    "Message-ID",
    "Auto-Submitted",
    "X-Auto-Response-Suppress",
    "Content-Language",
    "MIME-Version",
    "Content-Type",
];

fn mail(letter: &Letter, sender: &Sender) -> String {
    let bytes = compose(letter, sender).unwrap().bytes;
    assert!(bytes.is_ascii());
    String::from_utf8(bytes).unwrap()
}

/// Unfolded headers (RFC 5322 §2.2.3).
fn headers(mail: &str) -> Vec<(String, String)> {
    let head = mail.split_once("\r\n\r\n").unwrap().0;
    let unfolded = head.replace("\r\n ", " ");
    assert!(!unfolded.replace("\r\n", "").contains(['\r', '\n']), "a bare CR or LF");
    unfolded
        .split("\r\n")
        .map(|line| line.split_once(": ").unwrap())
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

fn header(mail: &str, name: &str) -> String {
    let all = headers(mail);
    let mut with_name = all.iter().filter(|(n, _)| n == name);
    let value = with_name.next().unwrap().1.clone();
    assert!(with_name.next().is_none(), "{name} twice");
    value
}

/// RFC 2047 §6.2: the words of a value decoded, the space between two encoded ones dropped.
fn decoded(value: &str) -> String {
    let mut out = String::new();
    let mut after_encoded = false;
    for (number, word) in value.split(' ').enumerate() {
        let inner = word.strip_prefix("=?UTF-8?B?").and_then(|w| w.strip_suffix("?="));
        let text = match inner {
            Some(base64) => String::from_utf8(STANDARD.decode(base64).unwrap()).unwrap(),
            None => word.to_owned(),
        };
        if number > 0 && !(after_encoded && inner.is_some()) {
            out.push(' ');
        }
        out.push_str(&text);
        after_encoded = inner.is_some();
    }
    out
}

/// The two bodies, decoded.
fn bodies(mail: &str) -> Vec<String> {
    mail.split("--=_genkan_alternative\r\n")
        .skip(1)
        .map(|part| part.split_once("\r\n\r\n").unwrap().1)
        .map(|body| body.split("--=_").next().unwrap().replace("\r\n", ""))
        .map(|base64| String::from_utf8(STANDARD.decode(base64).unwrap()).unwrap())
        .collect()
}

#[test]
fn a_mail_has_exactly_the_expected_headers() {
    let mail = mail(&letter(), &sender());
    let names: Vec<_> = headers(&mail).into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, EXPECTED);
    for (name, value) in [
        ("To", "hanako@example.jp"),
        ("Reply-To", "support@genkan.example"),
        ("Date", "Sat, 22 Nov 2025 09:42:06 +0900"),
        ("Message-ID", "<01945f3e-8a00-7000-8000-000000000001.1@genkan.example>"),
        ("Auto-Submitted", "auto-generated"),
        ("X-Auto-Response-Suppress", "All"),
        ("Content-Language", "ja"),
        ("Content-Type", "multipart/alternative; boundary=\"=_genkan_alternative\""),
    ] {
        assert_eq!(header(&mail, name), value);
    }
    assert_eq!(decoded(&header(&mail, "Subject")), letter().subject);
    assert_eq!(decoded(&header(&mail, "From")), "玄関（げんかん） <no-reply@genkan.example>");
}

#[test]
fn both_bodies_come_back_and_their_lines_end_in_crlf() {
    let bodies = bodies(&mail(&letter(), &sender()));
    assert_eq!(bodies, [letter().text.replace('\n', "\r\n"), letter().html]);
    let mixed = Letter { text: "a\r\nb\nc".to_owned(), ..letter() };
    assert_eq!(self::bodies(&mail(&mixed, &sender()))[0], "a\r\nb\r\nc");
}

#[test]
fn the_same_letter_gives_the_same_octets_at_every_attempt() {
    assert_eq!(mail(&letter(), &sender()), mail(&letter(), &sender()));
}

#[test]
fn the_date_is_written_in_the_zone_of_the_service() {
    for (zone, date) in [
        ("America/New_York", "Fri, 21 Nov 2025 19:42:06 -0500"),
        ("Europe/London", "Sat, 22 Nov 2025 00:42:06 +0000"),
    ] {
        let sender = Sender { time_zone: zone.to_owned(), ..sender() };
        assert_eq!(header(&mail(&letter(), &sender), "Date"), date);
    }
}

/// RFC 2047 §2: words of at most 75, lines of at most 76 octets; no character cut in two.
#[test]
fn long_japanese_subjects_and_names_are_folded_at_every_length() {
    for length in 0..200 {
        let text: String = "髙﨑①～−a𠮷 ".chars().cycle().take(length).collect::<String>() + "終";
        let letter = Letter { subject: text.clone(), ..letter() };
        let sender = Sender { name: text.clone(), ..sender() };
        let mail = mail(&letter, &sender);
        let head = mail.split_once("\r\n\r\n").unwrap().0;
        assert!(head.split("\r\n").all(|line| line.len() <= 76), "{head}");
        assert!(head.split([' ', '\r']).all(|word| word.len() <= 75), "{head}");
        assert_eq!(decoded(&header(&mail, "Subject")), text);
        let from = format!("{text} <no-reply@genkan.example>");
        assert_eq!(decoded(&header(&mail, "From")), from);
    }
}

#[test]
fn plain_english_stays_readable() {
    let letter = Letter { subject: "Your code for Genkan".to_owned(), ..letter() };
    let sender = Sender { name: "Genkan Accounts".to_owned(), ..sender() };
    let mail = mail(&letter, &sender);
    assert_eq!(header(&mail, "Subject"), "Your code for Genkan");
    assert_eq!(header(&mail, "From"), "Genkan Accounts <no-reply@genkan.example>");
    for subject in ["", " ", " leading", "trailing ", "two  spaces"] {
        let letter = Letter { subject: subject.to_owned(), ..letter.clone() };
        let value = header(&self::mail(&letter, &sender), "Subject");
        assert_eq!(decoded(&value), subject);
        assert_eq!(value.trim(), value, "spaces at the ends get lost on the way");
    }
    let nameless = Sender { name: String::new(), ..sender };
    assert_eq!(header(&self::mail(&letter, &nameless), "From"), "no-reply@genkan.example");
}

/// C1, C2, C4: whatever could be read as two addresses, as a route, as a group, or as another address.
#[test]
fn c1_c2_addresses_that_are_not_exactly_one_are_refused() {
    for (address, fault) in [
        ("a@x.example,b@y.example", AddressFault::At),
        ("a@x.example;b@y.example", AddressFault::At),
        ("a@x.example b@y.example", AddressFault::At),
        ("\"e@evil.example\"@victim.example", AddressFault::At),
        ("a@evil.example@ok.example", AddressFault::At),
        ("@evil.example:a@victim.example", AddressFault::At),
        ("nobody", AddressFault::At),
        ("", AddressFault::At),
        ("a,b@x.example", AddressFault::Local),
        ("<a@x.example>", AddressFault::Local),
        ("Hanako <a@x.example>", AddressFault::Local),
        ("friends:a@x.example", AddressFault::Local),
        ("a b@x.example", AddressFault::Local),
        ("(note)a@x.example", AddressFault::Local),
        ("\"a\"@x.example", AddressFault::Local),
        ("a\\@x.example", AddressFault::Local),
        ("山田@x.example", AddressFault::Local),
        ("@x.example", AddressFault::Local),
        ("a@x.example,y.example", AddressFault::Domain),
        ("a@x.example>", AddressFault::Domain),
        ("a@x.example;", AddressFault::Domain),
        ("a@日本語.jp", AddressFault::Domain),
        ("a@ex\u{ad}ample.jp", AddressFault::Domain),
        ("a@[127.0.0.1]", AddressFault::Domain),
        ("a@x..example", AddressFault::Domain),
        ("a@.", AddressFault::Domain),
        ("a@", AddressFault::Domain),
        ("a@-x.example", AddressFault::Domain),
        ("a@x-.example", AddressFault::Domain),
        ("a@x.example ", AddressFault::Domain),
        ("a\u{ff20}x.example", AddressFault::At),
    ] {
        let letter = Letter { to: address.to_owned(), ..letter() };
        let got = compose(&letter, &sender()).err();
        assert_eq!(got, Some(ComposeFault::To(fault)), "{address}");
    }
}

/// RFC 5321 §4.5.3.1: 64 octets before the `@` as written on the wire, 254 in all.
#[test]
fn addresses_are_as_long_as_rfc_5321_allows_and_no_longer() {
    let label = "d".repeat(63);
    let domain = |last: usize| format!("{label}.{label}.{}", "d".repeat(last));
    for (address, fits) in [
        (format!("{}@x.jp", "a".repeat(64)), true),
        (format!("{}@x.jp", "a".repeat(65)), false),
        // 62 octets and the two quotes
        (format!("{}.@docomo.ne.jp", "a".repeat(61)), true),
        (format!("{}.@docomo.ne.jp", "a".repeat(62)), false),
        (format!("{}@{}", "a".repeat(64), domain(61)), true),
        (format!("{}@{}", "a".repeat(64), domain(62)), false),
        (format!("a@{}.jp", "d".repeat(63)), true),
        (format!("a@{}.jp", "d".repeat(64)), false),
        (format!("a@{}", "a.".repeat(1_000_000)), false),
    ] {
        let letter = Letter { to: address.clone(), ..letter() };
        assert_eq!(compose(&letter, &sender()).is_ok(), fits, "{} octets", address.len());
    }
}

/// The old carrier addresses are one quoted local part, in the envelope and in the header.
#[test]
fn carrier_addresses_are_quoted_on_the_wire() {
    for (stored, wire) in [
        ("a..b.@docomo.ne.jp", "\"a..b.\"@docomo.ne.jp"),
        ("taro.@docomo.ne.jp", "\"taro.\"@docomo.ne.jp"),
        ("ab..cd@ezweb.ne.jp", "\"ab..cd\"@ezweb.ne.jp"),
        (".x@ezweb.ne.jp", "\".x\"@ezweb.ne.jp"),
        ("-abc@docomo.ne.jp", "-abc@docomo.ne.jp"),
        ("a.b@docomo.ne.jp", "a.b@docomo.ne.jp"),
    ] {
        let letter = Letter { to: stored.to_owned(), ..letter() };
        let composed = compose(&letter, &sender()).unwrap();
        assert_eq!(composed.envelope_to, wire);
        assert_eq!(header(&mail(&letter, &sender()), "To"), wire);
    }
}

/// C5: CR, LF, NUL and every other control, in every value that becomes a header or a command.
#[test]
fn c5_controls_are_refused_in_every_value() {
    for evil in [
        "\r",
        "\n",
        "\r\nBcc: v@victim.example",
        "\r\n.\r\n",
        "\0",
        "\u{1b}",
        "\u{7f}",
        "\u{85}",
        "\u{9b}",
    ] {
        let put = |value: &str| format!("{value}{evil}");
        let (l, s) = (letter(), sender());
        let letters = [
            Letter { id: put(&l.id), ..l.clone() },
            Letter { to: put(&l.to), ..l.clone() },
            Letter { to: format!("a{evil}@x.example"), ..l.clone() },
            Letter { subject: put(&l.subject), ..l.clone() },
            Letter { language: put(&l.language), ..l.clone() },
        ];
        for (number, letter) in letters.iter().enumerate() {
            let fault = compose(letter, &s).err().unwrap_or_else(|| panic!("{number} {evil:?}"));
            assert!(!fault.is_of_the_sender(), "{fault}");
            assert!(matches!(SendFault::from(fault), SendFault::Permanent { .. }));
        }
        let senders = [
            Sender { name: put(&s.name), ..s.clone() },
            Sender { address: put(&s.address), ..s.clone() },
            Sender { reply_to: Some(put(&s.address)), ..s.clone() },
            Sender { message_id_domain: put(&s.message_id_domain), ..s.clone() },
            Sender { time_zone: put(&s.time_zone), ..s.clone() },
        ];
        for (number, sender) in senders.iter().enumerate() {
            let fault = compose(&l, sender).err().unwrap_or_else(|| panic!("{number} {evil:?}"));
            assert!(fault.is_of_the_sender(), "{fault}");
            assert!(matches!(SendFault::from(fault), SendFault::Relay { .. }));
        }
    }
}

#[test]
fn values_that_have_no_place_in_their_header_are_refused() {
    let (l, s) = (letter(), sender());
    for id in ["", "a b", "a>", "a@b", ".a", "a..b", &"a".repeat(201)] {
        let letter = Letter { id: id.to_owned(), ..l.clone() };
        assert_eq!(compose(&letter, &s).err(), Some(ComposeFault::Id), "{id}");
    }
    for language in ["", "ja;q=1", "日本語", "-", &"a".repeat(36)] {
        let letter = Letter { language: language.to_owned(), ..l.clone() };
        assert_eq!(compose(&letter, &s).err(), Some(ComposeFault::Language), "{language}");
    }
    let letter = Letter { date_ms: i64::MAX, ..l.clone() };
    assert_eq!(compose(&letter, &s).err(), Some(ComposeFault::Date));
    // A name that runs backwards (U+202E) makes another address of what follows.
    let sender = Sender { name: "\u{202e}moc.live".to_owned(), ..s.clone() };
    assert_eq!(compose(&l, &sender).err(), Some(ComposeFault::SenderName));
    let sender = Sender { time_zone: "Asia/Nowhere".to_owned(), ..s };
    assert_eq!(compose(&l, &sender).err(), Some(ComposeFault::TimeZone("Asia/Nowhere".to_owned())));
}

/// C5, C6: whatever is in the bodies, the headers are the expected ones, and each body comes back whole.
#[test]
fn c5_c6_text_of_a_user_in_the_bodies_changes_no_header_and_no_part() {
    for evil in [
        "<a href=//evil.example>",
        "evil.example/win",
        "\r\n.\r\nMAIL FROM:<e@evil.example>",
        "\r\n--=_genkan_alternative--\r\n\r\nBcc: v@victim.example",
        "\r\n\r\n--=_genkan_alternative\r\nContent-Type: text/html\r\n\r\n<h1>",
        "\0\u{202e}=?utf-8?Q?x?=",
        &"長".repeat(10_000),
    ] {
        let letter = Letter { text: evil.to_owned(), html: evil.to_owned(), ..letter() };
        let mail = mail(&letter, &sender());
        let names: Vec<_> = headers(&mail).into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, EXPECTED);
        assert_eq!(bodies(&mail), [evil, evil]);
        assert!(mail.split("\r\n").all(|line| line.len() <= 78), "a long line");
        assert!(mail.split("\r\n").all(|line| line != "."), "the end of the mail");
        assert_eq!(mail.matches("--=_genkan_alternative").count(), 3);
    }
}

/// C10: an encoded word somebody wrote by hand is shown as it was written.
#[test]
fn c10_encoded_words_written_by_hand_show_literally() {
    for evil in [
        "=?utf-8?Q?Support_=3Cbank=40evil.example=3E?=",
        "=?UTF-8?B?44OG44K544OI?=",
        "a=?utf-8?q?x?=",
        "\"=?utf-8?q?x?=\" <e@evil.example>",
        "Bank, Inc. <e@evil.example>",
    ] {
        let letter = Letter { subject: evil.to_owned(), ..letter() };
        let sender = Sender { name: evil.to_owned(), ..sender() };
        let mail = mail(&letter, &sender);
        assert_eq!(decoded(&header(&mail, "Subject")), evil);
        let from = header(&mail, "From");
        assert_eq!(decoded(&from), format!("{evil} <no-reply@genkan.example>"));
        assert_eq!(from.matches('<').count(), 1, "{from}");
    }
}
