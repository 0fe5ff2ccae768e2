//! The slices: which part of the house each walk sees, with which bounds.
//!
//! Each holds a cause and more than one way to its effect. Bounds are small numbers so that every bound is
//! reached; lengths of time that a slice is not about are too long to matter in it.

use accounts::{AnnouncementKind, Endpoint, Line, Millis, Policy, Purpose, Registration};

use super::state::{Aim, OWNERS, Page, STRANGERS, Who};
use super::step::{House, Step};
use super::words::{Slice, Start, Word};

use Aim::{Prove, SignIn};
use Page::{NotMe, Undo};
use Purpose::{ChangeEmail, Register, Reset};
use Who::{Owner, Stranger};
use Word::{
    Ask, Change, ChangeAt, Choose, EndSessions, Enter, EnterWrong, Evaluate, Finish, FinishBlind,
    ForgetDevices, Look, Pay, Plain, Sleep, TypeMailed, TypeWrong, Wait,
};

pub(crate) fn policy() -> Policy {
    let never = Millis::days(100_000);
    Policy {
        guesses: 2,
        guesses_per_device: 2,
        codes_alive: 2,
        tries_per_flow: 2,
        tries_per_network: 3,
        tries_window: never,
        tries_until_long: 1000,
        guesses_forgotten: never,
        browser_idle: never,
        browser_total: never,
        device_life: never,
        seen_step: never,
        endpoints: vec![Endpoint {
            name: Line::clean("web", 9),
            kinds: vec![AnnouncementKind::ContactChanged],
            with_email: true,
            receipts: false,
        }],
        ..Policy::default()
    }
}

pub(crate) fn slice(name: &'static str, start: Start, words: Vec<Word>) -> Slice {
    let house = House { policy: policy(), fault: None };
    Slice { name, house, words, start, flights: 2, jumps: 2, steps: 6, full: 8 }
}

/// Strangers, the owner and a neighbour guess at one address, and an operator unlocks it.
pub(crate) fn password_and_lock() -> Slice {
    let words = vec![
        Pay(Stranger, OWNERS, "wrong", SignIn),
        Pay(Stranger, OWNERS, "first", SignIn),
        Pay(Owner, OWNERS, "first", SignIn),
        Pay(Owner, OWNERS, "wrong", SignIn),
        Evaluate,
        Plain(|| Step::Unlock(OWNERS)),
        Wait,
    ];
    Slice { steps: 7, full: 11, ..slice("password and lock", Start::OwnerRegistered, words) }
}

/// A member forgets devices while guesses are under way, also at an address that nobody has.
pub(crate) fn devices() -> Slice {
    let words = vec![
        Pay(Stranger, OWNERS, "wrong", SignIn),
        Pay(Stranger, STRANGERS, "wrong", SignIn),
        Pay(Owner, OWNERS, "first", SignIn),
        Pay(Owner, OWNERS, "wrong", Prove),
        Evaluate,
        ForgetDevices(Owner),
        EndSessions(Owner),
        Plain(|| Step::SignOut(Owner)),
        Wait,
    ];
    let slice = slice("devices and sessions", Start::OwnerRegistered, words);
    let policy = Policy { guesses: 1, ..policy() };
    Slice { house: House { policy, fault: None }, full: 10, jumps: 1, ..slice }
}

/// Two addresses, two browsers, codes of both mailboxes, and nobody registered yet.
pub(crate) fn registration() -> Slice {
    let words = vec![
        Ask(Owner, Register, OWNERS),
        Ask(Stranger, Register, OWNERS),
        Ask(Stranger, Register, STRANGERS),
        TypeMailed(Owner, Register, OWNERS),
        TypeMailed(Stranger, Register, OWNERS),
        TypeMailed(Stranger, Register, STRANGERS),
        Choose(Owner, "first"),
        Choose(Stranger, "mine"),
        Wait,
    ];
    Slice { full: 10, ..slice("registration", Start::Nobody, words) }
}

