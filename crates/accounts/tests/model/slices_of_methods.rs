//! The slices of providers, of what a member adds and removes, and of an account's end.
//!
//! As in `slices`: each holds a cause and more than one way to its effect, with few actors and small bounds.

use accounts::{Addressed, Millis, Policy, Provider, Purpose, TripErrand};

use super::cards::{ALIKE, APPLE, BARE, GOOGLE, HIS, Report};
use super::slices::{policy, slice};
use super::state::{Aim, GMAIL, OWNERS, Page, STRANGERS, Who};
use super::step::{House, Step};
use super::words::{Slice, Start, Word};

use Addressed::Email;
use Aim::{Prove, SignIn};
use Page::{Lost, NotMe, Undo};
use Purpose::{AddEmail, Register, RegisterIdentity, Reset};
use Who::{Owner, Stranger};
use Word::{
    AddPassword, Ask, Change, Choose, Enter, Erase, Evaluate, Finish, Go, Hear, Pay, Plain, Return,
    Sleep, TypeMailed, TypeWrong, Wait,
};

const ON_GOOGLE: Addressed = Addressed::Provider(Provider::GOOGLE);
const ON_APPLE: Addressed = Addressed::Provider(Provider::APPLE);
/// So long that a proof stays fresh in a slice that is about something else.
const LONG: Millis = Millis::days(100_000);

fn with(policy: Policy, slice: Slice) -> Slice {
    Slice { house: House { policy, fault: None }, ..slice }
}

fn patient() -> Policy {
    Policy { fresh: LONG, ..policy() }
}

/// Two people sign in and register with what they have at a provider, each with the other's trips too.
pub(crate) fn provider() -> Slice {
    let words = vec![
        Go(Owner, Provider::GOOGLE, TripErrand::SignIn),
        Go(Stranger, Provider::GOOGLE, TripErrand::SignIn),
        Return(Owner, GOOGLE),
        Return(Stranger, HIS),
        Plain(|| Step::Register(Owner)),
        Plain(|| Step::Register(Stranger)),
        Plain(|| Step::SignOut(Owner)),
        Plain(|| Step::Drop(Owner)),
        Wait,
    ];
    Slice { full: 9, ..slice("sign in with a provider", Start::Nobody, words) }
}

/// A provider that does not vouch for an address: a code proves one, which may be somebody's.
pub(crate) fn unvouched() -> Slice {
    let words = vec![
        Go(Stranger, Provider::APPLE, TripErrand::SignIn),
        Return(Stranger, BARE),
        Ask(Stranger, RegisterIdentity, STRANGERS),
        Ask(Stranger, RegisterIdentity, OWNERS),
        TypeMailed(Stranger, RegisterIdentity, STRANGERS),
        TypeMailed(Stranger, RegisterIdentity, OWNERS),
        TypeWrong(Stranger, RegisterIdentity),
        Plain(|| Step::Register(Stranger)),
        Plain(|| Step::TakeOffer(Stranger)),
        Wait,
    ];
    Slice { full: 9, ..slice("an address that nobody vouches for", Start::OwnerRegistered, words) }
}

/// An identity whose address is another account's: offered to that account alone.
pub(crate) fn offer() -> Slice {
    let words = vec![
        Go(Owner, Provider::APPLE, TripErrand::SignIn),
        Go(Stranger, Provider::GOOGLE, TripErrand::SignIn),
        Return(Owner, APPLE),
        Return(Stranger, ALIKE),
        Pay(Owner, OWNERS, "first", SignIn),
        Pay(Stranger, STRANGERS, "mine", SignIn),
        Evaluate,
        Plain(|| Step::TakeOffer(Owner)),
        Plain(|| Step::TakeOffer(Stranger)),
        Plain(|| Step::Register(Stranger)),
        Plain(|| Step::Drop(Owner)),
        Plain(|| Step::SignOut(Owner)),
        Wait,
    ];
    let slice = slice("offer", Start::Two, words);
    Slice { flights: 1, jumps: 1, steps: 6, full: 8, ..with(patient(), slice) }
}

