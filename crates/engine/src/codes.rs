//! Codes and numbers: derived from ids and compared with what was typed.
//!
//! Every candidate is derived and compared in constant time, and a look that has few candidates derives as many
//! as one that has some, so that the time tells a stranger nothing (security.md H2, H4). What is derived lives
//! for this comparison or this letter and is kept nowhere (R-RESET-9).

use accounts::{
    Challenge, ChallengeId, ChallengeKind, Digits, Number, NumberId, NumberKind, Purpose, Snapshot,
    TypedCode, TypedNumber,
};
use verifiers::CodeKeys;

/// Which number is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Printed {
    /// "This was not me."
    NotMe,
    /// The undo of a change or a withdrawal.
    Undo,
    /// "I cannot use this provider any more."
    Lost,
}

/// Which of the address's codes was typed.
pub(crate) fn compare(
    keys: &CodeKeys,
    typed: Option<&verifiers::TypedCode>,
    snapshot: &Snapshot,
) -> TypedCode {
    let (Some(typed), Some(address)) = (typed, snapshot.address.as_ref()) else {
        return TypedCode::Unknown;
    };
    let mut found: Option<ChallengeId> = None;
    for challenge in &address.challenges {
        let code = derive(keys, challenge);
        if code.is_some_and(|code| typed.matches(&code)) {
            found = Some(challenge.id);
        }
    }
    found.map_or(TypedCode::Unknown, TypedCode::Matches)
}

/// Which of the address's numbers was typed.
pub(crate) fn compare_number(
    keys: &CodeKeys,
    typed: Option<&verifiers::TypedCode>,
    snapshot: &Snapshot,
) -> TypedNumber {
    let (Some(typed), Some(address)) = (typed, snapshot.address.as_ref()) else {
        return TypedNumber::Unknown;
    };
    let mut found: Option<NumberId> = None;
    for number in &address.numbers {
        let printed = derive_number(keys, number);
        if printed.is_some_and(|printed| typed.matches(&printed)) {
            found = Some(number.id);
        }
    }
    for _ in address.numbers.len()..AT_LEAST {
        let nobodys = keys.derive(keys.current_id(), "nobody", &[0; 16], verifiers::Digits::Sixteen);
        let _: bool = nobodys.is_some_and(|code| typed.matches(&code));
    }
    found.map_or(TypedNumber::Unknown, TypedNumber::Matches)
}

/// So many numbers are derived for every look: more than most members have in a week.
const AT_LEAST: usize = 32;

/// The code of a challenge; `None` for a mail in a code's place, and when its key is gone.
pub(crate) fn derive(keys: &CodeKeys, challenge: &Challenge) -> Option<verifiers::Code> {
    match challenge.kind {
        ChallengeKind::Code => {}
        ChallengeKind::AccountExists
        | ChallengeKind::Nobody
        | ChallengeKind::UndoOffered
        | ChallengeKind::ProviderOnly => return None,
    }
    let digits = match challenge.digits {
        Digits::Twelve => verifiers::Digits::Twelve,
        Digits::Sixteen => verifiers::Digits::Sixteen,
    };
    let purpose = match challenge.purpose {
        Purpose::Register => "register",
        Purpose::Reset => "reset",
        Purpose::ChangeEmail => "change-email",
        Purpose::AddEmail => "add-email",
        Purpose::RegisterIdentity => "register-identity",
        Purpose::Offer => return None,
    };
    keys.derive(challenge.key, purpose, &challenge.id.0, digits)
}

/// The number of a mail; `None` when its key is gone.
pub(crate) fn derive_number(keys: &CodeKeys, number: &Number) -> Option<verifiers::Code> {
    let purpose = match number.kind {
        NumberKind::NotMe(_) => "not-me",
        NumberKind::Undo(_) => "undo",
        NumberKind::Restore => "restore",
        NumberKind::Lost => "lost",
    };
    keys.derive(number.key, purpose, &number.id.0, verifiers::Digits::Sixteen)
}
