//! What an app asks for when it begins: scope, challenge and what is to stand in its tokens, read as the authorization endpoint
//! reads them.

use engine::{AuthSession, Client, is_challenge};

use super::super::params::Params;
use super::told::Wrong;

/// Longer ones are refused, as at the authorization endpoint.
const LONGEST: usize = 512;
/// As they are written into what the app carries, which has a bound of its own.
const LONGEST_WRITTEN: usize = 1_000;

/// Takes what the app asks for into what it holds. What is no use without a browser (`redirect_uri`, `state`, `prompt` and the
/// like) is passed over.
pub(super) fn begin(
    client: &Client,
    params: &Params,
    (held, key): (AuthSession, Option<String>),
) -> Result<AuthSession, Wrong> {
    if params.get("request").is_some() {
        return Err(Wrong::of("request_not_supported"));
    }
    if params.get("request_uri").is_some() {
        return Err(Wrong::of("request_uri_not_supported"));
    }
    if params.get("response_type").is_some_and(|wish| wish != "code") {
        return Err(Wrong::of("unsupported_response_type"));
    }
    let scope = client.granted(params.get("scope").unwrap_or_default());
    if scope.is_empty() {
        return Err(Wrong::of("invalid_scope"));
    }
    let method = params.get("code_challenge_method");
    let challenge = params.get("code_challenge").filter(|text| is_challenge(text));
    let challenge = challenge.filter(|_| method == Some("S256"));
    let challenge =
        challenge.ok_or(Wrong::request("A code_challenge with the method S256 is needed."))?;
    if params.get("max_age").is_some_and(|age| age.parse::<u32>().is_err()) {
        return Err(Wrong::request("max_age is a number of seconds."));
    }
    let short = |name: &str| match params.get(name) {
        Some(value) if is_long(value) => Err(Wrong::request("nonce or claims is too long.")),
        value => Ok(value.map(str::to_owned)),
    };
    Ok(AuthSession {
        client: client.id.clone(),
        challenge: challenge.to_owned(),
        scope,
        nonce: short("nonce")?,
        claims: short("claims")?,
        // What the tokens were bound to before, they stay bound to.
        key: held.key.clone().or(key),
        passkey_demanded: demands_passkey(params.get("acr_values").unwrap_or_default()),
        ..held
    })
}

fn is_long(value: &str) -> bool {
    let written = serde_json::to_string(value).map_or(usize::MAX, |text| text.len());
    value.len() > LONGEST || written > LONGEST_WRITTEN
}

/// Whether nothing less than a passkey will do. `max_age` needs no such thing: no code is given but after a method was shown.
fn demands_passkey(acr_values: &str) -> bool {
    let asks = |value: &str| acr_values.split(' ').any(|one| one == value);
    asks("phr") && !asks("0")
}
