//! The steps by name, where on the way each is open, and what an app must be new enough for.

use accounts::{Account, Registration};
use engine::AuthSession;

use super::told::Wrong;
use crate::House;
use crate::options::Capability;

/// The step that a request is about, by the parameter `step`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    Password,
    PasskeyOptions,
    Passkey,
    ProviderOptions,
    Provider,
    Register,
    RegisterCode,
    RegisterPassword,
    IdentityAddress,
    IdentityCode,
    IdentityConfirm,
    Restore,
    Reset,
    ResetCode,
    ResetPassword,
    Terms,
    OfferAccept,
    OfferDecline,
}

/// All of them, as an app names them.
pub(crate) const STEPS: [(&str, Step); 18] = [
    ("password", Step::Password),
    ("passkey_options", Step::PasskeyOptions),
    ("passkey", Step::Passkey),
    ("provider_options", Step::ProviderOptions),
    ("provider", Step::Provider),
    ("register", Step::Register),
    ("register_code", Step::RegisterCode),
    ("register_password", Step::RegisterPassword),
    ("identity_address", Step::IdentityAddress),
    ("identity_code", Step::IdentityCode),
    ("identity_confirm", Step::IdentityConfirm),
    ("restore", Step::Restore),
    ("reset", Step::Reset),
    ("reset_code", Step::ResetCode),
    ("reset_password", Step::ResetPassword),
    ("terms", Step::Terms),
    ("offer_accept", Step::OfferAccept),
    ("offer_decline", Step::OfferDecline),
];

impl Step {
    /// The step of that name; none is named by whoever only asks.
    pub(super) fn of(name: Option<&str>) -> Result<Option<Self>, Wrong> {
        let Some(name) = name else { return Ok(None) };
        let known = STEPS.iter().find(|(known, _)| *known == name);
        known.map(|(_, step)| Some(*step)).ok_or(Wrong::request("There is no such step."))
    }

    /// What an app must be new enough for (R-APP-2). What an owner defends the account with needs nothing.
    pub(super) fn capability(self, held: &AuthSession) -> Option<Capability> {
        match self {
            Self::Password
            | Self::PasskeyOptions
            | Self::Passkey
            | Self::ProviderOptions
            | Self::Provider => {
                let proof = held.session.is_some();
                Some(if proof { Capability::Manage } else { Capability::SignIn })
            }
            Self::Register
            | Self::RegisterCode
            | Self::RegisterPassword
            | Self::IdentityAddress
            | Self::IdentityCode
            | Self::IdentityConfirm => Some(Capability::Register),
            Self::Terms | Self::OfferDecline => Some(Capability::Manage),
            Self::OfferAccept => Some(Capability::AddMethod),
            Self::Restore | Self::Reset | Self::ResetCode | Self::ResetPassword => None,
        }
    }

    /// Whether it belongs to whoever is signed in, to whoever is not, or to both.
    pub(super) const fn is_open(self, held: &AuthSession) -> bool {
        match self {
            Self::Password
            | Self::PasskeyOptions
            | Self::Passkey
            | Self::ProviderOptions
            | Self::Provider => true,
            Self::Terms | Self::OfferAccept | Self::OfferDecline => held.session.is_some(),
            Self::Register
            | Self::RegisterCode
            | Self::RegisterPassword
            | Self::IdentityAddress
            | Self::IdentityCode
            | Self::IdentityConfirm
            | Self::Restore
            | Self::Reset
            | Self::ResetCode
            | Self::ResetPassword => held.session.is_none(),
        }
    }
}

impl Step {
    /// Whether it can lead to what the app asks for. What cannot is not attempted: it would leave an entry for nothing.
    pub(super) const fn is_enough(self, held: &AuthSession) -> bool {
        let by_passkey = matches!(
            self,
            Self::PasskeyOptions | Self::Passkey | Self::Terms | Self::OfferAccept | Self::OfferDecline
        );
        by_passkey || !held.passkey_demanded
    }
}

/// What is written into `AuthSession::stage`. An empty one is the beginning.
pub(super) mod at {
    pub(crate) const BEGINNING: &str = "";
    pub(crate) const PROOF: &str = "proof";
    pub(crate) const PASSKEY: &str = "passkey";
    pub(crate) const PROVIDER: &str = "provider";
    pub(crate) const REGISTER: &str = "register";
    pub(crate) const REGISTERED: &str = "registered";
    pub(crate) const REGISTERED_BEFORE: &str = "registered-before";
    pub(crate) const ADDRESS: &str = "address";
    pub(crate) const ADDRESS_CODE: &str = "address-code";
    pub(crate) const CONFIRM: &str = "confirm";
    pub(crate) const CONFIRM_BEFORE: &str = "confirm-before";
    pub(crate) const RESET: &str = "reset";
    pub(crate) const RESET_FORM: &str = "reset-form";
    pub(crate) const TERMS: &str = "terms";
    pub(crate) const OFFER: &str = "offer";
}

/// What can be done from here. Nothing at all is left to the browser.
pub(super) fn next(house: &House, held: &AuthSession, own: Option<&Account>) -> Vec<&'static str> {
    let ways = || match own {
        Some(own) => proofs(house, held, own),
        None => beginnings(house, held),
    };
    let before = |first: &'static str| std::iter::once(first).chain(ways()).collect();
    match held.stage.as_str() {
        at::PASSKEY => before("passkey"),
        at::PROVIDER => before("provider"),
        at::REGISTER => vec!["register_code", "register"],
        at::REGISTERED => vec!["register_password"],
        at::REGISTERED_BEFORE => vec!["register_password", "restore"],
        at::ADDRESS => vec!["identity_address"],
        at::ADDRESS_CODE => vec!["identity_code", "identity_address"],
        at::CONFIRM => vec!["identity_confirm"],
        at::CONFIRM_BEFORE => vec!["identity_confirm", "restore"],
        at::RESET => vec!["reset_code", "reset"],
        at::RESET_FORM => vec!["reset_password", "reset_code"],
        at::TERMS => vec!["terms"],
        at::OFFER => vec!["offer_accept", "offer_decline"],
        _ => ways(),
    }
}

/// The ways in.
fn beginnings(house: &House, held: &AuthSession) -> Vec<&'static str> {
    let passkeys = house.engine.passkeys().is_some();
    if held.passkey_demanded {
        return if passkeys { vec!["passkey_options"] } else { Vec::new() };
    }
    let open = house.engine.policy().registration == Registration::Open;
    let all = [
        ("password", true),
        ("passkey_options", passkeys),
        ("provider_options", house.engine.providers().native().next().is_some()),
        ("register", open),
        ("reset", true),
    ];
    all.into_iter().filter(|(_, there)| *there).map(|(step, _)| step).collect()
}

/// What a member can show once more.
fn proofs(house: &House, held: &AuthSession, own: &Account) -> Vec<&'static str> {
    let other = !held.passkey_demanded;
    let native = |link: &accounts::Link| {
        house.engine.providers().native().any(|provider| provider == link.provider)
    };
    let all = [
        ("password", other && own.email.is_some()),
        ("passkey_options", house.engine.passkeys().is_some() && !own.passkeys.is_empty()),
        ("provider_options", other && own.links.iter().any(native)),
    ];
    all.into_iter().filter(|(_, there)| *there).map(|(step, _)| step).collect()
}
