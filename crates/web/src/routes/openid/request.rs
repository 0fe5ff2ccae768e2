//! What a client that is known asks for at the authorization endpoint, read and checked (RFC 6749 4.1.1, OpenID Connect Core 3.1.2.1).
//!
//! The same for what a browser brings and for what a client pushed beforehand (RFC 9126 2.1). Whether the address belongs to the
//! client is looked at before.

use engine::{Asked, Client, is_challenge, thumbprint_bytes};

use super::params::Params;

/// What was asked for, where it can be given at all.
pub(super) struct Request {
    pub(super) asked: Asked,
    pub(super) prompt: Prompt,
    pub(super) max_age_s: Option<i64>,
}

/// What the person is to do (OpenID Connect Core 3.1.2.1).
#[derive(Clone, Copy, Default)]
pub(super) struct Prompt {
    pub(super) none: bool,
    pub(super) login: bool,
    pub(super) choose: bool,
    pub(super) create: bool,
}

/// Reads what a client that is known asks for. What it hears is one of the words of RFC 6749 4.1.2.1 and OpenID Connect Core
/// 3.1.2.6.
pub(super) fn request(
    client: &Client,
    redirect_uri: &str,
    params: &Params,
) -> Result<Request, &'static str> {
    if params.get("request").is_some() {
        return Err("request_not_supported");
    }
    if params.get("request_uri").is_some() {
        return Err("request_uri_not_supported");
    }
    match params.get("response_type") {
        Some("code") => {}
        Some(_) => return Err("unsupported_response_type"),
        None => return Err("invalid_request"),
    }
    if params.get("response_mode").is_some_and(|mode| mode != "query") {
        return Err("invalid_request");
    }
    let scope = client.granted(params.get("scope").unwrap_or_default());
    if scope.is_empty() {
        return Err("invalid_scope");
    }
    let challenge = challenge(client, params)?;
    let prompt = prompt(params.get("prompt").unwrap_or_default())?;
    let max_age_s = match params.get("max_age") {
        None => None,
        Some(text) => Some(text.parse::<u32>().map(i64::from).map_err(|_| "invalid_request")?),
    };
    let short = |name: &str| match params.get(name) {
        Some(value) if value.len() > 512 => Err("invalid_request"),
        value => Ok(value.map(str::to_owned)),
    };
    let asked = Asked {
        redirect_uri: redirect_uri.to_owned(),
        challenge,
        scope,
        nonce: short("nonce")?,
        claims: short("claims")?,
        key: key(params)?,
    };
    Ok(Request { asked, prompt, max_age_s })
}

/// The key that the client will show with the code (RFC 9449 10).
fn key(params: &Params) -> Result<Option<String>, &'static str> {
    match params.get("dpop_jkt") {
        Some(print) if thumbprint_bytes(print).is_none() => Err("invalid_request"),
        print => Ok(print.map(str::to_owned)),
    }
}

/// Who began must be able to end: S256, always, but for a client with a secret of which the settings say otherwise
/// (RFC 9700 2.1.1).
fn challenge(client: &Client, params: &Params) -> Result<String, &'static str> {
    let method = params.get("code_challenge_method");
    match params.get("code_challenge") {
        Some(challenge) if method == Some("S256") && is_challenge(challenge) => {
            Ok(challenge.to_owned())
        }
        None if method.is_none() && client.may_go_without_pkce() => Ok(String::new()),
        _ => Err("invalid_request"),
    }
}

fn prompt(text: &str) -> Result<Prompt, &'static str> {
    let mut prompt = Prompt::default();
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        match word {
            "none" => prompt.none = true,
            "login" => prompt.login = true,
            "select_account" => prompt.choose = true,
            "create" => prompt.create = true,
            // The service's own sites ask for no consent; and what is not known is passed over.
            _ => {}
        }
    }
    let alone = text.trim() == "none";
    if prompt.none && !alone { Err("invalid_request") } else { Ok(prompt) }
}