/// An identity is linked to one account while another registers or links it.
pub(crate) fn identity() -> Slice {
    let words = vec![
        Go(Owner, Provider::GOOGLE, TripErrand::Link),
        Go(Stranger, Provider::GOOGLE, TripErrand::Link),
        Go(Stranger, Provider::GOOGLE, TripErrand::SignIn),
        Return(Owner, HIS),
        Return(Stranger, HIS),
        Return(Owner, GOOGLE),
        Plain(|| Step::TakeOffer(Owner)),
        Pay(Owner, OWNERS, "first", Prove),
        Pay(Owner, OWNERS, "first", SignIn),
        Evaluate,
        Wait,
    ];
    let slice = slice("one identity, two accounts", Start::Two, words);
    Slice { jumps: 1, steps: 5, full: 8, ..slice }
}

/// Tabs of two browsers add, remove and choose at once.
pub(crate) fn link_and_remove() -> Slice {
    let words = vec![
        Go(Owner, Provider::APPLE, TripErrand::Link),
        Return(Owner, APPLE),
        Plain(|| Step::Remove(Owner, ON_GOOGLE, None)),
        Plain(|| Step::Remove(Owner, Email, Some(ON_GOOGLE))),
        Plain(|| Step::Remove(Stranger, Email, None)),
        Plain(|| Step::Remove(Stranger, ON_GOOGLE, Some(Email))),
        Plain(|| Step::Remove(Stranger, ON_APPLE, None)),
        Plain(|| Step::Contact(Owner, ON_GOOGLE)),
        Plain(|| Step::Contact(Stranger, Email)),
        Go(Stranger, Provider::GOOGLE, TripErrand::SignIn),
        Return(Stranger, GOOGLE),
        Plain(|| Step::TestMail(Owner)),
        Plain(|| Step::Export(Owner)),
    ];
    let slice = slice("link and remove in two tabs", Start::ThiefAtBoth, words);
    Slice { flights: 1, steps: 7, full: 8, ..with(patient(), slice) }
}

/// The proof of a provider: another subject, a proof that has grown old on the way, a change right after.
pub(crate) fn proof() -> Slice {
    let words = vec![
        Go(Owner, Provider::GOOGLE, TripErrand::Prove),
        Go(Owner, Provider::APPLE, TripErrand::Link),
        Return(Owner, GOOGLE),
        Return(Owner, HIS),
        Return(Owner, APPLE),
        Plain(|| Step::TakeOffer(Owner)),
        Plain(|| Step::Contact(Owner, ON_GOOGLE)),
        Plain(|| Step::Remove(Owner, ON_GOOGLE, None)),
        Plain(|| Step::Withdraw(Owner)),
        Plain(|| Step::Suspend(OWNERS)),
        Wait,
    ];
    Slice { steps: 5, full: 8, ..slice("proof by a provider", Start::Both, words) }
}

/// Somebody who holds the password adds his own provider, makes it the contact, and removes what the owner has.
pub(crate) fn thief_links() -> Slice {
    let words = vec![
        Go(Stranger, Provider::GOOGLE, TripErrand::Link),
        Go(Stranger, Provider::GOOGLE, TripErrand::Prove),
        Return(Stranger, HIS),
        Plain(|| Step::Contact(Stranger, ON_GOOGLE)),
        Plain(|| Step::Remove(Stranger, Email, Some(ON_GOOGLE))),
        Plain(|| Step::Withdraw(Stranger)),
        Change(Stranger, "third"),
        Enter(Owner, Undo, OWNERS, OWNERS),
        Enter(Stranger, Undo, STRANGERS, STRANGERS),
        Sleep,
    ];
    let slice = slice("a thief links and removes", Start::ThiefInside, words);
    Slice { steps: 6, full: 9, ..with(patient(), slice) }
}

