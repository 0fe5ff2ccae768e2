//! The member's own pages, filled in, and the pages for what went wrong.
//!
//! Lists come with rows, without, and with hostile ones.

use pages::views::{
    Account, Activity, ActivityRow, ConnectedRow, ContactAsk, ContactChoice, DeviceRow, FieldError,
    MethodRow, Methods, Password, Problem, Profile, Proof, SessionRow, Sessions,
};

use super::methods::contacts;
use super::{AT, HOSTILE, Sample, sample};

pub(crate) fn account() -> Vec<Sample> {
    let who = Some("花子");
    let method = || MethodRow {
        method: "email".into(),
        detail: "ha•••@example.jp".into(),
        contact: true,
        added_at_ms: Some(AT - 86_400_000 * 120),
        password: true,
        ..MethodRow::default()
    };
    let alone = |address: &str| ContactChoice {
        id: "email".into(),
        method: "email".into(),
        address: address.into(),
        chosen: true,
        trouble: String::new(),
    };
    let profile = || Profile {
        contacts: vec![alone("hanako@example.jp")],
        display_name: "花子".into(),
        locale: "ja".into(),
        ..Profile::default()
    };
    let proof = || Proof {
        address: "hanako@example.jp".into(),
        password: true,
        return_to: "/account/password".into(),
        ..Proof::default()
    };
    let ask = || ContactAsk {
        address: "hanako@example.jp".into(),
        trouble: "bounced".into(),
        own_email: true,
        here: "/account/contact?return_to=/books".into(),
        return_to: "/books".into(),
        ..ContactAsk::default()
    };
    vec![
        sample(
            "account",
            who,
            Account {
                display_name: "花子".into(),
                address: "ha•••@example.jp".into(),
                ..Account::default()
            },
        ),
        sample(
            "account-notice",
            Some(HOSTILE),
            Account {
                display_name: HOSTILE.into(),
                address: "ha•••@example.jp".into(),
                notice: Some("password-changed".into()),
                ..Account::default()
            },
        ),
        sample("methods", who, Methods { methods: vec![method()], ..Methods::default() }),
        sample(
            "methods-changed",
            who,
            Methods {
                methods: vec![method()],
                notice: Some("email-changed".into()),
                ..Methods::default()
            },
        ),
        sample(
            "methods-hostile",
            who,
            Methods {
                methods: vec![MethodRow { method: HOSTILE.into(), detail: HOSTILE.into(), ..method() }],
                notice: Some("never-heard-of".into()),
                ..Methods::default()
            },
        ),
        sample(
            "password",
            who,
            Password { address: "hanako@example.jp".into(), minimum_length: 8, errors: Vec::new() },
        ),
        sample(
            "password-wrong",
            who,
            Password {
                address: HOSTILE.into(),
                minimum_length: 8,
                errors: vec![
                    FieldError::new("new_password", "password-too-long").with("maximum", 256_u32),
                ],
            },
        ),
        sample("proof", who, proof()),
        sample(
            "proof-wrong",
            who,
            Proof { errors: vec![FieldError::new("password", "wrong-password")], ..proof() },
        ),
        sample("contact-ask", who, ask()),
        sample(
            "contact-ask-others",
            who,
            ContactAsk {
                others: contacts().into_iter().skip(1).collect(),
                errors: vec![FieldError::form("contact-unknown")],
                ..ask()
            },
        ),
        sample(
            "contact-ask-hostile",
            Some(HOSTILE),
            ContactAsk { address: HOSTILE.into(), own_email: false, ..ask() },
        ),
        sample(
            "contact-ask-forwarding",
            who,
            ContactAsk { trouble: "forwarding-off".into(), own_email: false, ..ask() },
        ),
        sample("profile", who, Profile { notice: Some("profile-saved".into()), ..profile() }),
        sample("profile-choose", who, Profile { contacts: contacts(), test_mail: true, ..profile() }),
        sample(
            "profile-test-mail",
            who,
            Profile { test_mail: true, notice: Some("test-mail-sent".into()), ..profile() },
        ),
        sample(
            "profile-unchosen",
            who,
            Profile {
                contacts: contacts(),
                errors: vec![FieldError::new("contact", "contact-unknown")],
                ..profile()
            },
        ),
        sample(
            "profile-wrong",
            who,
            Profile {
                display_name: HOSTILE.into(),
                contacts: vec![alone(HOSTILE), alone(HOSTILE)],
                locale: "en".into(),
                errors: vec![FieldError::new("display_name", "name-too-long").with("maximum", 50_u32)],
                ..profile()
            },
        ),
    ]
}