/// Wrong codes, too old codes and used codes at one address, in two browsers.
pub(crate) fn codes() -> Slice {
    let words = vec![
        Ask(Owner, Register, OWNERS),
        Ask(Stranger, Register, OWNERS),
        TypeMailed(Owner, Register, OWNERS),
        TypeMailed(Stranger, Register, OWNERS),
        TypeWrong(Stranger, Register),
        TypeWrong(Owner, Register),
        Wait,
    ];
    Slice { steps: 7, full: 11, ..slice("codes", Start::Nobody, words) }
}

/// A stranger guesses at an address that is being registered: proving it sets the counts back.
pub(crate) fn guessed_before_registering() -> Slice {
    let words = vec![
        Pay(Stranger, OWNERS, "wrong", SignIn),
        Pay(Stranger, OWNERS, "first", SignIn),
        Evaluate,
        Ask(Owner, Register, OWNERS),
        TypeMailed(Owner, Register, OWNERS),
        TypeWrong(Owner, Register),
        Choose(Owner, "first"),
        Wait,
    ];
    Slice { full: 10, ..slice("guessed before registering", Start::Nobody, words) }
}

/// The password is changed while guesses with the old and the new one are under way.
pub(crate) fn change_in_flight() -> Slice {
    let words = vec![
        Pay(Owner, OWNERS, "first", Prove),
        Pay(Stranger, OWNERS, "first", SignIn),
        Pay(Stranger, OWNERS, "second", SignIn),
        Pay(Owner, OWNERS, "second", Prove),
        Evaluate,
        Change(Owner, "second"),
        Change(Stranger, "third"),
        Plain(|| Step::EndOthers(Owner)),
        Wait,
    ];
    Slice { full: 10, ..slice("change of password in flight", Start::OwnerRegistered, words) }
}

/// An operator suspends, resumes, unlocks and signs out while others sign in.
pub(crate) fn suspension() -> Slice {
    let words = vec![
        Pay(Owner, OWNERS, "first", SignIn),
        Pay(Owner, OWNERS, "first", Prove),
        Pay(Stranger, OWNERS, "wrong", SignIn),
        Evaluate,
        Change(Owner, "second"),
        Plain(|| Step::Suspend(OWNERS)),
        Plain(|| Step::Suspend(STRANGERS)),
        Plain(|| Step::Resume(OWNERS)),
        Plain(|| Step::Unlock(OWNERS)),
        Plain(|| Step::SignOutEverywhere(OWNERS)),
        Wait,
    ];
    Slice { full: 11, jumps: 1, ..slice("suspension", Start::OwnerRegistered, words) }
}

/// Profile, terms and the note of last use, with somebody else's registration going on in the browser.
pub(crate) fn member() -> Slice {
    let words = vec![
        Pay(Owner, OWNERS, "first", SignIn),
        Evaluate,
        Ask(Owner, Register, STRANGERS),
        Ask(Stranger, Register, OWNERS),
        TypeMailed(Owner, Register, STRANGERS),
        Choose(Owner, "mine"),
        Plain(|| Step::Accept(Owner)),
        Plain(|| Step::Rename(Owner)),
        Plain(|| Step::Touch(Owner)),
        Plain(|| Step::SignOut(Owner)),
        Wait,
    ];
    let slice = slice("member and neighbour", Start::OwnerRegistered, words);
    let terms = Some(Line::clean("2", 9));
    let policy = Policy { terms, seen_step: Millis::seconds(30), ..policy() };
    Slice { house: House { policy, fault: None }, full: 10, jumps: 1, flights: 1, ..slice }
}

/// Registration is closed.
pub(crate) fn closed() -> Slice {
    let words = vec![
        Ask(Stranger, Register, STRANGERS),
        TypeWrong(Stranger, Register),
        Choose(Stranger, "mine"),
        Plain(|| Step::Accept(Owner)),
        Pay(Owner, OWNERS, "first", SignIn),
        Evaluate,
        Wait,
    ];
    let slice = slice("registration closed", Start::OwnerRegistered, words);
    let policy = Policy { registration: Registration::Closed, ..policy() };
    Slice { house: House { policy, fault: None }, full: 12, ..slice }
}