/// The same, and the owner says "this was not me" or resets.
pub(crate) fn thief_is_told_off() -> Slice {
    let words = vec![
        Go(Stranger, Provider::GOOGLE, TripErrand::Link),
        Go(Stranger, Provider::GOOGLE, TripErrand::SignIn),
        Return(Stranger, HIS),
        Plain(|| Step::Remove(Stranger, Email, Some(ON_GOOGLE))),
        Plain(|| Step::Withdraw(Stranger)),
        Enter(Owner, NotMe, OWNERS, OWNERS),
        Change(Stranger, "third"),
        Enter(Owner, Undo, OWNERS, OWNERS),
        Ask(Owner, Reset, OWNERS),
        TypeMailed(Owner, Reset, OWNERS),
        Finish(Owner, "second"),
    ];
    let slice = slice("a thief who linked is told off", Start::ThiefInside, words);
    Slice { flights: 1, steps: 7, full: 9, ..with(patient(), slice) }
}

/// An owner with two methods, a thief who takes them apart, and undo.
pub(crate) fn undo_of_methods() -> Slice {
    let words = vec![
        Plain(|| Step::Remove(Stranger, ON_GOOGLE, None)),
        Plain(|| Step::Remove(Stranger, Email, Some(ON_GOOGLE))),
        Plain(|| Step::Contact(Stranger, ON_GOOGLE)),
        Go(Stranger, Provider::GOOGLE, TripErrand::Link),
        Go(Owner, Provider::GOOGLE, TripErrand::SignIn),
        Return(Stranger, HIS),
        Return(Owner, GOOGLE),
        Plain(|| Step::Register(Owner)),
        Enter(Owner, Undo, OWNERS, OWNERS),
        Enter(Owner, Undo, GMAIL, GMAIL),
        Sleep,
    ];
    let slice = slice("undo of methods", Start::ThiefAtBoth, words);
    Slice { flights: 1, jumps: 1, full: 8, ..with(patient(), slice) }
}

/// An account ends, and what it had is free for others, or comes back.
pub(crate) fn withdraw() -> Slice {
    let words = vec![
        Plain(|| Step::Withdraw(Owner)),
        Enter(Owner, Undo, OWNERS, OWNERS),
        Ask(Owner, Register, OWNERS),
        TypeMailed(Owner, Register, OWNERS),
        Plain(|| Step::Restore(Owner)),
        Choose(Owner, "second"),
        Ask(Owner, Reset, OWNERS),
        Ask(Stranger, Register, STRANGERS),
        TypeMailed(Stranger, Register, STRANGERS),
        Plain(|| Step::Restore(Stranger)),
        Erase,
        Sleep,
    ];
    let slice = slice("withdraw and restore", Start::ThiefInside, words);
    Slice { jumps: 2, full: 8, ..with(patient(), slice) }
}

/// The same at an account that somebody registered with a provider.
pub(crate) fn withdraw_identity() -> Slice {
    let words = vec![
        Plain(|| Step::Withdraw(Owner)),
        Go(Owner, Provider::GOOGLE, TripErrand::SignIn),
        Go(Stranger, Provider::APPLE, TripErrand::SignIn),
        Return(Owner, GOOGLE),
        Return(Stranger, BARE),
        Plain(|| Step::Register(Owner)),
        Plain(|| Step::Restore(Owner)),
        Plain(|| Step::Restore(Stranger)),
        Enter(Owner, Undo, GMAIL, GMAIL),
        Erase,
        Sleep,
    ];
    let slice = slice("withdraw with a provider", Start::Google, words);
    Slice { jumps: 1, steps: 7, full: 8, ..with(patient(), slice) }
}

/// Two accounts had the same identity, one after the other.
pub(crate) fn withdraw_identity_twice() -> Slice {
    let words = vec![
        Plain(|| Step::Withdraw(Owner)),
        Go(Owner, Provider::GOOGLE, TripErrand::SignIn),
        Return(Owner, GOOGLE),
        Plain(|| Step::Register(Owner)),
        Plain(|| Step::Restore(Owner)),
        Enter(Owner, Undo, GMAIL, GMAIL),
        Enter(Owner, Undo, OWNERS, OWNERS),
    ];
    let slice = slice("one identity after the other", Start::Both, words);
    Slice { flights: 1, steps: 8, full: 10, ..with(patient(), slice) }
}

