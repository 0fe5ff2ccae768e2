//! A member's login methods in the words of pages: rows, choices, and who can prove that it is the member.
//!
//! The order is that of the service, with what it does not offer any more last. A provider that is not configured
//! proves nothing (security.md D15), and neither does one that has closed the method (I35).

use accounts::rules::reach;
use accounts::{
    Account, Addressed, Backup, Email, Instant, Link, Method, Passkey, Provider, Reach, Relay,
};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use engine::{Lately, authenticator_of};
use pages::views::{self, ContactChoice, MethodRow, PasskeyRow, PasskeySignal};

use crate::House;
use crate::ids;
use crate::in_app;
use crate::visitor::Guest;

/// The login methods of an account, as rows.
pub(crate) fn rows(house: &House, account: &Account) -> Vec<MethodRow> {
    in_order(house, account).into_iter().filter_map(|method| row(account, method)).collect()
}

/// One login method as a row; `None` where the account has no such method.
pub(crate) fn row(account: &Account, method: Addressed) -> Option<MethodRow> {
    let shared = MethodRow {
        id: method.name().to_owned(),
        method: method.name().to_owned(),
        detail: account.address_of(method).map(Email::masked).unwrap_or_default(),
        contact: account.contact == method,
        last_used_at_ms: last_used(account, method.method()).map(|at| at.0),
        removable: true,
        ..MethodRow::default()
    };
    Some(match method {
        Addressed::Email => {
            let email = account.email.as_ref()?;
            MethodRow {
                added_at_ms: Some(email.added.at.0),
                password: email.password.is_some(),
                ..shared
            }
        }
        Addressed::Provider(provider) => {
            let link = account.link(provider)?;
            MethodRow {
                relay: link.address.as_ref().is_some_and(|address| address.relay == Relay::Private),
                trouble: trouble(account, method),
                added_at_ms: Some(link.added.at.0),
                ..shared
            }
        }
    })
}

/// A passkey as a row.
pub(crate) fn passkey_row(passkey: &Passkey) -> PasskeyRow {
    PasskeyRow {
        id: ids::passkey(passkey.id),
        name: passkey.name.as_str().to_owned(),
        authenticator: authenticator_of(passkey).unwrap_or_default().to_owned(),
        backup: match passkey.backup {
            Backup::Single => "single",
            Backup::Eligible => "eligible",
            Backup::BackedUp => "backed-up",
        }
        .to_owned(),
        added_at_ms: Some(passkey.added.at.0),
        last_used_at_ms: passkey.used_at.map(|at| at.0),
    }
}

/// What the browser's own list of passkeys is told, so that it follows what the account has.
pub(crate) fn signal(house: &House, account: &Account) -> Option<PasskeySignal> {
    let passkeys = house.engine.passkeys()?;
    let address = account.contact_address().map(Email::as_stored).unwrap_or_default();
    let name = account.display_name.as_str();
    let ids = account.passkeys.iter().map(|known| known.credential.as_bytes());
    Some(PasskeySignal {
        rp_id: passkeys.party.id().to_owned(),
        user_id: URL_SAFE_NO_PAD.encode(account.id.0),
        credentials: ids.map(|id| URL_SAFE_NO_PAD.encode(id)).collect(),
        name: address.to_owned(),
        display_name: if name.is_empty() { address } else { name }.to_owned(),
    })
}

/// When a method was last shown, as far as a session that has not ended tells.
fn last_used(account: &Account, method: Method) -> Option<Instant> {
    let begun = account.sessions.iter().filter(|session| session.method == method);
    let proved = account.sessions.iter().filter(|session| session.proved_by == method);
    let begun = begun.map(|session| session.started_at);
    begun.chain(proved.map(|session| session.proved_at)).max()
}

/// The addressed methods as choices for the contact, without one of them.
pub(crate) fn choices(
    house: &House,
    account: &Account,
    but: Option<Addressed>,
    chosen: Option<Addressed>,
) -> Vec<ContactChoice> {
    let methods = in_order(house, account).into_iter().filter(|method| Some(*method) != but);
    let choice = |method: Addressed| {
        let address = account.address_of(method)?;
        Some(ContactChoice {
            id: method.name().to_owned(),
            method: method.name().to_owned(),
            address: address.as_stored().to_owned(),
            chosen: chosen == Some(method),
            trouble: trouble(account, method),
        })
    };
    methods.filter_map(choice).collect()
}

/// Why mail to a method's address does not arrive; empty where it does (R-CONTACT-4).
pub(crate) fn trouble(account: &Account, method: Addressed) -> String {
    trouble_of(reach::of(account, method)).to_owned()
}

