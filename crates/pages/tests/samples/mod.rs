//! Every page filled in, in its ordinary, its longest and its most hostile form.
//!
//! The tests render all of these in both languages, and the gallery writes them to files to be looked
//! at. A page that is not here is not tested: a new view belongs here on the same day.

use pages::views::{
    Account, Activity, ActivityRow, Chrome, DeviceRow, FieldError, Locked, MethodRow, Methods,
    Password, Problem, Profile, Proof, SessionRow, Sessions, SignedIn, Signin, SigninEmail, Signup,
    SignupClosed, SignupCode, SignupEmail, SignupPassword, Suspended, Terms, TermsLink,
};
use pages::{FooterLink, Locale, MailKind, MailView, Pages, PagesFault, PagesOptions, PerLocale};

/// 22 November 2026, 12:34 in Tokyo.
pub(crate) const AT: i64 = 1_795_318_447_000;

/// Markup, a turned reading direction, quotes and length in one.
pub(crate) const HOSTILE: &str = "\"><script>alert('x')</script>\u{202e}{{ 7*7 }}{$x} & https://evil.example/ ながいながいながいながいながいながいながいながいながいながいながいながいながいながいながいながいながいながい";

/// A page of any view, by a name for its file.
pub(crate) struct Sample {
    pub name: String,
    render: Box<dyn Fn(&Pages, &Chrome) -> Result<String, PagesFault>>,
    signed_in: Option<String>,
}

impl Sample {
    pub(crate) fn render(&self, pages: &Pages, locale: Locale) -> Result<String, PagesFault> {
        let signed_in = self.signed_in.clone().map(|display| SignedIn { display });
        let path = if signed_in.is_some() {
            "/account?a=1&b=2"
        } else {
            "/signin?return_to=%2Fbooks"
        };
        (self.render)(
            pages,
            &Chrome {
                locale,
                path: path.into(),
                signed_in,
            },
        )
    }
}

/// A service with everything set.
pub(crate) fn options() -> PagesOptions {
    PagesOptions {
        service_name: PerLocale::new("ことのは文庫", "Kotonoha Library"),
        footer_links: vec![
            FooterLink {
                text: PerLocale::new("利用規約", "Terms"),
                url: "https://kotonoha.example/terms".into(),
            },
            FooterLink {
                text: PerLocale::new("ヘルプ", "Help"),
                url: "https://kotonoha.example/help".into(),
            },
        ],
        operator_contact: "support@kotonoha.example".into(),
        sender_address: "no-reply@kotonoha.example".into(),
        ..PagesOptions::default()
    }
}

fn sample<V: pages::views::View + 'static>(name: &str, signed_in: Option<&str>, view: V) -> Sample {
    Sample {
        name: name.to_owned(),
        render: Box::new(move |pages, chrome| pages.render(&view, chrome)),
        signed_in: signed_in.map(str::to_owned),
    }
}

/// Every page.
pub(crate) fn pages() -> Vec<Sample> {
    let mut all = signin();
    all.extend(signup());
    all.extend(account());
    all.extend(lists());
    all.extend(problems());
    all
}

fn signin() -> Vec<Sample> {
    let email = || vec!["email".to_owned()];
    let filled = || SigninEmail {
        email: "hanako@example.jp".into(),
        return_to: "/books?page=2&sort=new".into(),
        signup_open: true,
        ..SigninEmail::default()
    };
    let refused = |error: FieldError| SigninEmail {
        errors: vec![error],
        ..filled()
    };
    vec![
        sample(
            "signin",
            None,
            Signin {
                methods: email(),
                signup_open: true,
                ..Signin::default()
            },
        ),
        sample(
            "signin-again",
            None,
            Signin {
                methods: email(),
                last_used: Some("email".into()),
                notice: Some("signed-out".into()),
                return_to: "/books?page=2&sort=new".into(),
                signup_open: false,
            },
        ),
        sample(
            "signin-email",
            None,
            SigninEmail {
                signup_open: true,
                ..SigninEmail::default()
            },
        ),
        sample(
            "signin-email-reset",
            None,
            SigninEmail {
                reset_available: true,
                ..filled()
            },
        ),
        sample(
            "signin-email-wrong",
            None,
            refused(FieldError::form("invalid-credentials")),
        ),
        sample(
            "signin-email-again",
            None,
            refused(FieldError::form("try-again")),
        ),
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
        sample(
            "signin-email-strange",
            None,
            refused(FieldError::form("never-heard-of")),
        ),
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
        sample("locked", None, Locked::default()),
        sample(
            "locked-reset",
            None,
            Locked {
                reset_available: true,
            },
        ),
        sample("suspended", None, Suspended {}),
    ]
}

fn signup() -> Vec<Sample> {
    let terms = || TermsLink {
        version: "2026-10".into(),
        url: "https://kotonoha.example/terms".into(),
    };
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
        sample(
            "signup",
            None,
            Signup {
                methods: vec!["email".into()],
                ..Signup::default()
            },
        ),
        sample(
            "signup-expired",
            None,
            Signup {
                notice: Some("flow-expired".into()),
                ..Signup::default()
            },
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
                errors: vec![
                    FieldError::new("password", "password-too-short").with("minimum", 8_u32),
                ],
                terms: None,
                ..password()
            },
        ),
        sample("signup-closed", None, SignupClosed {}),
        sample(
            "terms",
            None,
            Terms {
                terms: terms(),
                return_to: "/books".into(),
                errors: Vec::new(),
            },
        ),
    ]
}

