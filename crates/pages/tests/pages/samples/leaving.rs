//! Leaving and coming back, filled in: 退会, the download, the restoration, the lost provider, a contact in trouble.
//!
//! The done pages are for everybody who opens them.

use pages::views::{Account, Export, FieldError, ProviderLost, TakenBack, Withdraw, Withdrawn};

use super::{HOSTILE, Sample, sample};

pub(crate) fn leaving() -> Vec<Sample> {
    let who = Some("花子");
    vec![
        sample("withdraw", who, Withdraw { grace_days: 30, errors: Vec::new() }),
        sample("withdraw-at-once", who, Withdraw { grace_days: 0, errors: Vec::new() }),
        sample(
            "withdraw-again",
            who,
            Withdraw { grace_days: 1, errors: vec![FieldError::form("try-again")] },
        ),
        sample("withdrawn", None, Withdrawn { grace_days: 30 }),
        sample("withdrawn-at-once", None, Withdrawn { grace_days: 0 }),
        sample("restored", None, TakenBack::new("restored")),
        sample("export", who, Export::default()),
        sample("export-again", who, Export { errors: vec![FieldError::form("try-again")] }),
    ]
}

pub(crate) fn lost() -> Vec<Sample> {
    let lost = |email: &str, number: &str, errors: Vec<FieldError>| ProviderLost {
        email: email.into(),
        number: number.into(),
        wait_hours: 24,
        errors,
    };
    let wrong = || vec![FieldError::new("number", "invalid-number")];
    let both = || {
        vec![FieldError::new("email", "invalid-address"), FieldError::new("number", "number-expired")]
    };
    vec![
        sample("provider-lost", None, lost("", "", Vec::new())),
        sample("provider-lost-signed-in", Some("花子"), lost("", "", Vec::new())),
        sample("provider-lost-wrong", None, lost("hanako@example.jp", "1234 5678", wrong())),
        sample("provider-lost-hostile", None, lost(HOSTILE, HOSTILE, both())),
        sample("provider-lost-done", None, TakenBack::new("provider-lost")),
    ]
}

pub(crate) fn hub() -> Vec<Sample> {
    let who = Some("花子");
    let hub = |trouble: &str| Account {
        display_name: "花子".into(),
        address: "ha•••@example.jp".into(),
        trouble: trouble.into(),
        can_withdraw: true,
        without_password: false,
        notice: None,
    };
    let mut all = vec![sample("account-all", who, hub(""))];
    for trouble in ["bounced", "forwarding-off", "address-on-other-account"] {
        all.push(sample(&format!("account-{trouble}"), who, hub(trouble)));
    }
    all.push(sample("account-google", who, Account { without_password: true, ..hub("") }));
    all.push(sample("account-hostile", who, hub(HOSTILE)));
    all
}
