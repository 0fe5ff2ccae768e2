//! Planted faults: the production rules, bent in one place, to see that the laws notice.
//!
//! Each bends what goes into `decide` or what comes out of it (`bends`); the production code is never touched. Each is to
//! be found by the one law named beside it, in the slice named, and every law has at least one.

use accounts::{Command, Context, Decision, Snapshot, decide};

use super::words::Slice;
use super::{
    bends, bends_of_methods, bends_of_passkeys, bends_of_reset, bends_of_undo, slices,
    slices_of_methods, slices_of_passkeys, ways_in,
};

macro_rules! faults {
    ($($name:ident: $says:literal => $law:expr, $slice:path;)*) => {
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
                    $(Self::$name => $slice(),)*
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
    CountAfterHashing: "A guess is counted when it has been evaluated, not before." => "I5", slices::password_and_lock;
    AbandonedGuessIsFree: "A guess that nobody settles is forgotten when it lapses." => "I5", slices::password_and_lock;
    WrongGuessNotCounted: "What a refused guess must leave behind is lost." => "I5", slices::password_and_lock;
    RightPasswordLiftsLock: "The right password lifts a lock." => "I8", slices::password_and_lock;
    LockRefusesKnownDevice: "The lock refuses the owner's known device too." => "R-LOCK-4", slices::password_and_lock;
    KnownDeviceRefusedAtSettling: "A known device may pay, and is refused at the end all the same." => ways_in::L2, slices::password_and_lock;
    LockIgnoredAtSettling: "A lock refuses guesses to come, but not those already paid for." => "I6", slices::devices;
    StaleProofAccepted: "A proof against a replaced password is accepted." => "I14", slices::change_in_flight;
    CodeUsableTwice: "A code stays good after it was used." => "I9", slices::codes;
    CodeOfAnotherAddress: "A code of any address proves this one." => "I10", slices::registration;
    CodeWorksAtItsEnd: "A code still works at the instant of its end." => "I11", slices::codes;
    TriesResetByAsking: "Asking for a new code gives new tries." => "I12", slices::codes;
    RegistrationsCapped: "After two mails in a day no more codes to register with go out." => ways_in::L1_REGISTERS, slices::codes;
    AccountBeforeCode: "The account is made before the address is proven." => "I20", slices::registration;
    AddressTakenTwice: "Nobody looks whether the address has been taken meanwhile." => "I4", slices::registration;
    RegisteringTellsTaken: "Who registers with a taken address is told so." => "I38", slices::registration;
    RegisteringOpensTheOther: "Who completes a registration at an address taken meanwhile gets that account." => "I38", slices::registration;
    SuspensionIgnored: "The password way forgets to ask about a suspension." => "I33", slices::suspension;
    UnlockResumes: "Lifting a lock lifts a suspension." => "I7", slices::suspension;
    SessionsKept: "Changing the password leaves the other sessions." => "I16", slices::change_in_flight;
    ProofNotAskedFor: "Any session will do for a fresh proof." => "I28", slices::change_in_flight;
    LapsedGuessesOutliveUnlock: "Guesses that lapsed before an unlock still count after it." => ways_in::L3_UNLOCKED, slices::password_and_lock;
    PendingFlowKept: "Signing in leaves what the browser had pending." => "R-SIGNIN-7", slices::member;
    MailForgotten: "The mail about a sign-in is not written." => "I39", slices::password_and_lock;
    LineForgotten: "The line about a sign-in is not written." => "I31", slices::password_and_lock;
    ChangeMailForgotten: "The mail about a changed password is not written." => "I30", slices::change_in_flight;
    LockMailForgotten: "The mail about a lock is not written." => "I30", slices::password_and_lock;
    CodeStepSkipped: "The password form is taken from whoever has begun a reset." => "I15", slices::reset;
    FormNotAskedFor: "An older password form still works." => "I15", slices::reset_forms;
    GrantWithoutEnd: "The new password can be set after the time is over." => "I15", slices::reset_forms;
    GrantUsableTwice: "The same form sets a password again." => "I16", slices::reset_forms;
    EpochNotAskedFor: "A grant outlives what ended everything else." => "I16", slices::reset_forms;
    GrantNotBoundToAccount: "A grant outlives its address's leaving the account." => "I16", slices::undo;
    OldPasswordKept: "Verifying leaves the old password until the new one is set." => "R-RESET-3", slices::reset;
    OldPasswordInFlight: "The old password, checked before the verification, is accepted after it." => "I14", slices::reset;
    VerifyingKeepsSessions: "Verifying leaves the sessions." => "R-RESET-7", slices::reset;
    VerifyingKeepsDevices: "Verifying leaves the known devices." => "R-RESET-7", slices::reset;
    VerifyingSignsIn: "Verifying signs in." => "R-RESET-11", slices::reset;
    WrongCodeVoids: "A wrong code makes the password void." => "I1", slices::reset_codes;
    BlankCodeMatches: "A code that is nobody's matches the newest one." => "I18", slices::reset_codes;
    ResetCodeUsableTwice: "A reset code stays good after it was used." => "I9", slices::reset_codes;
    ResetCodeWorksAtItsEnd: "A reset code still works at the instant of its end." => "I11", slices::reset_codes;
    CodeForAnotherPurpose: "A reset code proves an address to register with." => "I10", slices::reset_codes;
    CooldownMissing: "A new code goes out right after a success." => "I13", slices::reset_codes;
    CooldownToldToAll: "Everybody hears of the cooldown." => "I13", slices::reset_codes;
    AskingTellsUnknown: "Who asks at an address that nobody has is told so." => "I32", slices::reset_codes;
    OthersCountAsResets: "Other mails use up the codes of the reset." => "R-RESET-2", slices::reset_codes;
    SpentCodesCount: "Codes that are spent use up those to come." => "R-RESET-2", slices::reset_codes;
    ResetsCapped: "After two mails in a day no more reset codes go out." => ways_in::L1_RESETS, slices::reset_codes;
    MailsUnbounded: "Every request sends a mail." => "R-RESET-6a", slices::reset_codes;
    DayBoundMissing: "Also after many mails in a day as many codes are alive as before." => "R-RESET-6a", slices::reset_codes;
    AnyCodeOpensForm: "Any code of the address opens the form again." => "R-RESET-5", slices::reset_forms;
    FormExtendsGrant: "Opening the form again gives more time." => "R-RESET-5", slices::reset_forms;
    GrantLostWithTab: "The form cannot be opened again." => ways_in::L3_VERIFIED, slices::reset_forms;
    ResetDoesNotUnlock: "Setting the new password leaves the lock." => "R-LOCK-2", slices::reset_refused;
    LockRefusesReset: "A lock refuses who has set a new password." => ways_in::L3_VERIFIED, slices::reset_refused;
    SuspendedGetsGrant: "A suspended account gets a password form." => "I33", slices::reset_refused;
    ResetLiftsSuspension: "A reset lifts a suspension." => "I33", slices::reset_refused;
    ResetSignInNotTold: "Signing in by a reset sends no notice." => "I39", slices::reset;
    ResetMailForgotten: "The mail about a verified code is not written." => "I30", slices::reset;
    ResetLineForgotten: "The line about a verified code is not written." => "I31", slices::reset;
    ChangeKeepsCodes: "Changing the password leaves the reset codes in the mailbox." => "I16", slices::reset_codes;
    NotMeSignsIn: "\"This was not me\" signs in." => "R-SIGNIN-6", slices::not_me;
    NotMeKeepsPassword: "\"This was not me\" leaves the password." => "R-SIGNIN-6", slices::not_me;
    NotMeKeepsDevices: "\"This was not me\" leaves the known devices." => "R-SIGNIN-6", slices::not_me;
    NotMeKeepsGrant: "\"This was not me\" leaves a grant." => "I16", slices::reset_forms;
    NotMeMailForgotten: "The mail about \"this was not me\" is not written." => "I30", slices::not_me;
    NotMeLineForgotten: "The line about \"this was not me\" is not written." => "I31", slices::not_me;
    NumberUsableTwice: "A number works again." => "R-METHOD-10b", slices::not_me;
    NumberWorksAtItsEnd: "A number works at the instant of its end." => "R-METHOD-10b", slices::not_me;
    NumberOfAnotherPage: "A number of one kind does the other's work." => "R-METHOD-10b", slices::not_me;
    UndoIsAChange: "An undo is a change itself, and the address it takes away gets the right to undo it." => "R-METHOD-10c", slices::undo;
    UndoIsUndone: "An undo can be undone by the address that it takes away." => "R-METHOD-10d", slices::undo;
    UndoLeavesThief: "An undo gives the address back and leaves who is signed in." => "R-METHOD-10d", slices::undo;
    RightWithoutStanding: "Any address has the right to undo, also one that came an hour ago." => "R-METHOD-10a", slices::undo;
    RightToNewAddress: "The right goes to the new address alone." => ways_in::L1_UNDOES, slices::undo;
    RightForgotten: "The mail about a change carries no number." => "R-METHOD-10a", slices::undo;
    NumberNotRepeated: "A reset request at a former address mails nothing." => ways_in::L1_UNDOES, slices::undo;
    YoungerNumbersSurvive: "Younger numbers survive an undo." => "R-METHOD-10c", slices::undo;
    UndoKeepsSessions: "An undo leaves the sessions." => "R-METHOD-10c", slices::undo;
    UndoKeepsGrant: "An undo leaves a grant." => "I16", slices::undo_in_flight;
    UndoRevivesPassword: "An undo leaves a usable password." => "R-METHOD-10c", slices::undo;
    UndoForgetsAddress: "An undo leaves the address where it is." => "R-METHOD-10c", slices::undo;
    UndoMailForgotten: "The mail about an undo is not written." => "I30", slices::undo;
    UndoLineForgotten: "The line about an undo is not written." => "I31", slices::undo;
    AddressBeforeCode: "The address changes when it is asked for." => "I2", slices::address;
    AnyCodeChangesAddress: "A code of another mailbox proves the new address." => "I29", slices::address;
    SessionNotAskedFor: "Whoever is signed in in that browser finishes the change." => "I21", slices::address;
    AddressProofNotAskedFor: "The change is finished without a fresh proof." => "I28", slices::address;
    ChangeKeepsPending: "Changing the password leaves a change of address under way." => "I16", slices::address;
    FormerAddressIsFree: "Another may take an address that can still be put back." => ways_in::L1_UNDOES, slices::former_address;
    OldAddressNotTold: "Only the new address is told of a change." => "I30", slices::address;
    AddressLineForgotten: "The line about a change of address is not written." => "I31", slices::address;
    IdentityMoves: "Adding an identity takes it from the account that has it." => "I3", slices_of_methods::identity;
    RestoringTakesFromOthers: "A restoration takes back what another has proven since." => "I3", slices_of_methods::withdraw_identity_twice;
    JoinedByAddress: "An identity is added to the account that has its address." => "I19", slices_of_methods::offer;
    UnvouchedIsBelieved: "An address that the provider does not vouch for is believed." => "I20", slices_of_methods::unvouched_free;
    IdentityBeforeCode: "An account is made with an identity before its address is proven." => "I20", slices_of_methods::unvouched_free;
    TripOfAnyBrowser: "A trip comes back in any browser." => "R-SIGNIN-10", slices_of_methods::provider;
    TripUsableTwice: "A trip comes back twice." => "R-SIGNIN-10", slices_of_methods::provider;
    TripWithoutEnd: "A trip comes back after its time." => "R-SIGNIN-10", slices_of_methods::provider;
    LinkedByWhoeverIsThere: "Whoever is signed in when a trip comes back gets the identity." => "I21", slices_of_methods::identity;
    OfferForAnybody: "Whoever is signed in takes what waits for another account." => "I21", slices_of_methods::offer;
    CancelKeepsOffer: "What was offered outlives its cancelling." => "R-REG-5", slices_of_methods::offer;
    OfferWithoutEnd: "What was offered can be taken after its time." => "R-REG-5", slices_of_methods::offer;
    SecondAccountAtAnAddress: "A second account is made with an address taken meanwhile." => "R-REG-5", slices_of_methods::two_at_once;
    LinkProofNotAskedFor: "Adding needs no fresh proof." => "I28", slices_of_methods::proof;
    RemovalProofNotAskedFor: "Removing needs no fresh proof." => "I28", slices_of_methods::proof;
    ContactProofNotAskedFor: "Choosing the contact needs no fresh proof." => "I28", slices_of_methods::proof;
    EndProofNotAskedFor: "Withdrawing needs no fresh proof." => "I28", slices_of_methods::proof;
    ProofByAnother: "Any account at the provider is a proof." => "I28", slices_of_methods::proof;
    ContactLeftBehind: "The contact is removed, and named still." => "I2", slices_of_methods::link_and_remove;
    LastMethodRemovable: "The last method with an address can be removed." => "I1", slices_of_methods::last_method;
    ReportRemovesTheLast: "A report removes the last method with an address." => "I1", slices_of_methods::reports;
    RemovalKeepsSessions: "Removing a method leaves the sessions that it began." => "R-METHOD-5", slices_of_methods::link_and_remove;
    FollowsToAnothers: "An address follows its provider to one that is another's." => "R-METHOD-9", slices_of_methods::follow;
    RightAgainstAProvider: "A change proven by a provider of long standing can be undone." => "R-METHOD-10a", slices_of_methods::proof;
    AnyProviderIsOld: "A provider that came an hour ago takes the right to undo away." => "R-METHOD-10a", slices_of_methods::thief_links;
    RemovalRightForgotten: "The mail about a removed method carries no number." => ways_in::L1_UNDOES, slices_of_methods::undo_of_methods;
    UndoLeavesLink: "An undo leaves what was added since." => "R-METHOD-10c", slices_of_methods::thief_links;
    UndoKeepsHisLink: "An undo leaves the thief's provider on the account." => ways_in::L1_UNDOES, slices_of_methods::thief_links;
    NotMeKeepsLink: "\"This was not me\" leaves what that session added." => "R-SIGNIN-6", slices_of_methods::thief_is_told_off;
    UntickedStays: "A reset leaves what was added lately." => "R-RESET-7", slices_of_methods::thief_is_told_off;
    OldNumberRevivesLink: "A number from before brings back what \"this was not me\" has taken away." => "R-METHOD-10c", slices_of_methods::thief_is_told_off;
    EndKeepsSessions: "A withdrawal leaves the sessions." => "I22", slices_of_methods::withdraw;
    EndKeepsIdentity: "A withdrawal leaves the identity." => "I22", slices_of_methods::withdraw_identity;
    EndKeepsGrant: "A withdrawal leaves what a flow was bound to." => "I16", slices_of_methods::ended_in_flight;
    IdUsedAgain: "Who registers a freed address gets the id of the account that had it." => "I23", slices_of_methods::withdraw;
    RestoredAtItsEnd: "A withdrawal is taken back at the instant of its end." => "R-WITHDRAW-2", slices_of_methods::withdraw;
    RestoredByAnybody: "Who types a freed address has the account back without its code." => "R-WITHDRAW-2", slices_of_methods::withdraw;
    ErasedAtOnce: "An ended account is erased before its time." => "R-WITHDRAW-2", slices_of_methods::withdraw;
    EndNumberForgotten: "The mail about a withdrawal carries no number." => "R-WITHDRAW-2", slices_of_methods::withdraw;
    RestoringRefused: "The number about a withdrawal does nothing." => ways_in::L1_RESTORES, slices_of_methods::withdraw;
    EndNeedsAPassword: "Withdrawing needs a password, also where there is none." => ways_in::L5, slices_of_methods::withdraw_identity;
    HeldLetsIn: "A method that its provider has closed lets in." => "I35", slices_of_methods::reports;
    ReportKeepsSessions: "A report leaves the sessions that the method began." => "I35", slices_of_methods::reports;
    FormerReportHeard: "A report of a former time is heard." => "I35", slices_of_methods::reports;
    ReportHeardTwice: "A report is heard twice." => "I35", slices_of_methods::reports;
    SignInKeepsWait: "A sign-in leaves the wait of somebody who lost the provider." => "R-RESET-8", slices_of_methods::lost;
    LostWithoutWaiting: "A code sets up an address without any wait." => "R-RESET-8", slices_of_methods::lost;
    LostNotOffered: "The mail about a provider carries no number." => ways_in::L1_DOES_WITHOUT, slices_of_methods::lost;
    LockRefusesProvider: "A lock refuses the owner's provider too." => ways_in::L2_PROVIDER, slices_of_methods::locked_with_google;
    LinkingMailForgotten: "The mail about an added method is not written." => "I30", slices_of_methods::proof;
    LinkingLineForgotten: "The line about an added method is not written." => "I31", slices_of_methods::proof;
    RemovalMailForgotten: "The mail about a removed method is not written." => "I30", slices_of_methods::proof;
    RemovalLineForgotten: "The line about a removed method is not written." => "I31", slices_of_methods::proof;
    FollowingNotTold: "The contact follows its provider, and nobody is told." => "I30", slices_of_methods::follow;
    ContactNotAnnounced: "The contact follows its provider, and the service hears nothing." => "R-CONTACT-5", slices_of_methods::follow;
    EndMailForgotten: "The mail about a withdrawal is not written." => "I30", slices_of_methods::withdraw;
    EndLineForgotten: "The line about a withdrawal is not written." => "I31", slices_of_methods::withdraw;
    RestoredMailForgotten: "The mail about a restoration is not written." => "I30", slices_of_methods::withdraw;
    ExportLineForgotten: "The line about a download is not written." => "I31", slices_of_methods::link_and_remove;
    ReportLineForgotten: "The line about a report is not written." => "I31", slices_of_methods::reports;
    QuestionAnsweredTwice: "A question to an authenticator is answered twice." => "I26", slices_of_passkeys::standing;
    QuestionWithoutEnd: "A question to an authenticator is answered after its time." => "I26", slices_of_passkeys::shown;
    QuestionOfAnySession: "A passkey that another session has asked for is added." => "I26", slices_of_passkeys::two;
    CredentialTakenTwice: "Nobody looks whether a credential is another account's." => "I26", slices_of_passkeys::two;
    CredentialComesBackFromOthers: "A restoration takes back a credential that another has added since." => "I26", slices_of_passkeys::two;
    CounterForgotten: "The counter that a passkey has shown is not kept." => "I27", slices_of_passkeys::shown;
    CounterNotAsked: "A counter that has not moved ahead is accepted." => "I27", slices_of_passkeys::shown;
    SyncingNotAsked: "A passkey that could not be synced and now can is accepted." => "I27", slices_of_passkeys::shown;
    UndoTurnsCounterBack: "An undo puts a passkey back with the counter of then." => "I27", slices_of_passkeys::thief;
    PasskeyProofNotAskedFor: "Adding a passkey needs no fresh proof." => "I28", slices_of_passkeys::upgrade;
    KeyRemovalProofNotAskedFor: "Removing a passkey needs no fresh proof." => "I28", slices_of_passkeys::upgrade;
    ProvenByAnothersPasskey: "Anybody's passkey is a proof." => "I28", slices_of_passkeys::two;
    PersonNotAskedFor: "A passkey is added without the person verified." => "R-PASSKEY-2", slices_of_passkeys::upgrade;
    UpgradeAfterAnything: "A browser makes a passkey by itself without the password." => "R-PASSKEY-2", slices_of_passkeys::upgrade;
    LockRefusesPasskey: "A lock refuses the owner's passkey too." => ways_in::L2_PASSKEY, slices_of_passkeys::locked;
    SuspensionIgnoredForPasskeys: "A passkey opens a suspended account." => "I33", slices_of_passkeys::locked;
    PasskeySignInNotTold: "Signing in by a passkey sends no notice." => "I39", slices_of_passkeys::shown;
    PasskeyLeavesPending: "Signing in by a passkey leaves what the browser had pending." => "R-SIGNIN-7", slices_of_passkeys::shown;
    PasskeyMailForgotten: "The mail about an added passkey is not written." => "I30", slices_of_passkeys::thief;
    KeyRemovalMailForgotten: "The mail about a removed passkey is not written." => "I30", slices_of_passkeys::thief;
    PasskeyLineForgotten: "The line about an added passkey is not written." => "I31", slices_of_passkeys::thief;
    KeyRemovalLineForgotten: "The line about a removed passkey is not written." => "I31", slices_of_passkeys::thief;
    DoubtLineForgotten: "The line about a doubtful passkey is not written." => "I31", slices_of_passkeys::shown;
    KeyRemovalKeepsSessions: "Removing a passkey leaves the sessions that it began." => "R-METHOD-5", slices_of_passkeys::thief;
    PasskeyKeepsAccount: "Where there is a passkey, the last method with an address can be removed." => "I1", slices_of_passkeys::upgrade;
    EndKeepsPasskey: "A withdrawal leaves the passkey." => "I22", slices_of_passkeys::thief;
    UndoLeavesPasskey: "An undo leaves a passkey that was added since." => "R-METHOD-10c", slices_of_passkeys::thief;
    UndoForgetsPasskey: "An undo leaves a removed passkey away." => "R-METHOD-10c", slices_of_passkeys::thief;
    UndoKeepsHisPasskey: "An undo leaves the thief's passkey on the account." => ways_in::L1_UNDOES, slices_of_passkeys::thief_inside;
    NotMeKeepsPasskey: "\"This was not me\" leaves the passkey that session added." => "R-SIGNIN-6", slices_of_passkeys::thief_is_told_off;
    UntickedPasskeyStays: "A reset leaves a passkey that was added lately." => "R-RESET-7", slices_of_passkeys::thief_is_told_off;
    OldNumberRevivesPasskey: "A number from before brings back the passkey that \"this was not me\" has taken away." => "R-METHOD-10c", slices_of_passkeys::thief_is_told_off;
    OldNumberRevivesUnticked: "A number from before brings back the passkey that a reset has left away." => "R-METHOD-10c", slices_of_passkeys::thief_is_told_off;
    RightAgainstAPasskey: "A change proven by a passkey of long standing can be undone." => "R-METHOD-10a", slices_of_passkeys::standing;
    AnyPasskeyIsOld: "A passkey that came an hour ago takes the right to undo away." => "R-METHOD-10a", slices_of_passkeys::thief;
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
    bends_of_methods::before(fault, &mut snapshot, &mut command, &mut context);
    bends_of_passkeys::before(fault, &mut snapshot, &mut command, &mut context);
    let mut decision = decide(&snapshot, &command, &context);
    bends::after(fault, &snapshot, &command, &mut decision);
    bends_of_reset::after(fault, (&snapshot, &context), &command, &mut decision);
    bends_of_undo::after(fault, (&snapshot, &context), &command, &mut decision);
    bends_of_methods::after(fault, (&snapshot, &context), &command, &mut decision);
    bends_of_passkeys::after(fault, (&snapshot, &context), &command, &mut decision);
    decision
}
