//! What the walks have reached: every event and every reason must occur in some slice, or it is a dead rule.

use std::sync::atomic::{AtomicU64, Ordering};

use accounts::{Decision, Event, Outcome, Reason};

#[derive(Debug, Default)]
pub(crate) struct Coverage {
    events: AtomicU64,
    reasons: AtomicU64,
}

impl Coverage {
    pub(crate) fn note(&self, decision: &Decision) {
        let events =
            decision.events.iter().filter_map(number).fold(0, |all, number| all | (1 << number));
        self.events.fetch_or(events, Ordering::Relaxed);
        if let Outcome::Refused(reason) = decision.outcome {
            self.reasons.fetch_or(1 << reason as u64, Ordering::Relaxed);
        }
    }

    pub(crate) fn unreached_events(&self) -> Vec<&'static str> {
        let seen = self.events.load(Ordering::Relaxed);
        (0..EVENTS.len()).filter(|n| seen & (1 << n) == 0).map(|n| EVENTS[n]).collect()
    }

    pub(crate) fn unreached_reasons(&self) -> Vec<Reason> {
        let seen = self.reasons.load(Ordering::Relaxed);
        REASONS.into_iter().filter(|reason| seen & (1 << *reason as u64) == 0).collect()
    }
}

const EVENTS: [&str; 63] = [
    "GuessesCounted",
    "GuessFailed",
    "Locked",
    "Unlocked",
    "CodeTriesCounted",
    "NetworkTriesCounted",
    "ChallengeIssued",
    "ChallengeSpent",
    "FlowStarted",
    "FlowTried",
    "FlowProven",
    "FormOpened",
    "ResetCoolingDown",
    "NumberIssued",
    "NumberSpent",
    "NumbersVoided",
    "ChangeNoted",
    "ChangesUndone",
    "PendingCancelled",
    "FlowEnded",
    "AccountCreated",
    "SessionStarted",
    "SessionEnded",
    "SessionSeen",
    "SessionProved",
    "DeviceKnown",
    "DeviceForgotten",
    "SignInRefused",
    "PasswordSet",
    "PasswordVoided",
    "EmailChanged",
    "ProfileChanged",
    "TermsAccepted",
    "Suspended",
    "Resumed",
    "FlowBound",
    "TripStarted",
    "TripEnded",
    "LinkAdded",
    "LinkRemoved",
    "LinkChanged",
    "EmailAdded",
    "EmailRemoved",
    "IdentityFreed",
    "ContactChanged",
    "MethodsPutBack",
    "LostNoted",
    "Withdrawn",
    "ReportHeard",
    "Restored",
    "Erased",
    "TestMailAsked",
    "PasskeyAdded",
    "PasskeyRemoved",
    "PasskeyRenamed",
    "PasskeyUsed",
    "PasskeyDoubted",
    "PasskeyDeclined",
    "CeremonySpent",
    "PicturesCut",
    "EmailReached",
    "MailRead",
    "Exported",
];

/// Exhaustive: a new event does not compile until it has a number here, and then must be reached.
fn number(event: &Event) -> Option<u64> {
    Some(match event {
        // What clients hold is walked by itself: `tests/rules/grants_walk.rs`.
        Event::Grant(_) => return None,
        Event::GuessesCounted { .. } => 0,
        Event::GuessFailed { .. } => 1,
        Event::Locked { .. } => 2,
        Event::Unlocked { .. } => 3,
        Event::CodeTriesCounted { .. } => 4,
        Event::NetworkTriesCounted { .. } => 5,
        Event::ChallengeIssued { .. } => 6,
        Event::ChallengeSpent { .. } => 7,
        Event::FlowStarted { .. } => 8,
        Event::FlowTried { .. } => 9,
        Event::FlowProven { .. } => 10,
        Event::FormOpened { .. } => 11,
        Event::ResetCoolingDown { .. } => 12,
        Event::NumberIssued { .. } => 13,
        Event::NumberSpent { .. } => 14,
        Event::NumbersVoided { .. } => 15,
        Event::ChangeNoted { .. } => 16,
        Event::ChangesUndone { .. } => 17,
        Event::PendingCancelled { .. } => 18,
        Event::FlowEnded { .. } => 19,
        Event::AccountCreated { .. } => 20,
        Event::SessionStarted { .. } => 21,
        Event::SessionEnded { .. } => 22,
        Event::SessionSeen { .. } => 23,
        Event::SessionProved { .. } => 24,
        Event::DeviceKnown { .. } => 25,
        Event::DeviceForgotten { .. } => 26,
        Event::SignInRefused { .. } => 27,
        Event::PasswordSet { .. } => 28,
        Event::PasswordVoided { .. } => 29,
        Event::EmailChanged { .. } => 30,
        Event::ProfileChanged { .. } => 31,
        Event::TermsAccepted { .. } => 32,
        Event::Suspended { .. } => 33,
        Event::Resumed { .. } => 34,
        Event::FlowBound { .. } => 35,
        Event::TripStarted { .. } => 36,
        Event::TripEnded { .. } => 37,
        Event::LinkAdded { .. } => 38,
        Event::LinkRemoved { .. } => 39,
        Event::LinkChanged { .. } => 40,
        Event::EmailAdded { .. } => 41,
        Event::EmailRemoved { .. } => 42,
        Event::IdentityFreed { .. } => 43,
        Event::ContactChanged { .. } => 44,
        Event::MethodsPutBack { .. } => 45,
        Event::LostNoted { .. } => 46,
        Event::Withdrawn { .. } => 47,
        Event::ReportHeard { .. } => 48,
        Event::Restored { .. } => 49,
        Event::Erased { .. } => 50,
        Event::TestMailAsked { .. } => 51,
        Event::PasskeyAdded { .. } => 52,
        Event::PasskeyRemoved { .. } => 53,
        Event::PasskeyRenamed { .. } => 54,
        Event::PasskeyUsed { .. } => 55,
        Event::PasskeyDoubted { .. } => 56,
        Event::PasskeyDeclined { .. } => 57,
        Event::CeremonySpent { .. } => 58,
        Event::PicturesCut { .. } => 59,
        Event::EmailReached { .. } => 60,
        Event::MailRead { .. } => 61,
        Event::Exported { .. } => 62,
    })
}

const REASONS: [Reason; 39] = [
    Reason::NoSuchAccount,
    Reason::NoPassword,
    Reason::WrongPassword,
    Reason::Locked,
    Reason::GuessesInFlight,
    Reason::TicketLapsed,
    Reason::Suspended,
    Reason::WrongCode,
    Reason::CodeExpired,
    Reason::CodeSpent,
    Reason::CodeCooldown,
    Reason::WrongNumber,
    Reason::NumberExpired,
    Reason::NumberSpent,
    Reason::FlowUsedUp,
    Reason::NetworkUsedUp,
    Reason::FlowGone,
    Reason::FlowElsewhere,
    Reason::RegistrationClosed,
    Reason::TermsMissing,
    Reason::AddressTaken,
    Reason::IdentityTaken,
    Reason::ProviderTaken,
    Reason::TripGone,
    Reason::WrongIdentity,
    Reason::MethodHeld,
    Reason::LastAddressed,
    Reason::NoSuccessor,
    Reason::NothingLeft,
    Reason::PasskeyUnknown,
    Reason::PasskeyDoubtful,
    Reason::PersonUnverified,
    Reason::CredentialTaken,
    Reason::TooManyPasskeys,
    Reason::CeremonyGone,
    Reason::NotSignedIn,
    Reason::ProofStale,
    Reason::NotFound,
    Reason::Mismatched,
];
