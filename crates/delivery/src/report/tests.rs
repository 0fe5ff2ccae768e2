//! Reports as servers write them, what statuses mean, and octets that are none.

use proptest::prelude::*;

use super::*;

macro_rules! sample {
    ($name:literal) => {
        read_report(include_bytes!(concat!("../../tests/reports/", $name, ".eml")))
    };
}

const ID: &str = "0194f5e08a00700080000000000000a1.0@mail.example.com";
const SIGNED: &str = "bounces+abcdefghijklmnopqrstuvwxyz.0.abcdefghijklmnop@mail.example.com";

/// The one recipient, the fate and the mail of a report that names one.
fn one(report: Result<Report, NoReport>) -> (String, Fate, bool) {
    let report = report.expect("a report");
    assert_eq!(report.message_id.as_deref(), Some(ID));
    let signed = report.route.iter().any(|address| address == SIGNED);
    let [told] = report.recipients.as_slice() else { panic!("one recipient: {report:?}") };
    (told.addresses.first().cloned().unwrap_or_default(), told.fate, signed)
}

#[test]
fn reports_of_known_servers_are_read() {
    let of = |address: &str, fate| (address.to_owned(), fate, true);
    assert_eq!(one(sample!("postfix-unknown-user")), of("hanako@example.net", Fate::Hard));
    assert_eq!(one(sample!("postfix-no-domain")), of("hanako@gmial.example", Fate::Hard));
    assert_eq!(one(sample!("postfix-delayed")), of("hanako@example.net", Fate::Delayed));
    assert_eq!(one(sample!("postfix-policy")), of("hanako@example.net", Fate::Soft));
    assert_eq!(one(sample!("postfix-expired")), of("hanako@example.net", Fate::Soft));
    assert_eq!(one(sample!("exim")), of("taro@example.org", Fate::Hard));
    assert_eq!(one(sample!("exim-old")), of("taro@example.org", Fate::Hard));
    assert_eq!(one(sample!("gmail-unknown-user")), of("nobody.here.1234@gmail.com", Fate::Hard));
    assert_eq!(one(sample!("gmail-full")), of("full@gmail.com", Fate::Soft));
    assert_eq!(one(sample!("outlook-recipient-not-found")), of("jiro@contoso.example", Fate::Hard));
    assert_eq!(one(sample!("outlook-com-unavailable")), of("nobody@outlook.jp", Fate::Hard));
    assert_eq!(one(sample!("docomo")), of("taro..yamada.@docomo.ne.jp", Fate::Hard));
    assert_eq!(one(sample!("au")), of(".hanako..x@ezweb.ne.jp", Fate::Hard));
    assert_eq!(one(sample!("complaint")), of("hanako@isp.example", Fate::Complaint));
}

#[test]
fn what_is_no_report_is_none() {
    assert_eq!(sample!("absence"), Err(NoReport::Other));
    assert_eq!(read_report(b""), Err(NoReport::Other));
    assert_eq!(read_report(&vec![b'a'; REPORT_MAX + 1]), Err(NoReport::TooLong));
    let not_spam = include_str!("../../tests/reports/complaint.eml").replace("abuse\n", "not-spam\n");
    assert_eq!(read_report(not_spam.as_bytes()), Err(NoReport::Other));
}

#[test]
fn line_ends_and_a_line_of_an_mbox_make_no_difference() {
    let text = include_str!("../../tests/reports/postfix-unknown-user.eml");
    let plain = read_report(text.as_bytes());
    assert_eq!(read_report(text.replace('\n', "\r\n").as_bytes()), plain);
    let mbox = format!("From MAILER-DAEMON Thu Nov 26 10:00:03 2026\n{text}");
    assert_eq!(read_report(mbox.as_bytes()), plain);
}

#[test]
fn only_what_says_that_there_is_no_mailbox_is_hard() {
    for (reply, fate) in [
        ("550 5.1.1 no such user", Fate::Hard),
        ("550 5.1.2 bad domain", Fate::Hard),
        ("501 5.1.3 bad syntax", Fate::Hard),
        ("550 5.1.6 moved", Fate::Hard),
        ("556 5.1.10 null MX", Fate::Hard),
        ("550 5.2.1 the mailbox is disabled", Fate::Hard),
        ("550 Invalid recipient: <x@softbank.ne.jp>", Fate::Hard),
        ("550 5.4.1 Recipient address rejected: Access denied. [x.outlook.com]", Fate::Hard),
        ("550 5.4.310 DNS domain example does not exist", Fate::Hard),
        ("at RCPT TO: permanent error (550): 5.1.1 <x@example.net> User unknown", Fate::Hard),
        ("552 5.2.2 mailbox full", Fate::Soft),
        ("552 5.3.4 too big", Fate::Soft),
        ("550 5.7.1 this looks like spam; user unknown", Fate::Soft),
        ("550 5.7.26 unauthenticated", Fate::Soft),
        ("550 5.4.1 relaying denied", Fate::Soft),
        ("550 user unknown to our block list", Fate::Soft),
        ("550 not now", Fate::Soft),
        ("450 4.1.1 user unknown for now", Fate::Soft),
        ("421 try again, no such user", Fate::Soft),
        ("550 from 5.1.1.1 refused", Fate::Soft),
        ("user unknown", Fate::Soft),
        ("", Fate::Soft),
    ] {
        assert_eq!(fate_of_reply(reply), fate, "{reply}");
    }
    assert_eq!(status::fate("delivered", "2.0.0", ""), Fate::Arrived);
    assert_eq!(status::fate("failed", "5.1.1", ""), Fate::Hard);
    assert_eq!(status::fate("failed", "5.7.1", "smtp; 550 5.1.1 user unknown"), Fate::Soft);
}

