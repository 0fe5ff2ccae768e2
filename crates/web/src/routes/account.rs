//! The first page, アカウント設定 (the hub) and アカウント (the login methods).
//!
//! Read only. Addresses are shown masked here: these pages are open on screens that others see.

use accounts::Addressed;
use axum::extract::State;
use pages::views::{Account, MethodRow, Methods};

use crate::House;
use crate::answers::{Answered, masked_contact, member, see_other, show_to};
use crate::visitor::Guest;

const NOTICES: [&str; 4] = ["welcome", "password-changed", "terms-accepted", "language-changed"];

/// GET /.
pub(crate) async fn root(State(house): State<House>, guest: Guest) -> Answered {
    let signed_in = house.engine.session(&guest.visitor).await?.is_some();
    Ok(see_other(if signed_in { "/account" } else { "/signin" }))
}

/// GET /account: the hub.
pub(crate) async fn hub(State(house): State<House>, guest: Guest) -> Answered {
    let seen = member(&house, &guest).await?;
    let view = Account {
        display_name: seen.account.display_name.as_str().to_owned(),
        address: masked_contact(&seen.account),
        trouble: trouble(&guest),
        notice: guest.notice(&NOTICES),
        can_withdraw: true,
        ..Account::default()
    };
    show_to(&house, &guest, &seen.account, &view)
}

/// What a sign-in has found out about the contact, where it leads here.
fn trouble(guest: &Guest) -> String {
    let told = guest.query("trouble").filter(|trouble| *trouble == "address-on-other-account");
    told.unwrap_or_default().to_owned()
}

/// GET /account/methods: the login methods.
pub(crate) async fn methods(State(house): State<House>, guest: Guest) -> Answered {
    let seen = member(&house, &guest).await?;
    let account = &seen.account;
    let rows = account.email.iter().map(|method| MethodRow {
        id: "email".to_owned(),
        method: "email".to_owned(),
        detail: method.email.masked(),
        contact: account.contact == Addressed::Email,
        added_at_ms: Some(method.proven_at.0),
        password: method.password.is_some(),
        ..MethodRow::default()
    });
    let notice = guest.notice(&["email-changed"]);
    let view = Methods { methods: rows.collect(), notice, ..Methods::default() };
    show_to(&house, &guest, account, &view)
}
