//! The slices of passkeys: asked, answered, presented late or again, added by two, taken away and put back.
//!
//! As in `slices`: each holds a cause and more than one way to its effect, with few actors and small bounds.

use accounts::{Addressed, Millis, Policy, Provider, Purpose, TripErrand};

use super::cards::HIS;
use super::keys::{Asks, OTHER, OWN};
use super::slices::{policy, slice};
use super::state::{Aim, OWNERS, Page, Who};
use super::step::{House, Step};
use super::words::{Slice, Start, Word};

use Aim::{Prove, SignIn};
use Page::{NotMe, Undo};
use Purpose::{Register, Reset};
use Who::{Owner, Stranger};
use Word::{
    Ask, Change, Enter, Evaluate, Finish, Go, NameKey, Pay, Plain, Present, RemoveKey, Return, Sign,
    Sleep, TypeMailed, Wait,
};

const ON_GOOGLE: Addressed = Addressed::Provider(Provider::GOOGLE);
/// So long that a proof stays fresh in a slice that is about something else.
const LONG: Millis = Millis::days(100_000);

fn with(policy: Policy, slice: Slice) -> Slice {
    Slice { house: House { policy, fault: None }, ..slice }
}

fn patient() -> Policy {
    Policy { fresh: LONG, ..policy() }
}

/// A passkey is added and shown; answers come late, again, out of turn, or from a copy.
pub(crate) fn shown() -> Slice {
    let words = vec![
        Sign(Owner, OWN, Asks::SignIn),
        Sign(Owner, OWN, Asks::SignInOdd),
        Sign(Owner, OWN, Asks::Prove),
        Sign(Owner, OTHER, Asks::Add),
        Present(Owner),
        RemoveKey(Owner, OWN),
        NameKey(Owner, OWN),
        Ask(Owner, Register, super::state::STRANGERS),
        Plain(|| Step::Decline(Owner)),
        Wait,
    ];
    Slice { jumps: 1, steps: 5, full: 7, ..slice("a passkey is shown", Start::Key, words) }
}

/// Two people add what one of them has, in each other's sessions too, and one account ends.
pub(crate) fn two() -> Slice {
    let words = vec![
        Sign(Owner, OWN, Asks::Add),
        Sign(Stranger, OWN, Asks::Add),
        Sign(Stranger, OTHER, Asks::Add),
        Sign(Stranger, OTHER, Asks::Prove),
        Sign(Owner, OWN, Asks::Prove),
        Present(Owner),
        Present(Stranger),
        RemoveKey(Owner, OWN),
        RemoveKey(Stranger, OWN),
        Plain(|| Step::Withdraw(Owner)),
        Enter(Owner, Undo, OWNERS, OWNERS),
    ];
    let slice = slice("one passkey, two accounts", Start::Two, words);
    let policy = Policy { passkeys: 1, ..patient() };
    Slice { flights: 1, steps: 7, full: 9, ..with(policy, slice) }
}

/// Somebody who holds the password adds a passkey of his own and removes the owner's, and the owner undoes it.
pub(crate) fn thief() -> Slice {
    let words = vec![
        Sign(Stranger, OTHER, Asks::Add),
        Sign(Stranger, OTHER, Asks::Prove),
        Sign(Owner, OWN, Asks::SignIn),
        Present(Stranger),
        Present(Owner),
        RemoveKey(Stranger, OWN),
        Change(Stranger, "third"),
        Plain(|| Step::Withdraw(Stranger)),
        Enter(Owner, Undo, OWNERS, OWNERS),
        Sleep,
    ];
    let slice = slice("a thief and passkeys", Start::ThiefAtKey, words);
    Slice { flights: 1, jumps: 1, steps: 6, full: 8, ..with(patient(), slice) }
}

/// The same at an account that has just been made and has none.
pub(crate) fn thief_inside() -> Slice {
    let slice = thief();
    Slice { name: "a thief adds a passkey", start: Start::ThiefInside, steps: 5, full: 7, ..slice }
}

/// The same, and the owner says "this was not me" or resets; the thief has a provider to go on with.
pub(crate) fn thief_is_told_off() -> Slice {
    let words = vec![
        Sign(Stranger, OTHER, Asks::Add),
        Sign(Stranger, OTHER, Asks::SignIn),
        Present(Stranger),
        Go(Stranger, Provider::GOOGLE, TripErrand::Link),
        Return(Stranger, HIS),
        RemoveKey(Stranger, OWN),
        Plain(|| Step::Remove(Stranger, Addressed::Email, Some(ON_GOOGLE))),
        Enter(Owner, NotMe, OWNERS, OWNERS),
        Change(Stranger, "third"),
        Enter(Owner, Undo, OWNERS, OWNERS),
        Ask(Owner, Reset, OWNERS),
        TypeMailed(Owner, Reset, OWNERS),
        Finish(Owner, "second"),
    ];
    let slice = slice("a thief with a passkey is told off", Start::ThiefAtKey, words);
    Slice { flights: 1, steps: 7, full: 9, ..with(patient(), slice) }
}

/// Strangers lock the address of an owner who has a passkey; an operator suspends and resumes.
pub(crate) fn locked() -> Slice {
    let words = vec![
        Pay(Stranger, OWNERS, "wrong", SignIn),
        Evaluate,
        Sign(Owner, OWN, Asks::SignIn),
        Sign(Owner, OWN, Asks::Prove),
        Present(Owner),
        Plain(|| Step::SignOut(Owner)),
        Plain(|| Step::Suspend(OWNERS)),
        Plain(|| Step::Resume(OWNERS)),
        Wait,
    ];
    let slice = slice("locked, with a passkey", Start::Key, words);
    let policy = Policy { guesses: 1, ..policy() };
    Slice { flights: 1, jumps: 1, steps: 7, full: 9, ..with(policy, slice) }
}

/// Who has verified whom: an ordinary addition, and the one that a browser makes by itself, after the password, after a
/// passkey, too late.
pub(crate) fn upgrade() -> Slice {
    let words = vec![
        Pay(Owner, OWNERS, "first", Prove),
        Evaluate,
        Sign(Owner, OWN, Asks::Prove),
        Sign(Owner, OTHER, Asks::Add),
        Sign(Owner, OTHER, Asks::AddUnverified),
        Sign(Owner, OTHER, Asks::Upgrade),
        Present(Owner),
        RemoveKey(Owner, OWN),
        Plain(|| Step::Remove(Owner, Addressed::Email, None)),
        Wait,
    ];
    let slice = slice("a passkey made by the browser itself", Start::Key, words);
    Slice { flights: 1, jumps: 1, steps: 6, full: 8, ..slice }
}

/// An owner with a passkey changes what they have by its proof, and undoes it.
pub(crate) fn standing() -> Slice {
    let words = vec![
        Sign(Owner, OWN, Asks::Prove),
        Sign(Owner, OTHER, Asks::Add),
        Sign(Owner, OTHER, Asks::Prove),
        Present(Owner),
        RemoveKey(Owner, OWN),
        RemoveKey(Owner, OTHER),
        Change(Owner, "second"),
        Enter(Owner, Undo, OWNERS, OWNERS),
        Sleep,
    ];
    let slice = slice("a change proven by a passkey", Start::Key, words);
    Slice { flights: 1, jumps: 1, steps: 6, full: 8, ..with(patient(), slice) }
}

pub(crate) fn all() -> Vec<Slice> {
    vec![shown(), two(), thief(), thief_inside(), thief_is_told_off(), locked(), upgrade(), standing()]
}