/// The word of the pages for it.
pub(crate) const fn trouble_of(reach: Reach) -> &'static str {
    match reach {
        Reach::Arrives => "",
        Reach::Bounces => "bounced",
        Reach::NotForwarded => "forwarding-off",
    }
}

const PASSKEY: &str = "passkey";

/// The providers of the service.
pub(crate) fn providers(house: &House) -> Vec<String> {
    let names = house.options.methods.iter();
    names.filter(|name| Provider::parse(name).is_some()).cloned().collect()
}

/// The providers that can prove now that it is the member, and `passkey` where there is one.
pub(crate) fn provers(house: &House, account: &Account) -> Vec<String> {
    let open = |name: &String| {
        if name == PASSKEY {
            return !account.passkeys.is_empty();
        }
        let link = Provider::parse(name).and_then(|provider| account.link(provider));
        link.is_some_and(|link| link.held_at.is_none())
    };
    house.options.methods.iter().filter(|name| open(name)).cloned().collect()
}

/// The methods of the service that an account has not; of passkeys it may have several.
pub(crate) fn missing(house: &House, account: &Account) -> Vec<String> {
    let most = usize::try_from(house.engine.policy().passkeys).unwrap_or(usize::MAX);
    let lacks = |name: &String| match Addressed::from_name(name) {
        Some(Addressed::Email) => account.email.is_none(),
        Some(Addressed::Provider(provider)) => account.link(provider).is_none(),
        None => name == PASSKEY && account.passkeys.len() < most,
    };
    house.options.methods.iter().filter(|name| lacks(name)).cloned().collect()
}

/// The rows of methods that were added lately, to be kept or not (R-RESET-7, R-METHOD-7).
pub(crate) fn recent_rows(lately: &Lately) -> Vec<MethodRow> {
    let link = |link: &Link| MethodRow {
        id: link.provider.as_str().to_owned(),
        method: link.provider.as_str().to_owned(),
        detail: link.address.as_ref().map(|address| address.email.masked()).unwrap_or_default(),
        added_at_ms: Some(link.added.at.0),
        ..MethodRow::default()
    };
    let passkey = |passkey: &Passkey| MethodRow {
        id: ids::passkey(passkey.id),
        method: Method::Passkey(passkey.id).name().to_owned(),
        detail: passkey.name.as_str().to_owned(),
        added_at_ms: Some(passkey.added.at.0),
        ..MethodRow::default()
    };
    lately.links.iter().map(link).chain(lately.passkeys.iter().map(passkey)).collect()
}

/// The ids of methods that were added lately, as forms and the API name them.
pub(crate) fn recent_ids(lately: &Lately) -> Vec<String> {
    recent_rows(lately).into_iter().map(|row| row.id).collect()
}

/// The ticked methods of such a form. What is no such id is nobody's tick.
pub(crate) fn ticked(ids: &[String]) -> Vec<Method> {
    ids.iter().filter_map(|id| addable(id)).collect()
}

/// A method that can be added to an account, by its id: a provider's name, or a passkey's UUID.
pub(crate) fn addable(id: &str) -> Option<Method> {
    let provider = Provider::parse(id).map(Method::Provider);
    provider.or_else(|| ids::parse_passkey(id).map(Method::Passkey))
}

/// That id.
pub(crate) fn id_of(method: Method) -> String {
    match method {
        Method::Passkey(id) => ids::passkey(id),
        Method::Email | Method::Provider(_) => method.name().to_owned(),
    }
}

/// What is said of the app whose browser the page is shown in (R-SIGNIN-9).
pub(crate) fn in_app(house: &House, guest: &Guest) -> Option<views::InApp> {
    let found = in_app::in_app(&guest.visitor.agent)?;
    let here = format!("{}{}", house.options.base_url, guest.here);
    let app = match found {
        in_app::InApp::Line => "line",
        in_app::InApp::Instagram => "instagram",
        in_app::InApp::Facebook => "facebook",
        in_app::InApp::X => "x",
        in_app::InApp::Other => "other",
    };
    let external_url = in_app::external_url(found, &here).unwrap_or_default();
    Some(views::InApp { app: app.to_owned(), external_url })
}

/// The account's methods in the order of the service.
fn in_order(house: &House, account: &Account) -> Vec<Addressed> {
    let email = account.email.iter().map(|_| Addressed::Email);
    let linked = account.links.iter().map(|link| Addressed::Provider(link.provider));
    let mut own: Vec<Addressed> = email.chain(linked).collect();
    let place = |method: &Addressed| {
        let names = house.options.methods.iter();
        names.enumerate().find(|(_, name)| *name == method.name()).map_or(usize::MAX, |(at, _)| at)
    };
    own.sort_by_key(place);
    own
}
