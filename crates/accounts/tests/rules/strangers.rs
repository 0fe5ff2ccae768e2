//! I32, R-RESET-1 and 6: whatever a stranger does, nobody can tell from the answers who has an address.
//!
//! Random walks of everything that can be done without mailbox, password, device or session are played in
//! several worlds at once: in one the address is nobody's, in the others it is an account's, in some state.
//! Every step must be answered alike: the same outcome, the same public reason, the same times.

use accounts::{Command, Digest, MailKind, Millis, Outcome, Public, TypedCode, TypedNumber};
use proptest::prelude::*;

use super::house::{
    APPLE, Browser, GOOGLE, House, OWNER, SECRET, STRANGER, hash, shown, unvouched, welcome,
};
use crate::support::email;

/// What a stranger can do about an address.
#[derive(Clone, Copy, Debug)]
enum Step {
    AskReset,
    TypeReset,
    TypeOwnResetCode,
    SendForm,
    AskRegister,
    TypeRegister,
    ChoosePassword,
    Guess,
    PayOnly,
    NotMe,
    Undo,
    AskEmailChange,
    TypeEmailChange,
    ShowIdentity,
    AskIdentityAddress,
    TypeIdentityAddress,
    Confirm,
    Accept,
    Restore,
    Lost,
    NewBrowser,
    NewNetwork,
    Wait(Millis),
}

/// What the stranger hears: the exact reason is for the log alone.
#[derive(Debug, PartialEq, Eq)]
#[expect(clippy::large_enum_variant, reason = "a handful of them, in a test")]
enum Heard {
    Outcome(Outcome),
    Public(Public),
    Nothing,
}

/// A world, and the stranger's two browsers in it: one that is nobody, one signed in to an account of his own.
struct Walk {
    house: House,
    browser: Browser,
    member: Browser,
}

const NETWORKS: [&str; 3] = ["198.51.100.7", "198.51.100.8", "198.51.100.9"];

impl Walk {
    /// Everybody who was there before has been so for more than a day, so that no mail of theirs is counted.
    fn begin(prepare: impl FnOnce(&mut House)) -> Self {
        let mut house = House::new();
        let mut member = Browser::of("stranger's account", NETWORKS[0]);
        house.register(&mut member, STRANGER);
        prepare(&mut house);
        house.now = accounts::Instant(1_000_000_000_000).plus(Millis::hours(26));
        house.prove(&mut member, STRANGER, SECRET);
        Self { house, browser: Browser::stranger(), member }
    }

    fn take(&mut self, step: Step) -> Heard {
        let (house, browser) = (&mut self.house, &mut self.browser);
        let outcome = match step {
            Step::AskReset => house.ask_reset(browser, OWNER),
            Step::TypeReset => house.type_reset(browser, TypedCode::Unknown),
            Step::TypeOwnResetCode => {
                house.ask_reset(&mut browser.fresh(), STRANGER);
                match house.reset_code(STRANGER) {
                    Some(code) => house.type_reset(browser, code),
                    None => return Heard::Nothing,
                }
            }
            Step::SendForm => {
                let (form, kind) = (Digest([7; 32]), browser.kind);
                let (hash, kept) = (hash("mine"), Vec::new());
                let command = Command::CompleteReset { form, hash, kept, kind };
                house.ask(browser, None, &command)
            }
            Step::AskRegister => house.ask_code(browser, OWNER),
            Step::TypeRegister => house.type_code(browser, TypedCode::Unknown),
            Step::ChoosePassword => house.choose_password(browser, "mine"),
            Step::Guess => house.sign_in(browser, OWNER, "wrong"),
            Step::PayOnly => {
                house.ask(browser, Some(OWNER), &Command::PayGuess { email: email(OWNER) })
            }
            Step::NotMe => house.report_from(browser, OWNER, TypedNumber::Unknown),
            Step::Undo => house.undo_from(browser, OWNER, TypedNumber::Unknown),
            Step::AskEmailChange => house.ask_email(&mut self.member, OWNER),
            Step::TypeEmailChange => house.type_email(&mut self.member, TypedCode::Unknown),
            // A provider that names the owner's address and does not vouch for it.
            Step::ShowIdentity => house.sign_in_with(browser, &unvouched(&shown(APPLE, "own", OWNER))),
            Step::AskIdentityAddress => house.ask_identity_address(browser, OWNER),
            Step::TypeIdentityAddress => house.type_identity_code(browser, TypedCode::Unknown),
            Step::Confirm => house.confirm(browser),
            Step::Accept => house.accept(browser),
            Step::Restore => house.restore_proven(browser),
            Step::Lost => house.report_lost(OWNER, TypedNumber::Unknown),
            Step::NewBrowser => {
                *browser = browser.fresh();
                return Heard::Nothing;
            }
            Step::NewNetwork => {
                let here = NETWORKS.iter().position(|known| *known == browser.network);
                browser.network = NETWORKS[(here.unwrap_or(0) + 1) % NETWORKS.len()];
                return Heard::Nothing;
            }
            Step::Wait(length) => {
                house.wait(length);
                return Heard::Nothing;
            }
        };
        match outcome {
            Outcome::Refused(reason) => Heard::Public(reason.public()),
            outcome => Heard::Outcome(outcome),
        }
    }
}

