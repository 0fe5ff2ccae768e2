//! A row of what endpoints are told into the notice that leaves: its id, its type, its data.
//!
//! The same row makes the same notice at every attempt. A passkey is told of as a passkey, never by its id.

use accounts::{Announced, DecisionId, PasswordState};
use delivery::Notice;
use serde_json::{Map, Value, json};
use store::{AnnouncementId, KeptAnnouncement};
use uuid::Uuid;

/// The notice of a row.
pub fn notice_of(kept: &KeptAnnouncement) -> Notice {
    let announcement = &kept.announcement;
    let mut data = Map::new();
    let account = Uuid::from_bytes(announcement.account.0).to_string();
    data.insert("account".to_owned(), account.into());
    data.extend(details(&announcement.what));
    if let Some(email) = &announcement.email {
        data.insert("email".to_owned(), email.as_stored().into());
    }
    let kind = announcement.what.kind().name().to_owned();
    Notice { id: id_text(kept.id), kind, at_ms: announcement.at.0, data }
}

fn details(what: &Announced) -> Map<String, Value> {
    let details = match what {
        Announced::Changed { name, language } => {
            let fields = [(*name, "name"), (*language, "language")];
            let fields = fields.iter().filter(|(is, _)| *is).map(|(_, word)| *word);
            json!({ "changed": fields.collect::<Vec<_>>() })
        }
        Announced::MethodAdded(method) => json!({ "method": method.name(), "change": "added" }),
        Announced::MethodRemoved(method) => json!({ "method": method.name(), "change": "removed" }),
        Announced::PasswordChanged(state, because) => {
            let state = match state {
                PasswordState::Set => "set",
                PasswordState::Void => "void",
            };
            json!({ "password": state, "reason": because.name() })
        }
        Announced::SignedOutEverywhere(because) => json!({ "reason": because.name() }),
        Announced::Withdrawn { until } => json!({ "restorable_until": delivery::rfc3339(until.0) }),
        Announced::SessionEnded(session) => {
            json!({ "session": Uuid::from_bytes(session.0).to_string() })
        }
        Announced::Created
        | Announced::ContactChanged
        | Announced::Locked
        | Announced::Unlocked
        | Announced::Suspended
        | Announced::Resumed
        | Announced::Restored
        | Announced::Erased => return Map::new(),
    };
    match details {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}

/// The id as receivers and operators see it: the decision, and a number under it.
#[must_use]
pub fn id_text(id: AnnouncementId) -> String {
    format!("evt_{}_{}", Uuid::from_bytes(id.decision.0).simple(), id.n)
}

/// The id of that text.
#[must_use]
pub fn announcement_id(text: &str) -> Option<AnnouncementId> {
    let (decision, n) = text.strip_prefix("evt_")?.split_once('_')?;
    let plain = decision.len() == 32 && !n.is_empty() && n.bytes().all(|byte| byte.is_ascii_digit());
    let decision = Uuid::parse_str(decision).ok().filter(|_| plain)?;
    Some(AnnouncementId { decision: DecisionId(*decision.as_bytes()), n: n.parse().ok()? })
}

#[cfg(test)]
mod tests {
    use accounts::{
        AccountId, Announcement, AnnouncementKind, Because, Email, Instant, Line, Method, PasskeyId,
        Provider,
    };
    use store::AnnouncementState;

    use super::*;

    fn kept(what: Announced, email: Option<&str>) -> KeptAnnouncement {
        KeptAnnouncement {
            id: AnnouncementId { decision: DecisionId([1; 16]), n: 0 },
            announcement: Announcement {
                to: Line::clean("web", 9),
                account: AccountId([2; 16]),
                what,
                at: Instant(1_790_000_000_000),
                email: email.and_then(Email::parse),
                awaited: false,
            },
            state: AnnouncementState::Waiting,
            since: Instant(0),
            tries: 0,
            reply: None,
        }
    }

    #[test]
    fn each_type_says_what_the_guide_says_of_it_and_no_more() {
        let google = Method::Provider(Provider::parse("google").unwrap());
        let passkey = Method::Passkey(PasskeyId([0xab; 16]));
        let (set, void) = (PasswordState::Set, PasswordState::Void);
        let cases = [
            (Announced::Created, json!({})),
            (Announced::Changed { name: true, language: false }, json!({ "changed": ["name"] })),
            (
                Announced::Changed { name: true, language: true },
                json!({ "changed": ["name", "language"] }),
            ),
            (Announced::ContactChanged, json!({})),
            (Announced::MethodAdded(google), json!({ "method": "google", "change": "added" })),
            (Announced::MethodRemoved(passkey), json!({ "method": "passkey", "change": "removed" })),
            (
                Announced::PasswordChanged(set, Because::PasswordChange),
                json!({ "password": "set", "reason": "password-change" }),
            ),
            (
                Announced::PasswordChanged(void, Because::NotMe),
                json!({ "password": "void", "reason": "not-me" }),
            ),
            (Announced::SignedOutEverywhere(Because::Operator), json!({ "reason": "operator" })),
            (Announced::Locked, json!({})),
            (Announced::Unlocked, json!({})),
            (Announced::Suspended, json!({})),
            (Announced::Resumed, json!({})),
            (
                Announced::Withdrawn { until: Instant(1_790_000_001_000) },
                json!({ "restorable_until": "2026-09-21T14:13:21Z" }),
            ),
            (Announced::Restored, json!({})),
            (Announced::Erased, json!({})),
        ];
        let guide = include_str!("../../../docs/webhooks.md");
        for (what, expected) in cases {
            let notice = notice_of(&kept(what, None));
            let mut data = notice.data.clone();
            assert_eq!(data.remove("account"), Some(json!("02020202-0202-0202-0202-020202020202")));
            assert_eq!(Value::Object(data), expected, "{what:?}");
            assert!(
                guide.contains(&format!("`{}`", notice.kind)),
                "{} is not in the guide",
                notice.kind
            );
            let fields = expected.as_object().unwrap().keys();
            fields.for_each(|field| assert!(guide.contains(&format!("`{field}`")), "{field}"));
        }
        let told = notice_of(&kept(Announced::ContactChanged, Some("a@example.jp")));
        assert_eq!(told.data["email"], "a@example.jp");
        for kind in AnnouncementKind::ALL {
            assert!(guide.contains(kind.name()), "{kind:?}");
        }
    }

    #[test]
    fn an_id_is_found_again_by_its_text_and_nothing_else_is() {
        let id = AnnouncementId { decision: DecisionId([0xa7; 16]), n: 12 };
        let text = id_text(id);
        assert!(!text.contains('.'), "a dot would be ambiguous in what is signed");
        assert_eq!(announcement_id(&text), Some(id));
        let whole = text.clone();
        for bad in ["", "evt_", "evt_7_0", &whole[4..], &format!("{whole}x"), &whole[..whole.len() - 3]]
        {
            assert_eq!(announcement_id(bad), None, "{bad}");
        }
    }
}
