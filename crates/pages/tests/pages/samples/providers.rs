//! Google, Apple and others, filled in: the ways, the notice inside other apps, registration, the proof.
//!
//! `fuji` is a configured provider; its label comes from the options.

use pages::views::{
    AddMethod, FieldError, InApp, Proof, Signin, Signup, SignupAddress, SignupCode, SignupConfirm,
    TermsLink,
};

use super::{HOSTILE, Sample, sample};

pub(crate) const WAYS: [&str; 5] = ["email", "google", "apple", "fuji", "passkey"];

pub(crate) fn ways(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

pub(crate) fn inside(app: &str, external_url: &str) -> Option<InApp> {
    Some(InApp { app: app.into(), external_url: external_url.into() })
}

const LINE: &str = "/signin?return_to=%2Fbooks&openExternalBrowser=1";

pub(crate) fn choosing() -> Vec<Sample> {
    let signin = |last: &str| Signin {
        methods: ways(&WAYS),
        last_used: Some(last.to_owned()).filter(|last| !last.is_empty()),
        return_to: "/books?page=2&sort=new".into(),
        signup_open: true,
        ..Signin::default()
    };
    let three = || ways(&["email", "google", "apple"]);
    let who = Some("花子");
    let mut all = vec![
        sample("signin-all", None, signin("")),
        sample("signin-last-google", None, signin("google")),
        sample("signin-last-apple", None, signin("apple")),
        sample("signin-last-fuji", None, signin("fuji")),
        sample(
            "signin-google-first",
            None,
            Signin { methods: ways(&["google", "email"]), ..signin("email") },
        ),
        sample("signup-all", None, Signup { methods: three(), ..Signup::default() }),
        sample(
            "signup-last",
            None,
            Signup { methods: three(), last_used: Some("apple".into()), ..Signup::default() },
        ),
        sample(
            "signup-in-app",
            None,
            Signup { methods: three(), in_app: inside("instagram", ""), ..Signup::default() },
        ),
        sample("add", who, AddMethod { methods: ways(&["google", "apple"]), ..AddMethod::default() }),
        sample("add-email", who, AddMethod { methods: three(), ..AddMethod::default() }),
        sample("add-none", who, AddMethod::default()),
        sample(
            "add-in-app",
            who,
            AddMethod { methods: ways(&["google"]), in_app: inside("x", ""), ..AddMethod::default() },
        ),
    ];
    for (app, url) in [("line", LINE), ("facebook", ""), ("other", "")] {
        let view = Signin { methods: three(), in_app: inside(app, url), ..signin("google") };
        all.push(sample(&format!("signin-in-{app}"), None, view));
    }
    all.extend(proof());
    all
}

fn proof() -> Vec<Sample> {
    let who = Some("花子");
    let provider = || Proof {
        providers: ways(&["google", "apple"]),
        return_to: "/account/methods/remove?method=apple".into(),
        ..Proof::default()
    };
    vec![
        sample(
            "proof-both",
            who,
            Proof {
                address: "hanako@example.jp".into(),
                password: true,
                last_used: Some("google".into()),
                ..provider()
            },
        ),
        sample("proof-provider", who, provider()),
        sample("proof-fuji", who, Proof { providers: ways(&["fuji"]), ..provider() }),
        sample("proof-in-app", who, Proof { in_app: inside("line", LINE), ..provider() }),
        sample(
            "proof-other-identity",
            who,
            Proof { errors: vec![FieldError::form("other-identity")], ..provider() },
        ),
    ]
}

pub(crate) fn registering() -> Vec<Sample> {
    let confirm = |provider: &str| SignupConfirm {
        provider: provider.into(),
        address: "hanako.yamada@gmail.com".into(),
        display_name: "山田 花子".into(),
        ..SignupConfirm::default()
    };
    let terms =
        || TermsLink { version: "2026-10".into(), url: "https://kotonoha.example/terms".into() };
    let address = |provider: &str| SignupAddress { provider: provider.into(), ..Default::default() };
    let code = || SignupCode {
        provider: "fuji".into(),
        address: "hanako@example.jp".into(),
        valid_minutes: 30,
        ..SignupCode::default()
    };
    vec![
        sample("confirm", None, confirm("google")),
        sample("confirm-terms", None, SignupConfirm { terms: Some(terms()), ..confirm("google") }),
        sample(
            "confirm-relay",
            None,
            SignupConfirm {
                address: "8wq2m4xk7p@privaterelay.appleid.com".into(),
                relay: true,
                display_name: String::new(),
                terms: Some(terms()),
                ..confirm("apple")
            },
        ),
        sample(
            "confirm-wrong",
            None,
            SignupConfirm {
                terms: Some(terms()),
                errors: vec![
                    FieldError::new("display_name", "name-too-long").with("maximum", 50_u32),
                    FieldError::new("terms", "terms-required"),
                ],
                ..confirm("fuji")
            },
        ),
        sample(
            "confirm-hostile",
            None,
            SignupConfirm {
                provider: HOSTILE.into(),
                address: HOSTILE.into(),
                display_name: HOSTILE.into(),
                ..confirm("google")
            },
        ),
        sample("address", None, address("fuji")),
        sample(
            "address-wrong",
            None,
            SignupAddress {
                email: "hanako＠example".into(),
                errors: vec![FieldError::new("email", "invalid-address")],
                ..address("apple")
            },
        ),
        sample("address-hostile", None, SignupAddress { email: HOSTILE.into(), ..address(HOSTILE) }),
        sample("address-code", None, code()),
        sample(
            "address-code-wrong",
            None,
            SignupCode {
                code: "1234 5678 9012".into(),
                errors: vec![FieldError::new("code", "invalid-code")],
                ..code()
            },
        ),
    ]
}
