//! The ways back in, filled in: the reset, the numbers from mails, another address.
//!
//! Each refusal that the routes can show is here once. The reset and the numbers are for everybody, so each
//! comes also as somebody who is signed in sees it.

use pages::views::{
    EmailChange, EmailCode, FieldError, MethodRow, NotMe, Reset, ResetCode, ResetPassword, TakenBack,
    Undo,
};

use super::providers::ways;
use super::{AT, HOSTILE, Sample, sample};

const ADDRESS: &str = "hanako@example.jp";
const HALF_AN_HOUR: i64 = 30 * 60_000;

pub(crate) fn reset() -> Vec<Sample> {
    let often = || FieldError::form("rate-limited").with("minutes", 12_u32);
    let mut all = vec![
        sample("reset", None, Reset::default()),
        sample(
            "reset-providers",
            None,
            Reset { providers: ways(&["google", "apple"]), ..Reset::default() },
        ),
        sample("reset-signed-in", Some("花子"), Reset::default()),
        sample(
            "reset-wrong",
            None,
            Reset {
                email: "hanako＠example".into(),
                errors: vec![FieldError::new("email", "invalid-address")],
                ..Reset::default()
            },
        ),
        sample(
            "reset-often",
            None,
            Reset { email: HOSTILE.into(), errors: vec![often()], ..Reset::default() },
        ),
    ];
    all.extend(reset_code(often));
    all.extend(reset_password());
    all
}

fn reset_code(often: impl Fn() -> FieldError) -> Vec<Sample> {
    let code = || ResetCode {
        address: ADDRESS.into(),
        valid_minutes: 30,
        cooldown_minutes: 30,
        ..ResetCode::default()
    };
    let typed =
        |error: FieldError| ResetCode { code: "1234 5678 9012".into(), errors: vec![error], ..code() };
    let again = || ResetCode { again: true, until_ms: Some(AT + HALF_AN_HOUR), ..code() };
    vec![
        sample("reset-code", None, code()),
        sample("reset-code-signed-in", Some("花子"), code()),
        sample(
            "reset-code-providers",
            None,
            ResetCode { providers: ways(&["google", "apple"]), ..code() },
        ),
        sample("reset-code-fuji", None, ResetCode { providers: ways(&["fuji"]), ..code() }),
        sample("reset-code-resent", None, ResetCode { resent: true, ..code() }),
        sample("reset-code-wrong", None, typed(FieldError::new("code", "invalid-code"))),
        sample("reset-code-late", None, typed(FieldError::new("code", "code-expired"))),
        sample("reset-code-used-up", None, typed(FieldError::new("code", "code-used-up"))),
        sample("reset-code-often", None, typed(often())),
        sample("reset-code-again", None, again()),
        sample(
            "reset-code-again-cooldown",
            None,
            ResetCode {
                errors: vec![FieldError::form("code-cooldown").with("minutes", 21_u32)],
                ..again()
            },
        ),
        sample(
            "reset-code-again-wrong",
            None,
            ResetCode {
                code: "1234 5678 9013".into(),
                errors: vec![FieldError::new("code", "invalid-code")],
                resent: true,
                ..again()
            },
        ),
        sample("reset-code-again-open", None, ResetCode { until_ms: None, ..again() }),
        sample(
            "reset-code-hostile",
            None,
            ResetCode {
                address: HOSTILE.into(),
                code: HOSTILE.into(),
                valid_minutes: 1,
                cooldown_minutes: 1,
                until_ms: Some(i64::MAX),
                ..code()
            },
        ),
        sample(
            "reset-code-again-hostile",
            Some(HOSTILE),
            ResetCode { address: HOSTILE.into(), code: HOSTILE.into(), cooldown_minutes: 1, ..again() },
        ),
    ]
}

