//! アカウント, filled in: the list, adding, removing, the offer, what is recent; and what a provider's return can
//! lead to.
//!
//! Each kind of conflict and each refusal is here once.

use pages::views::{
    Conflict, ContactChoice, EmailChange, EmailCode, EmailPassword, FieldError, MethodRow, Methods,
    OfferMethod, RecentMethods, RemoveMethod,
};

use super::providers::{WAYS, inside, ways};
use super::{AT, HOSTILE, Sample, sample};

const DAY: i64 = 86_400_000;
const RELAY: &str = "8wq2m4xk7p@privaterelay.appleid.com";

pub(crate) fn row(method: &str, detail: &str) -> MethodRow {
    MethodRow {
        id: method.into(),
        method: method.into(),
        detail: detail.into(),
        added_at_ms: Some(AT - 120 * DAY),
        last_used_at_ms: Some(AT - DAY),
        removable: true,
        ..MethodRow::default()
    }
}

/// The addressed methods of one member, the first of them chosen.
pub(crate) fn contacts() -> Vec<ContactChoice> {
    let one = |id: &str, address: &str, trouble: &str| ContactChoice {
        id: id.into(),
        method: id.into(),
        address: address.into(),
        chosen: id == "email",
        trouble: trouble.into(),
    };
    vec![
        one("email", "hanako@example.jp", ""),
        one("google", "hanako.yamada@gmail.com", "bounced"),
        one("apple", RELAY, "forwarding-off"),
    ]
}

pub(crate) fn list() -> Vec<Sample> {
    let who = Some("花子");
    let email =
        || MethodRow { contact: true, password: true, ..row("email", "ha•••@example.jp") };
    let google = || row("google", "ha•••@gmail.com");
    let apple = || MethodRow {
        relay: true,
        trouble: "forwarding-off".into(),
        last_used_at_ms: None,
        ..row("apple", "8w•••@privaterelay.appleid.com")
    };
    let methods = |methods: Vec<MethodRow>, can_add: bool, notice: &str| Methods {
        methods,
        can_add,
        notice: Some(notice.to_owned()).filter(|notice| !notice.is_empty()),
        ..Methods::default()
    };
    let hostile = || MethodRow {
        id: HOSTILE.into(),
        trouble: HOSTILE.into(),
        relay: true,
        ..row(HOSTILE, HOSTILE)
    };
    vec![
        sample(
            "methods-all",
            who,
            methods(vec![email(), google(), apple(), row("fuji", "")], false, ""),
        ),
        sample("methods-added", who, methods(vec![email(), google()], true, "method-added")),
        sample(
            "methods-google",
            who,
            methods(vec![MethodRow { contact: true, ..google() }], true, "method-removed"),
        ),
        sample("methods-rows-hostile", who, methods(vec![hostile(), email()], true, HOSTILE)),
        sample(
            "offer",
            who,
            OfferMethod {
                provider: "google".into(),
                address: "hanako.yamada@gmail.com".into(),
                return_to: "/novel/1?page=2".into(),
            },
        ),
        sample("offer-bare", who, OfferMethod { provider: "fuji".into(), ..OfferMethod::default() }),
        sample(
            "offer-hostile",
            who,
            OfferMethod {
                provider: HOSTILE.into(),
                address: HOSTILE.into(),
                return_to: HOSTILE.into(),
            },
        ),
        sample("recent", who, RecentMethods { methods: vec![google(), apple()], errors: Vec::new() }),
        sample(
            "recent-last",
            who,
            RecentMethods {
                methods: vec![google()],
                errors: vec![FieldError::new("keep", "last-addressed-method")],
            },
        ),
        sample("recent-hostile", who, RecentMethods { methods: vec![hostile()], errors: Vec::new() }),
    ]
}

