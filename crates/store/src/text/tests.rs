//! The spellings of lists and words: what is written is read back, and nothing else is read.

use super::*;

fn sample() -> (Vec<Ticket>, Vec<DeviceGuesses>) {
    let device = DeviceId([0xab; 16]);
    let at = Instant(1_790_000_000_000);
    let tickets = vec![
        Ticket { id: TicketId([0; 16]), lane: Lane::Strangers, taken_at: at },
        Ticket { id: TicketId([0xff; 16]), lane: Lane::Device(device), taken_at: Instant(-1) },
    ];
    (tickets, vec![DeviceGuesses { device, wrong: u32::MAX, last_wrong_at: at }])
}

#[test]
fn lists_are_read_as_they_were_written() {
    let (written, guesses) = sample();
    let text = tickets(&written);
    let expected = "00000000000000000000000000000000/strangers/1790000000000 \
                    ffffffffffffffffffffffffffffffff/abababababababababababababababab/-1";
    assert_eq!(text, expected);
    assert_eq!(each(&text, ticket), Some(written));
    assert_eq!(each(&device_guesses(&guesses), device), Some(guesses));
    assert_eq!(each("", ticket), Some(Vec::new()));
}

#[test]
fn a_list_in_any_other_spelling_is_not_read() {
    let id = "0".repeat(32);
    let upper = "AB".repeat(16);
    for text in [
        " ".to_owned(),
        format!("{id}/strangers"),
        format!("{id}/strangers/1/1"),
        format!("{id}/strangers/+1"),
        format!("{id}/strangers/01"),
        format!("{id}/strangers/"),
        format!("{id}/Strangers/1"),
        format!("{upper}/strangers/1"),
        format!("{id}0/strangers/1"),
        format!("{id}/strangers/1  {id}/strangers/1"),
        format!("{id}/strangers/1 "),
        format!("{id}/strangers/99999999999999999999"),
    ] {
        assert_eq!(each(&text, ticket), None, "{text}");
    }
    assert_eq!(each(&format!("{id}/-1/1"), device), None);
    assert_eq!(each(&format!("{id}/4294967296/1"), device), None);
}

#[test]
fn every_word_is_read_as_it_was_written() {
    fn back<T: Word + PartialEq + std::fmt::Debug>(all: &[T]) {
        for value in all {
            assert_eq!(T::read(value.word()), Some(*value));
        }
        assert_eq!(T::read("unheard-of"), None);
    }
    back(&ActivityKind::ALL);
    back(&MailKind::ALL);
    back(&[Locale::Ja, Locale::En]);
    back(&[Actor::Visitor, Actor::Operator, Actor::System]);
    back(&[SessionKind::Browser, SessionKind::App]);
    back(&[Stage::Code, Stage::Proven]);
    back(&[
        ChallengeKind::Code,
        ChallengeKind::AccountExists,
        ChallengeKind::Nobody,
        ChallengeKind::UndoOffered,
    ]);
    back(&[Purpose::Register, Purpose::Reset, Purpose::ChangeEmail]);
    back(&[Method::Email]);
    back(&[Addressed::Email]);
}
