//! Passkeys, filled in: the page behind the button, adding, the list, one of them, the offer, what is recent.
//!
//! Each problem that a page knows is here once.

use pages::views::{
    AddMethod, FieldError, Methods, Passkey, PasskeyAdd, PasskeyOffer, PasskeyRow, PasskeySignal,
    PasskeySignin, Proof, RecentMethods, RemoveMethod, ResetPassword, Signin, SigninEmail,
};

use super::methods::row;
use super::providers::{WAYS, inside, ways};
use super::{AT, HOSTILE, Sample, sample};

const DAY: i64 = 86_400_000;

/// Every problem of the page behind the button.
pub(crate) const AT_SIGNIN: [&str; 11] = [
    "cancelled",
    "timeout",
    "failed",
    "unsupported",
    "insecure",
    "interrupted",
    "unreachable",
    "busy",
    "unknown",
    "refused",
    "expired",
];

/// Every problem of adding one.
pub(crate) const AT_ADDING: [&str; 13] = [
    "cancelled",
    "timeout",
    "failed",
    "unsupported",
    "insecure",
    "interrupted",
    "unreachable",
    "busy",
    "refused",
    "expired",
    "already-added",
    "no-lock",
    "too-many",
];

pub(crate) fn signing_in() -> Vec<Sample> {
    let page = |problem: &str| PasskeySignin {
        methods: ways(&WAYS),
        return_to: "/books?page=2&sort=new".into(),
        ..PasskeySignin::new(problem)
    };
    let last = |last: &str| Some(last.to_owned());
    let mut all = vec![
        sample("passkey-signin", None, page("")),
        sample("passkey-signin-last", None, PasskeySignin { last_used: last("passkey"), ..page("") }),
        sample(
            "passkey-signin-alone",
            None,
            PasskeySignin { methods: ways(&["passkey"]), ..PasskeySignin::new("") },
        ),
        sample(
            "passkey-signin-in-line",
            None,
            PasskeySignin { in_app: inside("line", "/signin?openExternalBrowser=1"), ..page("") },
        ),
        sample(
            "passkey-signin-removed",
            None,
            PasskeySignin {
                rp_id: "kotonoha.example".into(),
                credential: "q83vEjRWeJA".into(),
                ..page("unknown")
            },
        ),
        sample(
            "passkey-signin-hostile",
            None,
            PasskeySignin {
                methods: ways(&["email", "fuji"]),
                return_to: HOSTILE.into(),
                rp_id: HOSTILE.into(),
                credential: HOSTILE.into(),
                ..page("unknown")
            },
        ),
        sample("passkey-signin-strange", None, page(HOSTILE)),
        sample(
            "signin-last-passkey",
            None,
            Signin {
                methods: ways(&WAYS),
                last_used: last("passkey"),
                return_to: "/books?page=2&sort=new".into(),
                signup_open: true,
                ..Signin::default()
            },
        ),
        sample(
            "signin-passkey-first",
            None,
            Signin { methods: ways(&["passkey", "email", "google"]), ..Signin::default() },
        ),
        sample(
            "signin-email-passkeys",
            None,
            SigninEmail {
                return_to: "/books?page=2&sort=new".into(),
                passkeys: true,
                ..SigninEmail::default()
            },
        ),
        sample(
            "signin-email-passkeys-wrong",
            None,
            SigninEmail {
                email: HOSTILE.into(),
                return_to: HOSTILE.into(),
                passkeys: true,
                errors: vec![FieldError::form("invalid-credentials")],
                ..SigninEmail::default()
            },
        ),
    ];
    for problem in AT_SIGNIN {
        all.push(sample(&format!("passkey-signin-{problem}"), None, page(problem)));
    }
    all
}

pub(crate) fn adding() -> Vec<Sample> {
    let who = Some("花子");
    let mut all = vec![
        sample("passkey-add", who, PasskeyAdd::new("", 20)),
        sample("passkey-add-strange", who, PasskeyAdd::new(HOSTILE, 20)),
        sample(
            "add-passkey",
            who,
            AddMethod { methods: ways(&["google", "passkey"]), ..AddMethod::default() },
        ),
        sample(
            "add-passkey-alone",
            who,
            AddMethod { methods: ways(&["passkey"]), ..AddMethod::default() },
        ),
        sample(
            "add-passkeys-full",
            who,
            AddMethod { methods: ways(&["google"]), passkeys_full: 20, ..AddMethod::default() },
        ),
        sample("add-passkeys-full-alone", who, AddMethod { passkeys_full: 1, ..AddMethod::default() }),
        sample(
            "passkey-offer",
            who,
            PasskeyOffer { return_to: "/books?page=2&sort=new".into(), errors: Vec::new() },
        ),
        sample("passkey-offer-bare", who, PasskeyOffer::default()),
        sample(
            "passkey-offer-refused",
            who,
            PasskeyOffer {
                return_to: HOSTILE.into(),
                errors: vec![FieldError::form("passkey-not-added")],
            },
        ),
    ];
    for problem in AT_ADDING {
        all.push(sample(&format!("passkey-add-{problem}"), who, PasskeyAdd::new(problem, 20)));
    }
    all
}

/// A passkey that is synced and in use.
fn passkey(id: &str, name: &str) -> PasskeyRow {
    PasskeyRow {
        id: id.into(),
        name: name.into(),
        authenticator: "iCloud Keychain".into(),
        backup: "backed-up".into(),
        added_at_ms: Some(AT - 90 * DAY),
        last_used_at_ms: Some(AT - DAY),
    }
}

