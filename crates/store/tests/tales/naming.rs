//! What the events of a tale are called, so that a test can ask whether all of them came.
//!
//! Where one event has several writings or several meanings for what comes after, each has a name of its own.

use accounts::Event;

/// The name of an event. Where one event has several writings or several meanings for what comes after, each has a name.
pub(super) fn name_of(event: &Event) -> String {
    let of = |name: &str, kind: &dyn std::fmt::Debug| {
        let kind = format!("{kind:?}");
        format!("{name} {}", kind.split([' ', '(']).next().unwrap_or_default())
    };
    match event {
        Event::PasswordSet { change, .. } => of("PasswordSet", change),
        Event::PasswordVoided { cause, .. } => of("PasswordVoided", cause),
        Event::EmailRemoved { cause, .. } => of("EmailRemoved", cause),
        Event::LinkRemoved { cause, .. } => of("LinkRemoved", cause),
        Event::MethodsPutBack { methods, .. } if !methods.passkeys.is_empty() => {
            "MethodsPutBack Passkeys".to_owned()
        }
        Event::Withdrawn { withdrawal, .. } if !withdrawal.methods.passkeys.is_empty() => {
            "Withdrawn Passkeys".to_owned()
        }
        Event::PasskeyRemoved { cause, .. } => of("PasskeyRemoved", cause),
        Event::LinkChanged { change, .. } => of("LinkChanged", change),
        Event::IdentityFreed { former, .. } => of("IdentityFreed", &former.way),
        Event::LostNoted { lost, .. } => of("LostNoted", lost),
        Event::TripStarted { trip } => of("TripStarted", &trip.intent),
        Event::NumberIssued { number, .. } => of("NumberIssued", &number.kind),
        Event::ChangeNoted { change, .. } => of("ChangeNoted", &change.kind),
        Event::ChallengeIssued { challenge, .. } => of("ChallengeIssued", &challenge.kind),
        Event::FlowStarted { flow } => of("FlowStarted", &flow.purpose),
        Event::CodeTriesCounted { tries, .. } if tries.long_until.is_some() => "LongCodes".to_owned(),
        event => format!("{event:?}").split(' ').next().unwrap_or_default().to_owned(),
    }
}
