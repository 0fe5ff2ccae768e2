//! The ways in, filled in: sign-in, registration, terms, and the shut doors.
//!
//! Each refusal that the routes can show is here once.

use pages::views::{
    FieldError, Locked, Signin, SigninEmail, Signup, SignupClosed, SignupCode, SignupEmail,
    SignupPassword, Suspended, Terms, TermsLink,
};

use super::{HOSTILE, Sample, sample};

pub(crate) fn signin() -> Vec<Sample> {
    let email = || vec!["email".to_owned()];
    let filled = || SigninEmail {
        email: "hanako@example.jp".into(),
        return_to: "/books?page=2&sort=new".into(),
        signup_open: true,
        ..SigninEmail::default()
    };
    let refused = |error: FieldError| SigninEmail { errors: vec![error], ..filled() };
    vec![
        sample("signin", None, Signin { methods: email(), signup_open: true, ..Signin::default() }),
        sample(
            "signin-again",
            None,
            Signin {
                methods: email(),
                last_used: Some("email".into()),
                notice: Some("signed-out".into()),
                return_to: "/books?page=2&sort=new".into(),
                signup_open: false,
                ..Signin::default()
            },
        ),
        sample("signin-email", None, SigninEmail { signup_open: true, ..SigninEmail::default() }),
        sample("signin-email-filled", None, filled()),
        sample("signin-email-wrong", None, refused(FieldError::form("invalid-credentials"))),
        sample("signin-email-again", None, refused(FieldError::form("try-again"))),
        sample(
            "signin-email-busy",
            None,
            refused(FieldError::form("overloaded").with("seconds", 5_u32)),
        ),
        sample(
            "signin-email-often",
            None,
            refused(FieldError::form("rate-limited").with("minutes", 1_u32)),
        ),
        sample("signin-email-strange", None, refused(FieldError::form("never-heard-of"))),
        sample(
            "signin-email-two",
            None,
            SigninEmail {
                errors: vec![
                    FieldError::new("email", "invalid-address"),
                    FieldError::new("password", "missing-password"),
                ],
                email: HOSTILE.into(),
                return_to: HOSTILE.into(),
                ..filled()
            },
        ),
        sample("locked", None, Locked {}),
        sample("suspended", None, Suspended {}),
    ]
}

pub(crate) fn signup() -> Vec<Sample> {
    let terms =
        || TermsLink { version: "2026-10".into(), url: "https://kotonoha.example/terms".into() };
    let code = || SignupCode {
        address: "hanako@example.jp".into(),
        valid_minutes: 30,
        ..SignupCode::default()
    };
    let password = || SignupPassword {
        address: "hanako@example.jp".into(),
        minimum_length: 8,
        terms: Some(terms()),
        errors: Vec::new(),
    };
    vec![
        sample("signup", None, Signup { methods: vec!["email".into()], ..Signup::default() }),
        sample("signup-code-refused", None, SignupCode { refused: true, ..code() }),
        sample(
            "signup-expired",
            None,
            Signup { notice: Some("flow-expired".into()), ..Signup::default() },
        ),
        sample("signup-email", None, SignupEmail::default()),
        sample(
            "signup-email-wrong",
            None,
            SignupEmail {
                email: "hanako＠example".into(),
                return_to: "/books".into(),
                errors: vec![FieldError::new("email", "invalid-address")],
            },
        ),
        sample("signup-code", None, code()),
        sample(
            "signup-code-wrong",
            None,
            SignupCode {
                code: "1234 5678 9012".into(),
                resent: true,
                return_to: "/books".into(),
                errors: vec![FieldError::new("code", "invalid-code")],
                ..code()
            },
        ),
        sample(
            "signup-code-hostile",
            None,
            SignupCode {
                address: HOSTILE.into(),
                code: HOSTILE.into(),
                errors: vec![
                    FieldError::new("code", "code-expired"),
                    FieldError::new("code", "code-used-up"),
                ],
                valid_minutes: 1,
                ..code()
            },
        ),
        sample("signup-password", None, password()),
        sample(
            "signup-password-weak",
            None,
            SignupPassword {
                errors: vec![
                    FieldError::new("password", "password-too-weak"),
                    FieldError::new("terms", "terms-required"),
                ],
                ..password()
            },
        ),
        sample(
            "signup-password-short",
            None,
            SignupPassword {
                errors: vec![FieldError::new("password", "password-too-short").with("minimum", 8_u32)],
                terms: None,
                ..password()
            },
        ),
        sample("signup-closed", None, SignupClosed {}),
        sample("terms", None, Terms { terms: terms(), return_to: "/books".into(), errors: Vec::new() }),
    ]
}