pub(crate) fn lists() -> Vec<Sample> {
    let who = Some("花子");
    let session = |id: &str, device: &str, kind: &str| SessionRow {
        id: id.into(),
        device: device.into(),
        kind: kind.into(),
        network: Some("203.0.113.7".into()),
        started_at_ms: AT - 86_400_000,
        last_used_at_ms: AT,
    };
    let device = |id: &str, device: &str, this_device: bool| DeviceRow {
        id: id.into(),
        device: device.into(),
        last_used_at_ms: AT,
        this_device,
    };
    let connected = |client: &str, name: &str, reads: Vec<&'static str>| ConnectedRow {
        client: client.into(),
        name: name.into(),
        reads,
        started_at_ms: AT - 86_400_000,
        last_used_at_ms: AT,
    };
    let happened = |kind: &str, hours: i64| ActivityRow {
        at_ms: AT - hours * 3_600_000,
        kind: kind.into(),
        method: Some("email".into()),
        device: Some("Chrome (Windows)".into()),
        network: Some("2001:db8:12:34::5".into()),
        by_operator: false,
    };
    vec![
        sample(
            "sessions",
            who,
            Sessions {
                current: Some(session("s1", "Chrome (Windows)", "browser")),
                others: vec![session("s2", "Safari (iPhone)", "browser"), session("s3", "app", "app")],
                connected: vec![
                    connected("novel-site", "物語の灯", vec!["name", "email"]),
                    connected("reader-app", "reader-app", Vec::new()),
                ],
                devices: vec![
                    device("d1", "Chrome (Windows)", true),
                    device("d2", "Safari (iPhone)", false),
                    device("d3", "unknown", false),
                ],
                notice: Some("session-ended".into()),
            },
        ),
        sample(
            "sessions-hostile",
            who,
            Sessions {
                current: Some(session(HOSTILE, HOSTILE, HOSTILE)),
                others: vec![session(HOSTILE, HOSTILE, "browser")],
                connected: vec![connected(HOSTILE, HOSTILE, vec!["email"])],
                devices: vec![device(HOSTILE, HOSTILE, false)],
                notice: None,
            },
        ),
        sample(
            "sessions-alone",
            who,
            Sessions { current: Some(session("s1", "unknown", "app")), ..Sessions::default() },
        ),
        sample(
            "activity",
            who,
            Activity {
                entries: vec![
                    happened("signed-in", 0),
                    happened("sign-in-failed", 3),
                    ActivityRow { device: None, method: None, ..happened("password-changed", 30) },
                    happened("device-forgotten", 200),
                    ActivityRow {
                        method: None,
                        device: None,
                        network: None,
                        ..happened("registered", 2_000)
                    },
                ],
                older: Some("1795318447000.5&x".into()),
                paged: true,
            },
        ),
        sample(
            "activity-back",
            who,
            Activity {
                entries: [
                    "email-changed",
                    "undone",
                    "not-me",
                    "password-reset",
                    "reset-asked",
                    "address-attempted",
                ]
                .into_iter()
                .zip([0, 2, 5, 20, 21, 90])
                .map(|(kind, hours)| ActivityRow { method: None, ..happened(kind, hours) })
                .collect(),
                older: None,
                paged: false,
            },
        ),
        sample(
            "activity-hostile",
            who,
            Activity {
                entries: vec![ActivityRow {
                    at_ms: i64::MIN,
                    kind: HOSTILE.into(),
                    method: Some(HOSTILE.into()),
                    device: Some(HOSTILE.into()),
                    network: Some(HOSTILE.into()),
                    by_operator: true,
                }],
                older: Some(HOSTILE.into()),
                paged: false,
            },
        ),
        sample("activity-none", who, Activity::default()),
    ]
}

pub(crate) fn problems() -> Vec<Sample> {
    let plain =
        ["not-found", "method-not-allowed", "too-large", "internal", "cross-origin", "flow-expired"];
    let mut all: Vec<Sample> = plain
        .into_iter()
        .chain(["invalid-request", "never-heard-of"])
        .map(|kind| sample(&format!("problem-{kind}"), None, Problem::new(kind).reference("7K3F-9Q2D")))
        .collect();
    all.push(sample(
        "problem-rate-limited",
        None,
        Problem::new("rate-limited").with("minutes", 10_u32).next("/signin"),
    ));
    all.push(sample("problem-overloaded", None, Problem::new("overloaded").with("seconds", 5_u32)));
    all.push(sample("problem-unfinished", None, Problem::new("unfinished").with("seconds", 5_u32)));
    all.push(sample(
        "problem-hostile",
        None,
        Problem::new("overloaded").reference(HOSTILE).next(HOSTILE),
    ));
    all
}
