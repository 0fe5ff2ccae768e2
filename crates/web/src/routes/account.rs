//! The first page and アカウント設定 (the hub).
//!
//! Read only. Addresses are shown masked here: these pages are open on screens that others see.

use axum::extract::State;
use pages::views::Account;

use crate::House;
use crate::answers::{Answered, masked_contact, member, see_other, show_to};
use crate::own_methods::trouble;
use crate::visitor::Guest;

const NOTICES: [&str; 5] =
    ["welcome", "password-changed", "terms-accepted", "language-changed", "contact-changed"];

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
        notice: guest.notice(&NOTICES),
        trouble: contact_trouble(&guest, &seen.account),
        without_password: seen.account.email.is_none(),
        can_withdraw: true,
    };
    show_to(&house, &guest, &seen.account, &view)
}

/// Why mail to the contact does not arrive, or what the sign-in that leads here has found out about it.
fn contact_trouble(guest: &Guest, account: &accounts::Account) -> String {
    let told = guest.query("trouble").filter(|trouble| *trouble == "address-on-other-account");
    told.map_or_else(|| trouble(account, account.contact), str::to_owned)
}