/// The address in every state that an account can be in, and nobody's first of all.
fn worlds() -> Vec<(&'static str, Walk)> {
    let registered = |house: &mut House| {
        let mut owner = Browser::owner();
        house.register(&mut owner, OWNER);
        owner
    };
    vec![
        ("nobody's", Walk::begin(|_| {})),
        (
            "registered",
            Walk::begin(|house| {
                registered(house);
            }),
        ),
        (
            "suspended",
            Walk::begin(|house| {
                registered(house);
                house.suspend();
            }),
        ),
        (
            "with a void password",
            Walk::begin(|house| {
                registered(house);
                house.verify_reset(&mut Browser::phone(), OWNER);
            }),
        ),
        (
            "with known devices and numbers",
            Walk::begin(|house| {
                let mut owner = registered(house);
                for _ in 0..3 {
                    welcome(house.sign_in(&mut Browser::phone(), OWNER, SECRET));
                }
                house.change_password(&mut owner, "next");
            }),
        ),
        (
            "a former address that can be put back",
            Walk::begin(|house| {
                let mut owner = registered(house);
                house.change_email(&mut owner, "new@example.org");
            }),
        ),
        (
            "a provider's",
            Walk::begin(|house| {
                house.register_with(&mut Browser::owner(), &shown(GOOGLE, "owner", OWNER));
            }),
        ),
        (
            "a provider's that cannot be used any more",
            Walk::begin(|house| {
                house.register_with(&mut Browser::owner(), &shown(GOOGLE, "owner", OWNER));
                house.ask_reset(&mut Browser::phone(), OWNER);
                let number = house.number(MailKind::ResetProvider, OWNER).expect("a number");
                house.report_lost(OWNER, number);
            }),
        ),
        (
            "withdrawn",
            Walk::begin(|house| {
                let mut owner = registered(house);
                house.withdraw(&mut owner);
            }),
        ),
        ("in the cooldown", {
            let mut walk = Walk::begin(|house| {
                registered(house);
            });
            // The owner resets on the way; what the stranger hears does not change. The mail that took is
            // moved out of the day, for it is the owner's own and not what is compared here.
            walk.house.verify_reset(&mut Browser::phone(), OWNER);
            let address = walk.house.world.addresses.get_mut(email(OWNER).key()).expect("there");
            address.challenges.clear();
            walk
        }),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => Just(Step::AskReset),
        4 => Just(Step::TypeReset),
        1 => Just(Step::TypeOwnResetCode),
        1 => Just(Step::SendForm),
        2 => Just(Step::AskRegister),
        2 => Just(Step::TypeRegister),
        1 => Just(Step::ChoosePassword),
        4 => Just(Step::Guess),
        2 => Just(Step::PayOnly),
        1 => Just(Step::NotMe),
        1 => Just(Step::Undo),
        1 => Just(Step::AskEmailChange),
        1 => Just(Step::TypeEmailChange),
        2 => Just(Step::ShowIdentity),
        2 => Just(Step::AskIdentityAddress),
        2 => Just(Step::TypeIdentityAddress),
        1 => Just(Step::Confirm),
        1 => Just(Step::Accept),
        1 => Just(Step::Restore),
        1 => Just(Step::Lost),
        2 => Just(Step::NewBrowser),
        1 => Just(Step::NewNetwork),
        2 => Just(Step::Wait(Millis::seconds(20))),
        1 => Just(Step::Wait(Millis::seconds(60))),
        1 => Just(Step::Wait(Millis::minutes(11))),
        1 => Just(Step::Wait(Millis::minutes(30))),
    ]
}