/// A withdrawal while something is under way.
pub(crate) fn ended_in_flight() -> Slice {
    let words = vec![
        Ask(Owner, Reset, OWNERS),
        TypeMailed(Owner, Reset, OWNERS),
        Finish(Owner, "second"),
        Plain(|| Step::Withdraw(Owner)),
        Plain(|| Step::Withdraw(Stranger)),
        Enter(Owner, Undo, OWNERS, OWNERS),
        Go(Owner, Provider::GOOGLE, TripErrand::Link),
        Return(Owner, GOOGLE),
        Pay(Owner, OWNERS, "first", SignIn),
        Evaluate,
    ];
    let slice = slice("withdrawn meanwhile", Start::ThiefInside, words);
    Slice { flights: 1, full: 9, ..with(patient(), slice) }
}

/// The last method, taken away in turns.
pub(crate) fn last_method() -> Slice {
    let words = vec![
        Plain(|| Step::Remove(Owner, ON_GOOGLE, None)),
        Plain(|| Step::Remove(Owner, Email, Some(ON_GOOGLE))),
        Hear(GOOGLE, Report::Consent),
        Hear(GOOGLE, Report::Purged),
        Ask(Owner, AddEmail, OWNERS),
        TypeMailed(Owner, AddEmail, OWNERS),
        AddPassword(Owner, "first"),
        Go(Owner, Provider::APPLE, TripErrand::Link),
        Return(Owner, APPLE),
        Plain(|| Step::Remove(Owner, ON_GOOGLE, Some(ON_APPLE))),
    ];
    let slice = slice("the last method", Start::Google, words);
    Slice { flights: 1, steps: 8, full: 8, ..with(patient(), slice) }
}

/// Two people register with one address at once, by different ways.
pub(crate) fn two_at_once() -> Slice {
    let words = vec![
        Go(Stranger, Provider::GOOGLE, TripErrand::SignIn),
        Return(Stranger, ALIKE),
        Plain(|| Step::Register(Stranger)),
        Ask(Owner, Register, OWNERS),
        TypeMailed(Owner, Register, OWNERS),
        Choose(Owner, "first"),
        Plain(|| Step::Drop(Stranger)),
        Wait,
    ];
    let slice = slice("two register at once", Start::Nobody, words);
    Slice { flights: 1, jumps: 1, steps: 7, full: 9, ..slice }
}

/// An address that nobody has and no provider vouches for.
pub(crate) fn unvouched_free() -> Slice {
    Slice { name: "an unproven address", start: Start::Nobody, ..unvouched() }
}

/// What a provider reports, of now and of a former time.
pub(crate) fn reports() -> Slice {
    let words = vec![
        Hear(GOOGLE, Report::Sessions),
        Hear(GOOGLE, Report::Consent),
        Hear(GOOGLE, Report::Purged),
        Hear(GOOGLE, Report::Hijacked),
        Hear(GOOGLE, Report::Enabled),
        Hear(GOOGLE, Report::Off),
        Plain(|| Step::Hear(GOOGLE, Report::Purged, accounts::Instant(1_000_000))),
        Go(Owner, Provider::GOOGLE, TripErrand::SignIn),
        Go(Owner, Provider::GOOGLE, TripErrand::Prove),
        Return(Owner, GOOGLE),
        Plain(|| Step::Remove(Owner, Email, Some(ON_GOOGLE))),
    ];
    let slice = slice("what a provider reports", Start::Both, words);
    Slice { flights: 1, steps: 6, full: 8, ..with(patient(), slice) }
}

/// Mail to an account's addresses is refused for good, and is read again.
pub(crate) fn refused_mail() -> Slice {
    let words = vec![
        Plain(|| Step::Refuse(OWNERS)),
        Plain(|| Step::Refuse(GMAIL)),
        Ask(Owner, Reset, OWNERS),
        TypeMailed(Owner, Reset, OWNERS),
        Finish(Owner, "first"),
        Go(Owner, Provider::GOOGLE, TripErrand::SignIn),
        Return(Owner, GOOGLE),
        Wait,
    ];
    let slice = slice("mail is refused", Start::Both, words);
    Slice { flights: 1, jumps: 1, steps: 6, full: 8, ..with(patient(), slice) }
}