fn account() -> Vec<Sample> {
    let who = Some("花子");
    let method = || MethodRow {
        method: "email".into(),
        detail: "ha•••@example.jp".into(),
        contact: true,
        added_at_ms: Some(AT - 86_400_000 * 120),
        password: true,
    };
    let profile = || Profile {
        contact: "hanako@example.jp".into(),
        contact_method: "email".into(),
        display_name: "花子".into(),
        locale: "ja".into(),
        ..Profile::default()
    };
    let proof = || Proof {
        address: "hanako@example.jp".into(),
        return_to: "/account/password".into(),
        ..Proof::default()
    };
    vec![
        sample(
            "account",
            who,
            Account {
                display_name: "花子".into(),
                address: "ha•••@example.jp".into(),
                notice: None,
            },
        ),
        sample(
            "account-notice",
            Some(HOSTILE),
            Account {
                display_name: HOSTILE.into(),
                address: "ha•••@example.jp".into(),
                notice: Some("password-changed".into()),
            },
        ),
        sample(
            "methods",
            who,
            Methods {
                methods: vec![method()],
                notice: None,
            },
        ),
        sample(
            "methods-hostile",
            who,
            Methods {
                methods: vec![MethodRow {
                    method: HOSTILE.into(),
                    detail: HOSTILE.into(),
                    ..method()
                }],
                notice: Some("never-heard-of".into()),
            },
        ),
        sample(
            "password",
            who,
            Password {
                address: "hanako@example.jp".into(),
                minimum_length: 8,
                errors: Vec::new(),
            },
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
            Proof {
                errors: vec![FieldError::new("password", "wrong-password")],
                reset_available: true,
                ..proof()
            },
        ),
        sample(
            "profile",
            who,
            Profile {
                notice: Some("profile-saved".into()),
                ..profile()
            },
        ),
        sample(
            "profile-wrong",
            who,
            Profile {
                display_name: HOSTILE.into(),
                contact: HOSTILE.into(),
                locale: "en".into(),
                errors: vec![
                    FieldError::new("display_name", "name-too-long").with("maximum", 50_u32),
                ],
                ..profile()
            },
        ),
    ]
}

fn lists() -> Vec<Sample> {
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
    let happened = |kind: &str, hours: i64| ActivityRow {
        at_ms: AT - hours * 3_600_000,
        kind: kind.into(),
        method: Some("email".into()),
        device: Some("Chrome (Windows)".into()),
        network: Some("2001:db8:12:34::5".into()),
    };
    vec![
        sample(
            "sessions",
            who,
            Sessions {
                current: Some(session("s1", "Chrome (Windows)", "browser")),
                others: vec![
                    session("s2", "Safari (iPhone)", "browser"),
                    session("s3", "app", "app"),
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
                devices: vec![device(HOSTILE, HOSTILE, false)],
                notice: None,
            },
        ),
        sample(
            "sessions-alone",
            who,
            Sessions {
                current: Some(session("s1", "unknown", "app")),
                ..Sessions::default()
            },
        ),
        sample(
            "activity",
            who,
            Activity {
                entries: vec![
                    happened("signed-in", 0),
                    happened("sign-in-failed", 3),
                    ActivityRow {
                        device: None,
                        method: None,
                        ..happened("password-changed", 30)
                    },
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
            "activity-hostile",
            who,
            Activity {
                entries: vec![ActivityRow {
                    at_ms: i64::MIN,
                    kind: HOSTILE.into(),
                    method: Some(HOSTILE.into()),
                    device: Some(HOSTILE.into()),
                    network: Some(HOSTILE.into()),
                }],
                older: Some(HOSTILE.into()),
                paged: false,
            },
        ),
        sample("activity-none", who, Activity::default()),
    ]
}

fn problems() -> Vec<Sample> {
    let plain = [
        "not-found",
        "method-not-allowed",
        "too-large",
        "internal",
        "cross-origin",
        "flow-expired",
    ];
    let mut all: Vec<Sample> = plain
        .into_iter()
        .chain(["invalid-request", "never-heard-of"])
        .map(|kind| {
            sample(
                &format!("problem-{kind}"),
                None,
                Problem::new(kind).reference("7K3F-9Q2D"),
            )
        })
        .collect();
    all.push(sample(
        "problem-rate-limited",
        None,
        Problem::new("rate-limited")
            .with("minutes", 10_u32)
            .next("/signin"),
    ));
    all.push(sample(
        "problem-overloaded",
        None,
        Problem::new("overloaded").with("seconds", 5_u32),
    ));
    all.push(sample(
        "problem-hostile",
        None,
        Problem::new("overloaded").reference(HOSTILE).next(HOSTILE),
    ));
    all
}

/// Every mail, with all facts, with none, and with hostile ones.
pub(crate) fn mails() -> Vec<(String, MailView)> {
    let mut all = Vec::new();
    for kind in MailKind::ALL {
        let full = MailView {
            kind,
            at_ms: AT,
            device: Some("Chrome (Windows)".into()),
            method: Some("email".into()),
            network: Some("203.0.113.7".into()),
            code: Some("123456789012".into()),
            valid_until_ms: Some(AT + 30 * 60_000),
            reset_available: false,
        };
        let hostile = Some(HOSTILE.to_owned());
        let bad = MailView {
            device: hostile.clone(),
            method: hostile.clone(),
            network: hostile.clone(),
            code: hostile,
            reset_available: true,
            ..full.clone()
        };
        all.push((format!("mail-{}", kind.name()), full));
        all.push((
            format!("mail-{}-bare", kind.name()),
            MailView {
                kind,
                at_ms: AT,
                ..MailView::default()
            },
        ));
        all.push((format!("mail-{}-hostile", kind.name()), bad));
    }
    all
}