/// Plays the same steps everywhere and compares what is heard with what is heard at nobody's address.
fn is_heard_alike(steps: &[Step]) {
    let mut worlds = worlds();
    for (place, step) in steps.iter().enumerate() {
        let (nobodys, others) = worlds.split_first_mut().expect("there are worlds");
        let heard = nobodys.1.take(*step);
        for (name, walk) in others {
            assert_eq!(walk.take(*step), heard, "at {place}, {step:?}, the address is {name}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn i32_no_sequence_of_a_strangers_steps_tells_who_has_an_address(
        steps in proptest::collection::vec(step(), 1..120)
    ) {
        is_heard_alike(&steps);
    }
}

/// The counts of each step are alike too: every step over and over, beyond all of its bounds.
#[test]
fn r_reset_6_each_step_over_and_over_is_answered_alike_at_the_same_counts() {
    let repeated = [
        Step::AskReset,
        Step::TypeReset,
        Step::AskRegister,
        Step::TypeRegister,
        Step::Guess,
        Step::PayOnly,
        Step::NotMe,
        Step::Undo,
        Step::AskEmailChange,
        Step::TypeEmailChange,
        Step::AskIdentityAddress,
        Step::TypeIdentityAddress,
        Step::Lost,
    ];
    for step in repeated {
        let mut steps = vec![Step::AskReset, Step::AskEmailChange];
        if matches!(step, Step::TypeRegister) {
            steps.push(Step::AskRegister);
        }
        if matches!(step, Step::AskIdentityAddress | Step::TypeIdentityAddress) {
            steps.extend([Step::ShowIdentity, Step::AskIdentityAddress]);
        }
        steps.extend([step; 110]);
        steps.extend([Step::Wait(Millis::minutes(30)), step, Step::Wait(Millis::seconds(60)), step]);
        is_heard_alike(&steps);
    }
}

/// What goes out differs, as it must: a comparison of worlds that do not differ would show nothing.
#[test]
fn the_worlds_that_are_compared_do_differ() {
    let kinds = |name: &str| {
        let mut walk = worlds().into_iter().find(|world| world.0 == name).expect("it").1;
        walk.house.forget_notices();
        walk.take(Step::AskReset);
        walk.house.mail_kinds()
    };
    assert_eq!(kinds("nobody's"), []);
    assert_eq!(kinds("registered"), [MailKind::ResetCode]);
    assert_eq!(kinds("suspended"), [MailKind::ResetCode]);
    assert_eq!(kinds("a former address that can be put back"), [MailKind::UndoAgain]);
    assert_eq!(kinds("in the cooldown"), []);
    assert_eq!(kinds("a provider's"), [MailKind::ResetProvider]);
    assert_eq!(kinds("a provider's that cannot be used any more"), [MailKind::ResetCode]);
    assert_eq!(kinds("withdrawn"), [MailKind::UndoAgain]);
}