/// Somebody cannot use the provider any more; or says so of another's account.
pub(crate) fn lost() -> Slice {
    let words = vec![
        Ask(Owner, Reset, GMAIL),
        Enter(Owner, Lost, GMAIL, GMAIL),
        TypeMailed(Owner, Reset, GMAIL),
        Finish(Owner, "first"),
        Go(Owner, Provider::GOOGLE, TripErrand::SignIn),
        Return(Owner, GOOGLE),
        Wait,
        Sleep,
    ];
    let slice = slice("a provider is lost", Start::Google, words);
    Slice { flights: 1, jumps: 4, steps: 7, full: 11, ..with(patient(), slice) }
}

/// An account of a provider gets an `email` method, while another wants that address.
pub(crate) fn add_email() -> Slice {
    let words = vec![
        Ask(Owner, AddEmail, OWNERS),
        Ask(Owner, AddEmail, GMAIL),
        TypeMailed(Owner, AddEmail, OWNERS),
        TypeMailed(Owner, AddEmail, GMAIL),
        AddPassword(Owner, "first"),
        Plain(|| Step::Remove(Owner, ON_GOOGLE, Some(Email))),
        Plain(|| Step::Remove(Owner, Email, None)),
        Ask(Stranger, Register, OWNERS),
        TypeMailed(Stranger, Register, OWNERS),
        Choose(Stranger, "mine"),
        Ask(Owner, Reset, OWNERS),
        Wait,
    ];
    let slice = slice("an address is added", Start::Google, words);
    Slice { jumps: 1, full: 8, ..slice }
}

/// The address follows its provider, beside another's.
pub(crate) fn follow() -> Slice {
    let words = vec![
        Plain(|| Step::Follow(Owner, Provider::GOOGLE, STRANGERS)),
        Plain(|| Step::Follow(Owner, Provider::GOOGLE, OWNERS)),
        Plain(|| Step::Follow(Owner, Provider::GOOGLE, GMAIL)),
        Go(Owner, Provider::GOOGLE, TripErrand::Link),
        Return(Owner, GOOGLE),
        Plain(|| Step::Contact(Owner, ON_GOOGLE)),
        Plain(|| Step::Remove(Owner, Email, Some(ON_GOOGLE))),
        Plain(|| Step::Withdraw(Stranger)),
        Enter(Owner, Undo, OWNERS, OWNERS),
    ];
    let slice = slice("an address follows", Start::Two, words);
    Slice { flights: 1, steps: 8, full: 9, ..with(patient(), slice) }
}

/// Strangers lock the address of an owner who has Google too.
pub(crate) fn locked_with_google() -> Slice {
    let words = vec![
        Pay(Stranger, OWNERS, "wrong", SignIn),
        Evaluate,
        Go(Owner, Provider::GOOGLE, TripErrand::SignIn),
        Go(Owner, Provider::GOOGLE, TripErrand::Prove),
        Return(Owner, GOOGLE),
        Plain(|| Step::Withdraw(Owner)),
        Plain(|| Step::SignOut(Owner)),
        Plain(|| Step::Suspend(OWNERS)),
        Wait,
    ];
    let slice = slice("locked, with Google", Start::Both, words);
    let policy = Policy { guesses: 1, ..policy() };
    Slice { flights: 1, jumps: 1, steps: 7, full: 9, ..with(policy, slice) }
}

pub(crate) fn all() -> Vec<Slice> {
    vec![
        provider(),
        unvouched(),
        offer(),
        identity(),
        link_and_remove(),
        proof(),
        thief_links(),
        thief_is_told_off(),
        undo_of_methods(),
        withdraw(),
        withdraw_identity(),
        withdraw_identity_twice(),
        ended_in_flight(),
        last_method(),
        two_at_once(),
        reports(),
        refused_mail(),
        lost(),
        add_email(),
        follow(),
        locked_with_google(),
    ]
}