/// One bound to its device, never used, made by what nobody knows.
fn bare(id: &str, name: &str) -> PasskeyRow {
    PasskeyRow {
        authenticator: String::new(),
        backup: "single".into(),
        last_used_at_ms: None,
        ..passkey(id, name)
    }
}

pub(crate) fn own() -> Vec<Sample> {
    let who = Some("花子");
    let three = || {
        vec![
            passkey("0199-first", "iPhone（花子）"),
            PasskeyRow {
                authenticator: "Google Password Manager".into(),
                backup: "eligible".into(),
                ..passkey("0199-second", "Google パスワード マネージャー")
            },
            bare("0199-third", "仕事用のセキュリティキー"),
        ]
    };
    let list = |notice: &str| Methods {
        methods: vec![row("email", "ha•••@example.jp"), row("google", "ha•••@gmail.com")],
        passkeys: three(),
        signal: Some(PasskeySignal {
            rp_id: "kotonoha.example".into(),
            user_id: "AZn3Wm1qfUqJq7zN3u8B3A".into(),
            credentials: vec!["q83vEjRWeJA".into(), "AAECAwQFBgc".into(), "_-8".into()],
            name: "hanako@example.jp".into(),
            display_name: "花子".into(),
        }),
        can_add: true,
        notice: Some(notice.to_owned()),
    };
    let page =
        |passkey: PasskeyRow| Passkey { name: passkey.name.clone(), passkey, ..Passkey::default() };
    let first = || passkey("0199-first", "iPhone（花子）");
    let hostile = || PasskeyRow {
        authenticator: HOSTILE.into(),
        backup: HOSTILE.into(),
        ..passkey("0199-first", HOSTILE)
    };
    vec![
        sample("methods-passkeys", who, list("passkey-added")),
        sample(
            "methods-passkeys-removed",
            who,
            Methods { passkeys: vec![bare("0199-third", "iPad")], ..list("passkey-removed") },
        ),
        sample("methods-no-passkeys", who, Methods { passkeys: Vec::new(), ..list("passkey-removed") }),
        sample(
            "methods-passkeys-hostile",
            who,
            Methods {
                passkeys: vec![hostile()],
                signal: Some(PasskeySignal {
                    rp_id: HOSTILE.into(),
                    user_id: HOSTILE.into(),
                    credentials: vec![HOSTILE.into()],
                    name: HOSTILE.into(),
                    display_name: HOSTILE.into(),
                }),
                ..list(HOSTILE)
            },
        ),
        sample("passkey", who, page(first())),
        sample("passkey-bare", who, page(bare("0199-third", "仕事用のセキュリティキー"))),
        sample(
            "passkey-unnamed",
            who,
            Passkey { name: String::new(), errors: wrong("missing-name"), ..page(first()) },
        ),
        sample(
            "passkey-too-long",
            who,
            Passkey {
                name: "とても長い名前".repeat(10),
                errors: vec![FieldError::new("name", "passkey-name-too-long").with("maximum", 64_u32)],
                ..page(first())
            },
        ),
        sample(
            "passkey-hostile",
            who,
            Passkey { errors: wrong("passkey-name-not-allowed"), ..page(hostile()) },
        ),
        sample(
            "remove-passkey",
            who,
            RemoveMethod {
                id: "0199-first".into(),
                method: "passkey".into(),
                detail: "iPhone（花子）".into(),
                ..RemoveMethod::default()
            },
        ),
        sample(
            "remove-passkey-hostile",
            who,
            RemoveMethod {
                id: "0199-first".into(),
                method: "passkey".into(),
                detail: HOSTILE.into(),
                ..RemoveMethod::default()
            },
        ),
    ]
}

fn wrong(error: &str) -> Vec<FieldError> {
    vec![FieldError::new("name", error)]
}

/// The proof, and what was added lately.
pub(crate) fn lately() -> Vec<Sample> {
    let who = Some("花子");
    let proof = |providers: &[&str], last: &str| Proof {
        address: "hanako@example.jp".into(),
        password: true,
        providers: ways(providers),
        last_used: Some(last.to_owned()),
        return_to: "/account/methods/add".into(),
        ..Proof::default()
    };
    let recent = || {
        let passkey =
            |id: &str, name: &str| pages::views::MethodRow { id: id.into(), ..row("passkey", name) };
        vec![
            row("google", "ha•••@gmail.com"),
            passkey("0199-first", "iPhone（花子）"),
            passkey("0199-second", HOSTILE),
        ]
    };
    let reset = || ResetPassword {
        address: "hanako@example.jp".into(),
        minimum_length: 8,
        until_ms: AT + 30 * 60_000,
        form: "Zm9ybS1zZWNyZXQtb2Ytb25lLXNob3dpbmc".into(),
        recent: recent(),
        ..ResetPassword::default()
    };
    let refused = |error: &str| vec![FieldError::form(error)];
    vec![
        sample("proof-passkey-last", who, proof(&["google", "passkey"], "passkey")),
        sample("proof-passkey", who, proof(&["google", "passkey"], "email")),
        sample("proof-passkey-only", who, Proof { password: false, ..proof(&["passkey"], "google") }),
        sample("proof-passkey-password", who, proof(&["passkey"], "passkey")),
        sample("proof-passkey-beside", who, Proof { last_used: None, ..proof(&["passkey"], "") }),
        sample(
            "proof-passkey-cancelled",
            who,
            Proof { errors: refused("passkey-cancelled"), ..proof(&["google", "passkey"], "passkey") },
        ),
        sample("recent-passkeys", who, RecentMethods { methods: recent(), errors: Vec::new() }),
        sample(
            "reset-password-passkeys",
            None,
            ResetPassword { kept: ways(&["0199-first"]), ..reset() },
        ),
    ]
}
