//! The discovery document: where a provider's addresses are and what it offers.
//!
//! It is believed only for the issuer it was asked for (byte for byte, OpenID Connect Discovery §4.3), and its
//! addresses only as far as `outbound` may ask them. What it says of methods narrows what is accepted and never
//! widens it.
//!
//! What must never happen here: a document of another issuer taken, an algorithm beyond RS256 and ES256 learnt.

use jsonwebtoken::Algorithm;
use reqwest::Url;
use serde::Deserialize;

use super::options::{Preset, ProviderOptions};
use super::outbound::Outbound;
use super::problems::{Part, UpstreamFault};

pub(super) struct Metadata {
    pub(super) authorization: Url,
    pub(super) token: Url,
    pub(super) jwks: Url,
    pub(super) userinfo: Option<Url>,
    pub(super) revocation: Option<Url>,
    pub(super) algorithms: Vec<Algorithm>,
    /// Whether the secret goes into the form: only where the header is not offered, as the header is what a client
    /// is registered for unless it says otherwise (OpenID Connect Core §9).
    pub(super) secret_in_form: bool,
    /// Whether answers always carry `iss` (RFC 9207 §3).
    pub(super) iss_promised: bool,
    /// Whether PKCE by S256 is listed; `None` where nothing is said of PKCE.
    pub(super) s256: Option<bool>,
}

#[derive(Deserialize)]
struct Document {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    jwks_uri: String,
    userinfo_endpoint: Option<String>,
    revocation_endpoint: Option<String>,
    id_token_signing_alg_values_supported: Option<Vec<String>>,
    token_endpoint_auth_methods_supported: Option<Vec<String>>,
    code_challenge_methods_supported: Option<Vec<String>>,
    authorization_response_iss_parameter_supported: Option<bool>,
}

pub(super) async fn fetch(
    outbound: &Outbound,
    options: &ProviderOptions,
) -> Result<Metadata, UpstreamFault> {
    let part = Part::Discovery;
    let text = format!("{}/.well-known/openid-configuration", options.issuer.trim_end_matches('/'));
    let url = outbound.address(part, &text)?;
    let body = outbound.get(part, &url).await?;
    let document: Document = serde_json::from_slice(&body).map_err(|_| UpstreamFault::NotJson(part))?;
    read(outbound, options, &document)
}

fn read(
    outbound: &Outbound,
    options: &ProviderOptions,
    document: &Document,
) -> Result<Metadata, UpstreamFault> {
    if document.issuer != options.issuer {
        return Err(UpstreamFault::Issuer(Part::Discovery));
    }
    let revocation = match (&document.revocation_endpoint, options.preset) {
        (Some(text), _) => Some(outbound.address(Part::Revocation, text)?),
        (None, Preset::Apple) => {
            Some(outbound.address(Part::Revocation, &format!("{}/auth/revoke", options.issuer))?)
        }
        (None, Preset::Google | Preset::Other) => None,
    };
    let userinfo = match &document.userinfo_endpoint {
        Some(text) => Some(outbound.address(Part::Userinfo, text)?),
        None => None,
    };
    let algorithms = algorithms(document.id_token_signing_alg_values_supported.as_deref());
    if algorithms.is_empty() {
        return Err(UpstreamFault::Algorithms);
    }
    let methods = document.token_endpoint_auth_methods_supported.as_deref();
    let lists = |list: &[String], what: &str| list.iter().any(|one| one == what);
    Ok(Metadata {
        authorization: outbound.address(Part::Authorization, &document.authorization_endpoint)?,
        token: outbound.address(Part::Token, &document.token_endpoint)?,
        jwks: outbound.address(Part::Keys, &document.jwks_uri)?,
        userinfo,
        revocation,
        algorithms,
        secret_in_form: methods.is_some_and(|list| {
            lists(list, "client_secret_post") && !lists(list, "client_secret_basic")
        }),
        iss_promised: document.authorization_response_iss_parameter_supported == Some(true),
        s256: document.code_challenge_methods_supported.as_deref().map(|list| lists(list, "S256")),
    })
}

/// Where nothing is said, RS256 is what every provider must have (OpenID Connect Core §15.1).
fn algorithms(published: Option<&[String]>) -> Vec<Algorithm> {
    let Some(published) = published else {
        return vec![Algorithm::RS256];
    };
    let known = [("RS256", Algorithm::RS256), ("ES256", Algorithm::ES256)];
    known
        .into_iter()
        .filter(|(name, _)| published.iter().any(|one| one == name))
        .map(|(_, algorithm)| algorithm)
        .collect()
}

#[cfg(test)]
mod tests;
