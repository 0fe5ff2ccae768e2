//! E-mail addresses as strangers type them, on their way into rows, headers and SMTP (Always-5, security.md C1 to C5).
//!
//! What must hold: an address is folded once (what was read reads as itself, under the same key, in any case of its letters), and
//! a mail to it goes to that one address: one `To`, no line that anything in the address has begun.

#![no_main]

use accounts::Email;
use delivery::{AddressFault, CarrierAddresses, ComposeFault, Letter, Sender, Style, compose};
use libfuzzer_sys::fuzz_target;
use mail_parser::{Addr, MessageParser};

fuzz_target!(|typed: &str| {
    let Some(email) = Email::parse(typed) else { return };
    let stored = email.as_stored();
    assert_eq!(Email::parse(stored).as_ref(), Some(&email), "reads otherwise the second time");
    assert_eq!(Email::from_stored(stored).as_ref(), Some(&email), "is not found in its row");
    for spelt in
        [stored.to_ascii_uppercase(), stored.to_ascii_lowercase(), format!("\u{3000}{stored}\t")]
    {
        let other = Email::parse(&spelt).expect("another spelling is an address too");
        assert!(other.same_as(&email) && other.key() == email.key(), "{spelt:?} is another address");
    }
    assert!(stored.bytes().all(|byte| byte.is_ascii_graphic()), "{stored:?} is not one plain word");
    for old in [CarrierAddresses::Quoted, CarrierAddresses::Raw] {
        mailed(stored, old);
    }
});

fn mailed(stored: &str, old: CarrierAddresses) {
    let composed = match compose(&letter(stored), &sender(old)) {
        Ok(composed) => composed,
        // The quotes of an old carrier's address may be two octets too many.
        Err(fault) => {
            return assert_eq!(fault, ComposeFault::To(AddressFault::Length), "{stored:?}");
        }
    };
    let bare = composed.envelope_to.replace('"', "");
    assert_eq!(bare, stored, "the envelope names another one");
    let lines = composed.bytes.split(|byte| *byte == b'\n');
    assert!(lines.clone().all(|line| line.is_empty() || line.ends_with(b"\r")), "a line feed alone");
    assert!(lines.clone().all(|line| line.len() <= 999 && line.is_ascii()), "a line too long");
    let ours = lines.clone().filter(|line| line.starts_with(b"To:") || line.starts_with(b"Bcc:"));
    assert_eq!(ours.count(), 1, "a second recipient");
    // Another reader of mails. It takes a part between quotes for a name, wherever it stands, and decodes words within addresses
    // against RFC 2047 section 5.
    if composed.envelope_to == stored && !stored.contains("=?") {
        let read = MessageParser::default().parse(&composed.bytes).expect("a mail");
        let to = read.to().and_then(|to| to.as_list()).unwrap_or_default();
        let to = to.iter().filter_map(Addr::address).collect::<Vec<_>>();
        assert_eq!(to, [stored], "is read as another address");
        assert_eq!(read.subject(), Some("ご登録の確認"));
    }
}

fn letter(to: &str) -> Letter {
    Letter {
        id: "0198f3b4.0".to_owned(),
        date_ms: 1_790_000_000_000,
        to: to.to_owned(),
        return_path: None,
        subject: "ご登録の確認".to_owned(),
        text: "1234 5678 9012\n".to_owned(),
        html: "<p>1234 5678 9012</p>".to_owned(),
        language: "ja".to_owned(),
    }
}

fn sender(carrier_addresses: CarrierAddresses) -> Sender {
    Sender {
        name: "genkan".to_owned(),
        address: "noreply@id.example.jp".to_owned(),
        message_id_domain: "id.example.jp".to_owned(),
        reply_to: None,
        time_zone: "Asia/Tokyo".to_owned(),
        signer: None,
        style: Style { carrier_addresses, ..Style::default() },
    }
}