fn reset_password() -> Vec<Sample> {
    let password = || ResetPassword {
        address: ADDRESS.into(),
        minimum_length: 8,
        until_ms: AT + HALF_AN_HOUR,
        form: "Zm9ybS1zZWNyZXQtb2Ytb25lLXNob3dpbmc".into(),
        ..ResetPassword::default()
    };
    let added = |id: &str, detail: &str| MethodRow {
        id: id.into(),
        method: id.into(),
        detail: detail.into(),
        added_at_ms: Some(AT - HALF_AN_HOUR),
        ..MethodRow::default()
    };
    let recent = || vec![added("google", "ha•••@gmail.com"), added("apple", "")];
    let refused = |error: FieldError| ResetPassword { errors: vec![error], ..password() };
    let short = FieldError::new("password", "password-too-short").with("minimum", 8_u32);
    let busy = FieldError::form("overloaded").with("seconds", 5_u32);
    vec![
        sample("reset-password", None, password()),
        sample("reset-password-signed-in", Some("花子"), password()),
        sample("reset-password-recent", None, ResetPassword { recent: recent(), ..password() }),
        sample(
            "reset-password-recent-weak",
            None,
            ResetPassword {
                recent: recent(),
                kept: ways(&["apple"]),
                ..refused(FieldError::new("password", "password-too-weak"))
            },
        ),
        sample("reset-password-short", None, refused(short)),
        sample("reset-password-weak", None, refused(FieldError::new("password", "password-too-weak"))),
        sample("reset-password-busy", None, refused(busy)),
        sample(
            "reset-password-hostile",
            None,
            ResetPassword {
                address: HOSTILE.into(),
                form: HOSTILE.into(),
                recent: vec![added(HOSTILE, HOSTILE)],
                ..password()
            },
        ),
    ]
}

pub(crate) fn numbers() -> Vec<Sample> {
    let refused = |field: &str, id: &str| vec![FieldError::new(field, id)];
    let not_me = |email: &str, number: &str, errors: Vec<FieldError>| NotMe {
        email: email.into(),
        number: number.into(),
        errors,
    };
    let undo = |email: &str, number: &str, errors: Vec<FieldError>| Undo {
        email: email.into(),
        number: number.into(),
        errors,
    };
    let typed = "１２３４ 5678 9012 3456";
    let often = || vec![FieldError::form("rate-limited").with("minutes", 12_u32)];
    let both = || {
        vec![FieldError::new("email", "invalid-address"), FieldError::new("number", "invalid-number")]
    };
    let mut all = vec![
        sample("not-me", None, NotMe::default()),
        sample("not-me-signed-in", Some("花子"), NotMe::default()),
        sample("not-me-often", None, not_me(ADDRESS, typed, often())),
        sample("not-me-hostile", None, not_me(HOSTILE, HOSTILE, both())),
        sample("not-me-done", None, TakenBack::new("not-me")),
        sample("undo", None, Undo::default()),
        sample("undo-signed-in", Some("花子"), Undo::default()),
        sample("undo-often", None, undo(ADDRESS, typed, often())),
        sample("undo-hostile", None, undo(HOSTILE, HOSTILE, both())),
        sample("undo-done", None, TakenBack::new("undo")),
        sample("done-hostile", Some(HOSTILE), TakenBack::new(HOSTILE)),
    ];
    for id in ["invalid-number", "number-expired", "code-used-up"] {
        let errors = || refused("number", id);
        all.push(sample(&format!("not-me-{id}"), None, not_me(ADDRESS, typed, errors())));
        all.push(sample(&format!("undo-{id}"), None, undo(ADDRESS, typed, errors())));
    }
    all
}

pub(crate) fn email() -> Vec<Sample> {
    let who = Some("花子");
    let change = || EmailChange { current: ADDRESS.into(), ..EmailChange::default() };
    let code = || EmailCode {
        address: "hanako.new@example.jp".into(),
        valid_minutes: 30,
        ..EmailCode::default()
    };
    let often = || FieldError::form("rate-limited").with("minutes", 1_u32);
    let mut all = vec![
        sample("email", who, change()),
        sample(
            "email-wrong",
            who,
            EmailChange {
                email: "hanako＠example".into(),
                errors: vec![FieldError::new("email", "invalid-address")],
                ..change()
            },
        ),
        sample(
            "email-hostile",
            Some(HOSTILE),
            EmailChange {
                current: HOSTILE.into(),
                email: HOSTILE.into(),
                return_to: "/account/contact".into(),
                errors: vec![often()],
            },
        ),
        sample("email-code", who, code()),
        sample("email-code-refused", who, EmailCode { refused: true, ..code() }),
        sample("email-code-own", who, EmailCode { own: true, ..code() }),
        sample("email-code-resent", who, EmailCode { resent: true, ..code() }),
        sample("email-code-often", who, EmailCode { errors: vec![often()], ..code() }),
        sample(
            "email-code-taken",
            who,
            EmailCode { errors: vec![FieldError::form("address-on-other-account")], ..code() },
        ),
        sample(
            "email-code-hostile",
            Some(HOSTILE),
            EmailCode { address: HOSTILE.into(), code: HOSTILE.into(), valid_minutes: 1, ..code() },
        ),
    ];
    for id in ["invalid-code", "code-expired", "code-used-up"] {
        let errors = vec![FieldError::new("code", id)];
        let typed = EmailCode { code: "1234 5678 9012".into(), errors, ..code() };
        all.push(sample(&format!("email-{id}"), who, typed));
    }
    all
}
