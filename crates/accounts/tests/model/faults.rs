//! Planted faults: the production rules, bent in one place, to see that the laws notice.
//!
//! Each bends what goes into `decide` or what comes out of it (`bends`); the production code is never touched. Each is to
//! be found by the one law named beside it, in the slice named, and every law has at least one.

use accounts::{Command, Context, Decision, Snapshot, decide};

use super::words::Slice;
use super::{bends, bends_of_reset, bends_of_undo, slices, ways_in};

macro_rules! faults {
    ($($name:ident: $says:literal => $law:expr, $slice:ident;)*) => {
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub(crate) enum Fault {
            $(#[doc = $says] $name,)*
        }

        impl Fault {
            pub(crate) const ALL: &[Self] = &[$(Self::$name),*];

            /// The law that finds it.
            pub(crate) const fn law(self) -> &'static str {
                match self {
                    $(Self::$name => $law,)*
                }
            }

            /// The slice in which it is found.
            pub(crate) fn slice(self) -> Slice {
                match self {
                    $(Self::$name => slices::$slice(),)*
                }
            }

            /// What is wrong.
            pub(crate) const fn says(self) -> &'static str {
                match self {
                    $(Self::$name => $says,)*
                }
            }
        }
    };
}

#[rustfmt::skip]
faults! {
    CountAfterHashing: "A guess is counted when it has been evaluated, not before." => "I5", password_and_lock;
    AbandonedGuessIsFree: "A guess that nobody settles is forgotten when it lapses." => "I5", password_and_lock;
    WrongGuessNotCounted: "What a refused guess must leave behind is lost." => "I5", password_and_lock;
    RightPasswordLiftsLock: "The right password lifts a lock." => "I8", password_and_lock;
    LockRefusesKnownDevice: "The lock refuses the owner's known device too." => "R-LOCK-4", password_and_lock;
    KnownDeviceRefusedAtSettling: "A known device may pay, and is refused at the end all the same." => ways_in::L2, password_and_lock;
    LockIgnoredAtSettling: "A lock refuses guesses to come, but not those already paid for." => "I6", devices;
    StaleProofAccepted: "A proof against a replaced password is accepted." => "I14", change_in_flight;
    CodeUsableTwice: "A code stays good after it was used." => "I9", codes;
    CodeOfAnotherAddress: "A code of any address proves this one." => "I10", registration;
    CodeWorksAtItsEnd: "A code still works at the instant of its end." => "I11", codes;
    TriesResetByAsking: "Asking for a new code gives new tries." => "I12", codes;
    RegistrationsCapped: "After two mails in a day no more codes to register with go out." => ways_in::L1_REGISTERS, codes;
    AccountBeforeCode: "The account is made before the address is proven." => "I20", registration;
    AddressTakenTwice: "Nobody looks whether the address has been taken meanwhile." => "I4", registration;
    RegisteringTellsTaken: "Who registers with a taken address is told so." => "I38", registration;
    RegisteringOpensTheOther: "Who completes a registration at an address taken meanwhile gets that account." => "I38", registration;
    SuspensionIgnored: "The password way forgets to ask about a suspension." => "I33", suspension;
    UnlockResumes: "Lifting a lock lifts a suspension." => "I7", suspension;
    SessionsKept: "Changing the password leaves the other sessions." => "I16", change_in_flight;
    ProofNotAskedFor: "Any session will do for a fresh proof." => "I28", change_in_flight;
    LapsedGuessesOutliveUnlock: "Guesses that lapsed before an unlock still count after it." => ways_in::L3_UNLOCKED, password_and_lock;
    PendingFlowKept: "Signing in leaves what the browser had pending." => "R-SIGNIN-7", member;
    MailForgotten: "The mail about a sign-in is not written." => "I39", password_and_lock;
    LineForgotten: "The line about a sign-in is not written." => "I31", password_and_lock;
    ChangeMailForgotten: "The mail about a changed password is not written." => "I30", change_in_flight;
    LockMailForgotten: "The mail about a lock is not written." => "I30", password_and_lock;
    CodeStepSkipped: "The password form is taken from whoever has begun a reset." => "I15", reset;
    FormNotAskedFor: "An older password form still works." => "I15", reset_forms;
    GrantWithoutEnd: "The new password can be set after the time is over." => "I15", reset_forms;
    GrantUsableTwice: "The same form sets a password again." => "I16", reset_forms;
    EpochNotAskedFor: "A grant outlives what ended everything else." => "I16", reset_forms;
    GrantNotBoundToAccount: "A grant outlives its address's leaving the account." => "I16", undo;
    OldPasswordKept: "Verifying leaves the old password until the new one is set." => "R-RESET-3", reset;
    OldPasswordInFlight: "The old password, checked before the verification, is accepted after it." => "I14", reset;
    VerifyingKeepsSessions: "Verifying leaves the sessions." => "R-RESET-7", reset;
    VerifyingKeepsDevices: "Verifying leaves the known devices." => "R-RESET-7", reset;
    VerifyingSignsIn: "Verifying signs in." => "R-RESET-11", reset;
    WrongCodeVoids: "A wrong code makes the password void." => "I1", reset_codes;
    BlankCodeMatches: "A code that is nobody's matches the newest one." => "I18", reset_codes;
    ResetCodeUsableTwice: "A reset code stays good after it was used." => "I9", reset_codes;
    ResetCodeWorksAtItsEnd: "A reset code still works at the instant of its end." => "I11", reset_codes;
    CodeForAnotherPurpose: "A reset code proves an address to register with." => "I10", reset_codes;
    CooldownMissing: "A new code goes out right after a success." => "I13", reset_codes;
    CooldownToldToAll: "Everybody hears of the cooldown." => "I13", reset_codes;
    AskingTellsUnknown: "Who asks at an address that nobody has is told so." => "I32", reset_codes;
    OthersCountAsResets: "Other mails use up the codes of the reset." => "R-RESET-2", reset_codes;
    SpentCodesCount: "Codes that are spent use up those to come." => "R-RESET-2", reset_codes;
    ResetsCapped: "After two mails in a day no more reset codes go out." => ways_in::L1_RESETS, reset_codes;
    MailsUnbounded: "Every request sends a mail." => "R-RESET-6a", reset_codes;
    DayBoundMissing: "Also after many mails in a day as many codes are alive as before." => "R-RESET-6a", reset_codes;
    AnyCodeOpensForm: "Any code of the address opens the form again." => "R-RESET-5", reset_forms;
    FormExtendsGrant: "Opening the form again gives more time." => "R-RESET-5", reset_forms;
    GrantLostWithTab: "The form cannot be opened again." => ways_in::L3_VERIFIED, reset_forms;
    ResetDoesNotUnlock: "Setting the new password leaves the lock." => "R-LOCK-2", reset_refused;
    LockRefusesReset: "A lock refuses who has set a new password." => ways_in::L3_VERIFIED, reset_refused;
    SuspendedGetsGrant: "A suspended account gets a password form." => "I33", reset_refused;
    ResetLiftsSuspension: "A reset lifts a suspension." => "I33", reset_refused;
    ResetSignInNotTold: "Signing in by a reset sends no notice." => "I39", reset;
    ResetMailForgotten: "The mail about a verified code is not written." => "I30", reset;
    ResetLineForgotten: "The line about a verified code is not written." => "I31", reset;
    ChangeKeepsCodes: "Changing the password leaves the reset codes in the mailbox." => "I16", reset_codes;
    NotMeSignsIn: "\"This was not me\" signs in." => "R-SIGNIN-6", not_me;
    NotMeKeepsPassword: "\"This was not me\" leaves the password." => "R-SIGNIN-6", not_me;
    NotMeKeepsDevices: "\"This was not me\" leaves the known devices." => "R-SIGNIN-6", not_me;
    NotMeKeepsGrant: "\"This was not me\" leaves a grant." => "I16", reset_forms;
    NotMeMailForgotten: "The mail about \"this was not me\" is not written." => "I30", not_me;
    NotMeLineForgotten: "The line about \"this was not me\" is not written." => "I31", not_me;
    NumberUsableTwice: "A number works again." => "R-METHOD-10b", not_me;
    NumberWorksAtItsEnd: "A number works at the instant of its end." => "R-METHOD-10b", not_me;
    NumberOfAnotherPage: "A number of one kind does the other's work." => "R-METHOD-10b", not_me;
    UndoIsAChange: "An undo is a change itself, and the address it takes away gets the right to undo it." => "R-METHOD-10c", undo;
    UndoIsUndone: "An undo can be undone by the address that it takes away." => "R-METHOD-10d", undo;
    UndoLeavesThief: "An undo gives the address back and leaves who is signed in." => "R-METHOD-10d", undo;
    RightWithoutStanding: "Any address has the right to undo, also one that came an hour ago." => "R-METHOD-10a", undo;
    RightToNewAddress: "The right goes to the new address alone." => ways_in::L1_UNDOES, undo;
    RightForgotten: "The mail about a change carries no number." => "R-METHOD-10a", undo;
    NumberNotRepeated: "A reset request at a former address mails nothing." => ways_in::L1_UNDOES, undo;
    YoungerNumbersSurvive: "Younger numbers survive an undo." => "R-METHOD-10c", undo;
    UndoKeepsSessions: "An undo leaves the sessions." => "R-METHOD-10c", undo;
    UndoKeepsGrant: "An undo leaves a grant." => "I16", undo_in_flight;
    UndoRevivesPassword: "An undo leaves a usable password." => "R-METHOD-10c", undo;
    UndoForgetsAddress: "An undo leaves the address where it is." => "R-METHOD-10c", undo;
    UndoMailForgotten: "The mail about an undo is not written." => "I30", undo;
    UndoLineForgotten: "The line about an undo is not written." => "I31", undo;
    AddressBeforeCode: "The address changes when it is asked for." => "I2", address;
    AnyCodeChangesAddress: "A code of another mailbox proves the new address." => "I29", address;
    SessionNotAskedFor: "Whoever is signed in in that browser finishes the change." => "I21", address;
    AddressProofNotAskedFor: "The change is finished without a fresh proof." => "I28", address;
    ChangeKeepsPending: "Changing the password leaves a change of address under way." => "I16", address;
    FormerAddressIsFree: "Another may take an address that can still be put back." => ways_in::L1_UNDOES, former_address;
    OldAddressNotTold: "Only the new address is told of a change." => "I30", address;
    AddressLineForgotten: "The line about a change of address is not written." => "I31", address;
}

pub(crate) fn decide_with(
    fault: Option<Fault>,
    snapshot: &Snapshot,
    command: &Command,
    context: &Context<'_>,
) -> Decision {
    let Some(fault) = fault else {
        return decide(snapshot, command, context);
    };
    let (mut snapshot, mut command, mut context) = (snapshot.clone(), command.clone(), *context);
    bends::before(fault, &mut snapshot, &mut command, &mut context);
    bends_of_reset::before(fault, &mut snapshot, &mut command, &mut context);
    bends_of_undo::before(fault, &mut snapshot, &mut command, &mut context);
    let mut decision = decide(&snapshot, &command, &context);
    bends::after(fault, &snapshot, &command, &mut decision);
    bends_of_reset::after(fault, (&snapshot, &context), &command, &mut decision);
    bends_of_undo::after(fault, (&snapshot, &context), &command, &mut decision);
    decision
}