pub(crate) fn removing() -> Vec<Sample> {
    let who = Some("花子");
    let google = || RemoveMethod {
        id: "google".into(),
        method: "google".into(),
        detail: "ha•••@gmail.com".into(),
        ..RemoveMethod::default()
    };
    let contact = || RemoveMethod {
        id: "email".into(),
        method: "email".into(),
        detail: "ha•••@example.jp".into(),
        successors: contacts().into_iter().filter(|one| one.id != "email").collect(),
        ..RemoveMethod::default()
    };
    vec![
        sample("remove", who, google()),
        sample("remove-contact", who, contact()),
        sample(
            "remove-unchosen",
            who,
            RemoveMethod {
                errors: vec![FieldError::new("contact", "contact-needs-successor")],
                ..contact()
            },
        ),
        sample("remove-last", who, RemoveMethod { last: true, ..google() }),
        sample(
            "remove-hostile",
            who,
            RemoveMethod {
                id: HOSTILE.into(),
                method: HOSTILE.into(),
                detail: HOSTILE.into(),
                successors: vec![ContactChoice {
                    id: HOSTILE.into(),
                    method: HOSTILE.into(),
                    address: HOSTILE.into(),
                    chosen: true,
                    trouble: HOSTILE.into(),
                }],
                ..google()
            },
        ),
    ]
}

/// An account without `email` adds one.
pub(crate) fn first_address() -> Vec<Sample> {
    let who = Some("花子");
    let code = || EmailCode {
        address: "hanako@example.jp".into(),
        valid_minutes: 30,
        adding: true,
        ..EmailCode::default()
    };
    let password =
        || EmailPassword { address: "hanako@example.jp".into(), minimum_length: 8, errors: Vec::new() };
    vec![
        sample("email-add", who, EmailChange::default()),
        sample(
            "email-add-wrong",
            who,
            EmailChange {
                email: "hanako".into(),
                errors: vec![FieldError::new("email", "invalid-address")],
                ..EmailChange::default()
            },
        ),
        sample("email-add-code", who, code()),
        sample(
            "email-add-taken",
            who,
            EmailCode { errors: vec![FieldError::form("address-on-other-account")], ..code() },
        ),
        sample("email-add-password", who, password()),
        sample(
            "email-add-password-weak",
            who,
            EmailPassword {
                address: HOSTILE.into(),
                errors: vec![FieldError::new("new_password", "password-too-weak")],
                ..password()
            },
        ),
    ]
}

/// The kinds of [`Conflict`], each with what its trip was for.
pub(crate) const CONFLICTS: [(&str, &str, &str); 13] = [
    ("identity-on-other-account", "google", "link"),
    ("address-on-other-account", "google", "register"),
    ("provider-taken", "google", "link"),
    ("identity-removed", "apple", "register"),
    ("account-withdrawn", "google", "signin"),
    ("provider-cancelled", "apple", "signin"),
    ("provider-refused", "google", "register"),
    ("provider-unreachable", "fuji", "proof"),
    ("trip-over", "google", "signin"),
    ("trip-elsewhere", "google", "link"),
    ("provider-off", "fuji", "signin"),
    ("registration-closed", "google", "signin"),
    ("offer-over", "apple", "link"),
];

pub(crate) fn conflicts() -> Vec<Sample> {
    let mut all = Vec::new();
    for (kind, provider, intent) in CONFLICTS {
        let who = Some("花子").filter(|_| matches!(intent, "link" | "proof"));
        let view = Conflict {
            address: "hanako.yamada@gmail.com".into(),
            methods: ways(&WAYS),
            return_to: "/books?page=2".into(),
            ..Conflict::new(kind, provider, intent)
        };
        all.push(sample(&format!("conflict-{kind}"), who, view.clone()));
        let name = format!("conflict-{kind}-hostile");
        let provider = HOSTILE.to_owned();
        all.push(sample(&name, who, Conflict { provider, address: HOSTILE.into(), ..view }));
    }
    let withdrawn = Conflict::new("account-withdrawn", "", "register");
    all.push(sample(
        "conflict-account-withdrawn-until",
        None,
        Conflict { until_ms: Some(AT + 12 * DAY), ..withdrawn },
    ));
    let taken = Conflict::new("address-on-other-account", "apple", "register");
    all.push(sample(
        "conflict-in-app",
        None,
        Conflict {
            methods: ways(&WAYS),
            in_app: inside("line", "/signin?openExternalBrowser=1"),
            ..taken
        },
    ));
    all.push(sample("conflict-unknown", None, Conflict::new(HOSTILE, HOSTILE, HOSTILE)));
    all
}