/// The reset beside guesses in flight: whoever reads the mailbox, a stranger, and somebody with the old password.
pub(crate) fn reset() -> Slice {
    let words = vec![
        Ask(Owner, Reset, OWNERS),
        Ask(Stranger, Reset, OWNERS),
        TypeMailed(Owner, Reset, OWNERS),
        Finish(Owner, "second"),
        FinishBlind(Stranger, "third"),
        Pay(Stranger, OWNERS, "first", SignIn),
        Pay(Stranger, OWNERS, "second", SignIn),
        Evaluate,
        Wait,
    ];
    Slice { flights: 1, steps: 7, full: 11, ..slice("reset", Start::ThiefInside, words) }
}

/// Codes of the reset and of others at one address: how many, how long, how often, for what.
pub(crate) fn reset_codes() -> Slice {
    let words = vec![
        Ask(Owner, Reset, OWNERS),
        Ask(Stranger, Reset, OWNERS),
        Ask(Stranger, Register, OWNERS),
        Ask(Stranger, Reset, STRANGERS),
        TypeMailed(Owner, Reset, OWNERS),
        TypeMailed(Stranger, Reset, OWNERS),
        TypeMailed(Stranger, Register, OWNERS),
        TypeWrong(Stranger, Reset),
        Finish(Owner, "second"),
        Change(Owner, "third"),
        Wait,
    ];
    let slice = slice("codes of the reset", Start::OwnerRegistered, words);
    let policy = Policy { codes_day: 3, fresh: Millis::days(100_000), ..policy() };
    Slice { house: House { policy, fault: None }, full: 8, jumps: 3, ..slice }
}

/// A code verified and gone on with, or not: older forms, the code once more, the next at the same browser.
pub(crate) fn reset_forms() -> Slice {
    let words = vec![
        Ask(Owner, Reset, OWNERS),
        TypeMailed(Owner, Reset, OWNERS),
        TypeMailed(Stranger, Reset, OWNERS),
        Ask(Stranger, Reset, OWNERS),
        TypeWrong(Owner, Reset),
        Finish(Owner, "second"),
        Finish(Stranger, "third"),
        FinishBlind(Owner, "mine"),
        Enter(Owner, NotMe, OWNERS, OWNERS),
        Wait,
    ];
    Slice { steps: 7, full: 11, ..slice("forms of the reset", Start::ThiefInside, words) }
}

/// The reset at an account that strangers lock and an operator suspends.
pub(crate) fn reset_refused() -> Slice {
    let words = vec![
        Ask(Owner, Reset, OWNERS),
        TypeMailed(Owner, Reset, OWNERS),
        Finish(Owner, "second"),
        Pay(Stranger, OWNERS, "wrong", SignIn),
        Evaluate,
        Plain(|| Step::Suspend(OWNERS)),
        Plain(|| Step::Resume(OWNERS)),
        Plain(|| Step::SignOut(Owner)),
        Wait,
    ];
    let slice = slice("reset, lock and suspension", Start::OwnerRegistered, words);
    let policy = Policy { guesses: 1, lock_scope: accounts::LockScope::Account, ..policy() };
    Slice { house: House { policy, fault: None }, flights: 1, jumps: 1, steps: 8, full: 14, ..slice }
}

/// "This was not me" against somebody who holds the password.
pub(crate) fn not_me() -> Slice {
    let words = vec![
        Pay(Stranger, OWNERS, "first", SignIn),
        Evaluate,
        Enter(Owner, NotMe, OWNERS, OWNERS),
        Enter(Owner, NotMe, OWNERS, STRANGERS),
        Enter(Owner, Undo, OWNERS, OWNERS),
        EnterWrong(Stranger, NotMe, OWNERS),
        Change(Stranger, "third"),
        Ask(Owner, Reset, OWNERS),
        TypeMailed(Owner, Reset, OWNERS),
        Finish(Owner, "second"),
        Plain(|| Step::Suspend(OWNERS)),
        Sleep,
    ];
    Slice { full: 9, flights: 1, ..slice("this was not me", Start::ThiefInside, words) }
}

