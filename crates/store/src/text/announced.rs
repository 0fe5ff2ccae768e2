//! What endpoints are told, as two texts of a row: its type, and the few words that go with it.
//!
//! A word is stored and may never change its meaning. What cannot be read is nothing, never a guess.

use accounts::{
    Announced, AnnouncementKind as Kind, Because, Instant, Method, PasswordState, SessionId,
};

use super::{hex, unhex};

/// The words that go with a type, on their way to a row.
pub(crate) fn detail(what: &Announced) -> String {
    match what {
        Announced::Changed { name, language } => {
            let names = [(*name, NAME), (*language, LANGUAGE)];
            names.iter().filter(|(is, _)| *is).map(|(_, word)| *word).collect::<Vec<_>>().join(" ")
        }
        Announced::MethodAdded(method) => format!("{ADDED} {}", method.key()),
        Announced::MethodRemoved(method) => format!("{REMOVED} {}", method.key()),
        Announced::PasswordChanged(state, because) => {
            format!("{} {}", password_word(*state), because.name())
        }
        Announced::SignedOutEverywhere(because) => because.name().to_owned(),
        Announced::Withdrawn { until } => until.0.to_string(),
        Announced::SessionEnded(session) => hex(&session.0),
        Announced::Created
        | Announced::ContactChanged
        | Announced::Locked
        | Announced::Unlocked
        | Announced::Suspended
        | Announced::Resumed
        | Announced::Restored
        | Announced::Erased => String::new(),
    }
}

/// The same from a row.
pub(crate) fn read_announced(kind: &str, detail: &str) -> Option<Announced> {
    let (first, rest) = detail.split_once(' ').unwrap_or((detail, ""));
    let plain = |what| detail.is_empty().then_some(what);
    if kind == Kind::SessionEnded.name() {
        return unhex(detail).map(|id| Announced::SessionEnded(SessionId(id)));
    }
    match Kind::from_name(kind)? {
        Kind::Created => plain(Announced::Created),
        Kind::Changed => match detail {
            NAME => Some(Announced::Changed { name: true, language: false }),
            LANGUAGE => Some(Announced::Changed { name: false, language: true }),
            BOTH => Some(Announced::Changed { name: true, language: true }),
            _ => None,
        },
        Kind::ContactChanged => plain(Announced::ContactChanged),
        Kind::MethodsChanged => match first {
            ADDED => Method::from_key(rest).map(Announced::MethodAdded),
            REMOVED => Method::from_key(rest).map(Announced::MethodRemoved),
            _ => None,
        },
        Kind::PasswordChanged => {
            let states = [PasswordState::Set, PasswordState::Void];
            let state = states.into_iter().find(|state| password_word(*state) == first)?;
            Some(Announced::PasswordChanged(state, because(rest)?))
        }
        Kind::Locked => plain(Announced::Locked),
        Kind::Unlocked => plain(Announced::Unlocked),
        Kind::Suspended => plain(Announced::Suspended),
        Kind::Resumed => plain(Announced::Resumed),
        Kind::SignedOutEverywhere => because(detail).map(Announced::SignedOutEverywhere),
        Kind::Withdrawn => detail.parse().ok().map(|ms| Announced::Withdrawn { until: Instant(ms) }),
        Kind::Restored => plain(Announced::Restored),
        Kind::Erased => plain(Announced::Erased),
        // No endpoint hears of it, so it has been read before.
        Kind::SessionEnded => None,
    }
}

fn because(word: &str) -> Option<Because> {
    Because::ALL.into_iter().find(|because| because.name() == word)
}

const fn password_word(state: PasswordState) -> &'static str {
    match state {
        PasswordState::Set => "set",
        PasswordState::Void => "void",
    }
}

const NAME: &str = "name";
const LANGUAGE: &str = "language";
const BOTH: &str = "name language";
const ADDED: &str = "added";
const REMOVED: &str = "removed";

#[cfg(test)]
mod tests {
    use accounts::{PasskeyId, Provider};

    use super::*;

    #[test]
    fn what_is_told_is_read_back_as_it_was_written_and_nothing_else_is_read() {
        let google = Method::Provider(Provider::parse("google").unwrap());
        let mut all = vec![
            Announced::Created,
            Announced::Changed { name: true, language: false },
            Announced::Changed { name: false, language: true },
            Announced::Changed { name: true, language: true },
            Announced::ContactChanged,
            Announced::MethodAdded(Method::Email),
            Announced::MethodAdded(Method::Passkey(PasskeyId([7; 16]))),
            Announced::MethodRemoved(google),
            Announced::Locked,
            Announced::Unlocked,
            Announced::Suspended,
            Announced::Resumed,
            Announced::Withdrawn { until: Instant(1_790_000_000_000) },
            Announced::Restored,
            Announced::Erased,
            Announced::SessionEnded(SessionId([0xa7; 16])),
        ];
        for because in Because::ALL {
            all.push(Announced::SignedOutEverywhere(because));
            all.push(Announced::PasswordChanged(PasswordState::Set, because));
            all.push(Announced::PasswordChanged(PasswordState::Void, because));
        }
        for what in &all {
            let (kind, detail) = (what.kind().name(), detail(what));
            assert_eq!(read_announced(kind, &detail).as_ref(), Some(what), "{kind} {detail}");
            assert_eq!(read_announced(kind, &format!("{detail} x")), None, "{kind} {detail} x");
        }
        for kind in Kind::ALL {
            assert!(all.iter().any(|what| what.kind() == kind), "{kind:?} is not tried");
            assert_eq!(read_announced(kind.name(), "nonsense"), None, "{kind:?}");
        }
    }
}
