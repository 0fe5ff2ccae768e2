//! By which name a client knows a member, and what it may be told of one (OpenID Connect Core 5.1, 5.4, 8).

use accounts::{Account, AccountId, ClientGrant, Locale, Method};
use serde_json::{Map, Value, json};
use verifiers::CodeKeys;

use crate::clients::Client;
use crate::engine::Engine;

impl Engine {
    /// The name of a member at a client: the account's id, or one that only the client's sector has.
    #[must_use]
    pub fn subject(&self, client: &Client, account: AccountId) -> Option<String> {
        subject_of(&self.codes, client, account)
    }
}

/// See [`Engine::subject`].
pub(crate) fn subject_of(codes: &CodeKeys, client: &Client, account: AccountId) -> Option<String> {
    match &client.sector {
        None => Some(uuid::Uuid::from_bytes(account.0).to_string()),
        Some(sector) => verifiers::openid::pairwise(codes, sector, &account.0),
    }
}

/// What a grant lets a client know of its account, without the subject. The e-mail address is the contact (R-CONTACT-5).
#[must_use]
pub fn claims(account: &Account, grant: &ClientGrant, asked: &[String]) -> Map<String, Value> {
    let scoped = |scope: &str| grant.scope.as_str().split(' ').any(|value| value == scope);
    let wants = |scope: &str, claim: &str| scoped(scope) || asked.iter().any(|one| one == claim);
    let mut told = Map::new();
    if wants("profile", "name") && !account.display_name.as_str().is_empty() {
        told.insert("name".to_owned(), json!(account.display_name.as_str()));
    }
    if wants("profile", "locale") {
        let locale = match account.locale {
            Locale::Ja => "ja",
            Locale::En => "en",
        };
        told.insert("locale".to_owned(), json!(locale));
    }
    if let Some(address) = account.contact_address() {
        if wants("email", "email") {
            told.insert("email".to_owned(), json!(address.as_stored()));
        }
        if wants("email", "email_verified") {
            // No address is an account's before it was proven (R-CONTACT-2).
            told.insert("email_verified".to_owned(), json!(true));
        }
    }
    told
}

/// How somebody has shown who they are, in the words of RFC 8176. What a provider has looked at is not known here.
#[must_use]
pub fn means(method: Method) -> &'static [&'static str] {
    match method {
        Method::Email => &["pwd"],
        Method::Passkey(_) => &["pop", "user"],
        Method::Provider(_) => &[],
    }
}

/// How sure that is: a passkey cannot be phished (OpenID Connect Extended Authentication Profile ACR Values 1.0).
pub(super) fn assurance(method: Method) -> &'static str {
    match method {
        Method::Passkey(_) => "phr",
        Method::Email | Method::Provider(_) => "0",
    }
}