/// Somebody who holds the password takes the address away, and the owner undoes it.
pub(crate) fn undo() -> Slice {
    let words = vec![
        Ask(Stranger, ChangeEmail, STRANGERS),
        TypeMailed(Stranger, ChangeEmail, STRANGERS),
        Change(Stranger, "third"),
        Pay(Stranger, STRANGERS, "first", SignIn),
        Evaluate,
        Enter(Owner, Undo, OWNERS, OWNERS),
        Enter(Stranger, Undo, STRANGERS, STRANGERS),
        Enter(Stranger, NotMe, STRANGERS, STRANGERS),
        Ask(Stranger, Reset, STRANGERS),
        TypeMailed(Stranger, Reset, STRANGERS),
        Finish(Stranger, "mine"),
        Sleep,
    ];
    let slice = slice("undo against a thief", Start::ThiefInside, words);
    let policy = Policy { undo_numbers: 1, ..policy() };
    Slice { house: House { policy, fault: None }, flights: 1, steps: 7, full: 9, ..slice }
}

/// The owner's side of the same: the mail repeated, the reset after it, numbers in flight.
pub(crate) fn undo_in_flight() -> Slice {
    let words = vec![
        Ask(Stranger, ChangeEmail, STRANGERS),
        TypeMailed(Stranger, ChangeEmail, STRANGERS),
        Change(Stranger, "third"),
        Look(Owner, Undo, OWNERS, OWNERS),
        Look(Stranger, NotMe, OWNERS, OWNERS),
        Enter(Owner, Undo, OWNERS, STRANGERS),
        Ask(Owner, Reset, OWNERS),
        Ask(Owner, Register, OWNERS),
        TypeMailed(Owner, Reset, OWNERS),
        Finish(Owner, "second"),
        Wait,
    ];
    Slice { full: 8, ..slice("undo in flight", Start::ThiefInside, words) }
}

/// A member changes the address, in several browsers, while others want it too.
pub(crate) fn address() -> Slice {
    let words = vec![
        Ask(Owner, ChangeEmail, STRANGERS),
        Ask(Owner, ChangeEmail, OWNERS),
        TypeMailed(Owner, ChangeEmail, STRANGERS),
        TypeMailed(Owner, ChangeEmail, OWNERS),
        ChangeAt(Owner, OWNERS, "third"),
        Pay(Owner, OWNERS, "first", SignIn),
        Evaluate,
        Change(Owner, "second"),
        Ask(Stranger, Reset, OWNERS),
        Ask(Stranger, Register, STRANGERS),
        TypeMailed(Stranger, Register, STRANGERS),
        Choose(Stranger, "mine"),
        Plain(|| Step::SignOut(Owner)),
        Wait,
    ];
    Slice { full: 7, flights: 1, ..slice("change of address", Start::ThiefInside, words) }
}

/// Somebody wants the address that a member has just left.
pub(crate) fn former_address() -> Slice {
    let words = vec![
        Ask(Owner, ChangeEmail, STRANGERS),
        TypeMailed(Owner, ChangeEmail, STRANGERS),
        Ask(Stranger, Register, OWNERS),
        TypeMailed(Stranger, Register, OWNERS),
        Choose(Stranger, "mine"),
        Enter(Owner, Undo, OWNERS, OWNERS),
        Sleep,
    ];
    let slice = slice("the former address", Start::OwnerRegistered, words);
    Slice { steps: 7, full: 12, ..slice }
}

pub(crate) fn all() -> Vec<Slice> {
    vec![
        password_and_lock(),
        devices(),
        registration(),
        codes(),
        guessed_before_registering(),
        change_in_flight(),
        suspension(),
        member(),
        closed(),
        reset(),
        reset_codes(),
        reset_forms(),
        reset_refused(),
        not_me(),
        undo(),
        undo_in_flight(),
        address(),
        former_address(),
    ]
}