#[test]
fn recipients_addresses_and_fields_are_bounded() {
    let block =
        "Final-Recipient: rfc822; a@example.net\nAction: failed\nStatus: 5.1.1\n\n".repeat(5_000);
    let top = "To: x@example.net\n".repeat(5_000);
    let mail =
        format!("{top}Content-Type: message/delivery-status\n\nReporting-MTA: dns; x\n\n{block}");
    let report = read_report(mail.as_bytes()).expect("a report");
    assert_eq!(report.recipients.len(), RECIPIENTS_MAX);
    assert_eq!(report.route.len(), ROUTE_MAX);
}

#[test]
fn parts_in_parts_without_end_are_read_without_a_fall() {
    let mut nested = String::new();
    for depth in 0..4_000 {
        nested.push_str(&format!("Content-Type: multipart/mixed; boundary=b{depth}\n\n--b{depth}\n"));
    }
    let mut mails = "Content-Type: message/rfc822\n\n".repeat(8_000);
    assert_eq!(read_report(nested.as_bytes()), Err(NoReport::Other));
    assert_eq!(read_report(mails.as_bytes()), Err(NoReport::Other));
    mails.push_str("Content-Type: message/delivery-status\n\nFinal-Recipient: rfc822; a@example.net\n");
    let _read = read_report(mails.as_bytes());
}

#[test]
fn a_folded_line_goes_on_with_no_other_field_than_its_own() {
    let mail = "Content-Type: message/delivery-status\n\nReporting-MTA: dns; x\n\n\
        Final-Recipient: rfc822; a@example.net\nno field\n\tand more of it\nAction: failed\nStatus: 5.1.1\n";
    let report = read_report(mail.as_bytes()).expect("a report");
    let [told] = report.recipients.as_slice() else { panic!("one recipient: {report:?}") };
    assert_eq!(
        (told.addresses.as_slice(), told.fate),
        (["a@example.net".to_owned()].as_slice(), Fate::Hard)
    );
}

/// The reader of MIME asserts that the part which closes is one of the innermost mail's.
#[test]
fn a_mail_in_a_mail_in_a_part_is_read_without_a_fall() {
    let mail = "Content-Type: multipart/report; boundary=b\n\n--b\n\
        Content-Type: message/delivery-status\n\nReporting-MTA: dns; x\n\n\
        Final-Recipient: rfc822; a@example.net\nAction: failed\nStatus: 5.1.1\n\n--b\n\
        Content-Type: message/rfc822\n\nContent-Type: message/rfc822\n\nSubject: x\n\nx\n--b--\n";
    let report = read_report(mail.as_bytes()).expect("a report");
    assert_eq!(report.recipients.len(), 1);
}

proptest! {
    #[test]
    fn any_octets_are_read_without_a_fall(octets in prop::collection::vec(any::<u8>(), 0..4_096)) {
        let _read = read_report(&octets);
    }

    #[test]
    fn a_report_with_any_wound_is_read_without_a_fall(
        which in 0_usize..3, at in 0_usize..6_000, cut in 0_usize..600, put in prop::collection::vec(any::<u8>(), 0..40),
    ) {
        let whole: &[u8] = [
            include_bytes!("../../tests/reports/postfix-unknown-user.eml").as_slice(),
            include_bytes!("../../tests/reports/complaint.eml"),
            include_bytes!("../../tests/reports/exim-old.eml"),
        ][which];
        let at = at.min(whole.len());
        let rest = (at + cut).min(whole.len());
        let wounded = [&whole[..at], &put, &whole[rest..]].concat();
        if let Ok(report) = read_report(&wounded) {
            prop_assert!(!report.recipients.is_empty());
            prop_assert!(report.recipients.iter().all(|told| told.words.chars().count() <= WORDS_MAX));
        }
    }
}
