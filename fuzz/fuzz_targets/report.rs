//! Reports about mails that came back: anybody can write to the address that they come to (security.md C12).
//!
//! What must hold: octets are read in bounded work, twice alike; what is told of a mail is bounded and on one line; and a report
//! names no recipient whose name is not in it.

#![no_main]

use delivery::{Fate, Report, fate_of_reply, read_report};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|octets: &[u8]| {
    let read = read_report(octets);
    assert_eq!(read, read_report(octets), "a report reads otherwise the second time");
    if let Ok(report) = &read {
        is_bounded(report);
        names_what_is_there(report, octets);
    }
    if let Ok(reply) = std::str::from_utf8(octets) {
        // 5.7 is about us and never ends an address, whatever words follow it.
        assert_ne!(
            fate_of_reply(&format!("550 5.7.1 {reply}")),
            Fate::Hard,
            "about us, and taken for hard"
        );
    }
});

fn is_bounded(report: &Report) {
    assert!((1..=16).contains(&report.recipients.len()) && report.route.len() <= 64);
    assert!(report.message_id.as_ref().is_none_or(|id| !id.is_empty() && id.len() <= 998));
    for told in &report.recipients {
        assert!(told.addresses.len() <= 2);
        assert!(told.words.chars().count() <= 300 && !told.words.chars().any(char::is_control));
    }
}

/// The addresses are looked for without the white space, quotes and backslashes that reading takes away; a part that is encoded, or
/// in other letters, is not looked into.
fn names_what_is_there(report: &Report, octets: &[u8]) {
    let Ok(text) = std::str::from_utf8(octets) else { return };
    let small = text.to_ascii_lowercase();
    if small.contains("encoding") || small.contains("charset") {
        return;
    }
    let plain = plain(text);
    for address in report.recipients.iter().flat_map(|told| &told.addresses).chain(&report.route) {
        assert!(plain.contains(&self::plain(address)), "{address:?} is not in the report");
    }
}

fn plain(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace() && !matches!(c, '"' | '\\')).collect()
}
