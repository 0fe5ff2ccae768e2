//! The spellings of lists and words: what is written is read back, and nothing else is read.

use accounts::{
    Added, Backup, CredentialId, Identity, KeptEmail, Link, LinkAddress, Methods, Passkey, PasskeyId,
    PublicKey, SessionId, Shown,
};

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
    back(&[Stage::Address, Stage::Code, Stage::Proven]);
    back(&[
        ChallengeKind::Code,
        ChallengeKind::AccountExists,
        ChallengeKind::Nobody,
        ChallengeKind::UndoOffered,
        ChallengeKind::ProviderOnly,
    ]);
    back(&[Purpose::Register, Purpose::Reset, Purpose::ChangeEmail, Purpose::AddEmail]);
    back(&[Purpose::RegisterIdentity, Purpose::Offer]);
    back(&[FormerWay::Removed, FormerWay::Withdrawn]);
    back(&[GrantReach::Session, GrantReach::App, GrantReach::Offline]);
    back(&[Relay::Own, Relay::Private]);
    back(&[Vouched::Yes, Vouched::No]);
    back(&[Backup::Single, Backup::Eligible, Backup::BackedUp]);
}

fn kept_passkeys() -> Vec<Passkey> {
    let synced = Passkey {
        id: PasskeyId([0xef; 16]),
        credential: CredentialId::new(&[0x00, 0x7f, 0xff]).unwrap(),
        key: PublicKey(vec![0xa5, 0x01, 0x02]),
        name: Line::clean("花子の\"鍵\"", 50),
        aaguid: [0x1a; 16],
        transports: Line::clean("internal,hybrid", 50),
        backup: Backup::BackedUp,
        counter: u32::MAX,
        added: Added { at: Instant(9), by: Some(SessionId([0x12; 16])) },
        used_at: Some(Instant(10)),
    };
    let long = Passkey {
        id: PasskeyId([0xee; 16]),
        credential: CredentialId::new(&[0x55; 1_023]).unwrap(),
        key: PublicKey(Vec::new()),
        name: Line::clean("", 50),
        backup: Backup::Single,
        counter: 0,
        added: Added { at: Instant(11), by: None },
        used_at: None,
        ..synced.clone()
    };
    vec![synced, long]
}

fn kept_methods() -> Methods {
    let address = LinkAddress {
        email: Email::parse("q7x2@privaterelay.appleid.com").unwrap(),
        proven_at: Instant(3),
        relay: Relay::Private,
        unreachable_at: Some(Instant(4)),
    };
    let named = Link {
        provider: Provider::APPLE,
        identity: Identity::new("https://appleid.apple.com", "001999.\"f0c0\".花").unwrap(),
        address: Some(address),
        added: Added { at: Instant(5), by: Some(SessionId([0xcd; 16])) },
        held_at: Some(Instant(6)),
    };
    let nameless = Link {
        provider: Provider::parse("example-id").unwrap(),
        identity: Identity::new("https://id.example.org", "nameless").unwrap(),
        address: None,
        added: Added { at: Instant(-7), by: None },
        held_at: None,
    };
    let email = Email::parse("a..b.@docomo.ne.jp").unwrap();
    let added = Added { at: Instant(1), by: None };
    Methods {
        email: Some(KeptEmail { email, proven_at: Instant(2), added }),
        links: vec![named, nameless],
        passkeys: kept_passkeys(),
        contact: Addressed::Provider(Provider::APPLE),
        contact_since: Instant(8),
    }
}

#[test]
fn kept_methods_and_identities_in_hand_are_read_as_they_were_written() {
    let whole = kept_methods();
    let bare = Methods {
        email: None,
        links: Vec::new(),
        passkeys: Vec::new(),
        contact: Addressed::Email,
        ..whole.clone()
    };
    for kept in [whole, bare] {
        assert_eq!(read_methods(&methods(&kept)), Some(kept));
    }
    let in_hand = Shown {
        provider: Provider::GOOGLE,
        identity: Identity::new("https://accounts.google.com", "1").unwrap(),
        address: Some(Email::parse("Hanako@Example.jp").unwrap()),
        vouched: Vouched::Yes,
        relay: Relay::Own,
        name: Line::clean("花子 \"H\"", 50),
    };
    let nameless = Shown { address: None, vouched: Vouched::No, ..in_hand.clone() };
    for in_hand in [in_hand, nameless] {
        assert_eq!(read_shown(&shown(&in_hand)), Some(in_hand));
    }
}

/// A picture that was kept before there were passkeys has none.
#[test]
fn kept_methods_of_before_there_were_passkeys_are_read() {
    let before = Methods { passkeys: Vec::new(), ..kept_methods() };
    let now = methods(&before);
    let then = now.replace(",\"passkeys\":[]", "");
    assert_ne!(then, now);
    assert_eq!(read_methods(&then), Some(before));
}

/// A picture with a part that is missing or of another kind is no picture: nothing is put back by halves.
#[test]
fn kept_methods_with_a_part_that_is_missing_or_another_are_not_read() {
    let whole = methods(&kept_methods());
    assert!(read_methods(&whole).is_some());
    for (part, other) in [
        ("\"email\":", "\"mail\":"),
        ("\"stored\":\"a..b.@docomo.ne.jp\"", "\"stored\":\"a..b.\""),
        ("\"proven_at\":2", "\"proven_at\":\"2\""),
        ("\"contact\":\"apple\"", "\"contact\":\"Apple\""),
        ("\"contact_since\":8", "\"contact_since\":null"),
        ("\"relay\":\"private\"", "\"relay\":\"unheard-of\""),
        ("\"unreachable_at\":4", "\"unreachable_at\":\"4\""),
        ("\"held_at\":6", "\"held\":6"),
        ("\"by\":\"cdcd", "\"by\":\"CDcd"),
        ("\"subject\":\"nameless\"", "\"subject\":\"\""),
        ("\"links\":[", "\"links\":[1,"),
        ("\"passkeys\":[", "\"passkeys\":[1,"),
        ("\"passkeys\":[", "\"passkeys\":null,\"other\":["),
        ("\"id\":\"ef", "\"id\":\"EF"),
        ("\"credential\":\"007fff\"", "\"credential\":\"007ff\""),
        ("\"credential\":\"007fff\"", "\"credential\":\"\""),
        ("\"credential\":\"007fff\"", "\"credential\":\"007fFF\""),
        ("\"credential\":\"55", "\"credential\":\"5555"),
        ("\"key\":\"a50102\"", "\"key\":null"),
        ("\"name\":\"花子", "\"name\":\"\\u0007花子"),
        ("\"aaguid\":\"1a", "\"aaguid\":\"1a1a"),
        ("\"backup\":\"single\"", "\"backup\":\"Single\""),
        ("\"counter\":4294967295", "\"counter\":4294967296"),
        ("\"counter\":4294967295", "\"counter\":-1"),
        ("\"used_at\":10", "\"used\":10"),
    ] {
        let damaged = whole.replace(part, other);
        assert_ne!(damaged, whole, "{part}");
        assert_eq!(read_methods(&damaged), None, "{damaged}");
    }
}
