//! Tokens that are worth nothing without a key (DPoP, RFC 9449): the proof that comes in a header of its own.

use engine::{Client, Proof};
use http::{HeaderMap, HeaderName};

use super::refusal::Refusal;
use crate::House;
use crate::visitor::single;

const DPOP: HeaderName = HeaderName::from_static("dpop");

/// The thumbprint of the key that a request shows it holds; `None` where it shows none. `request` is its method and path.
pub(super) fn shown(
    house: &House,
    headers: &HeaderMap,
    (method, path): (&str, &str),
    access_token: Option<&str>,
) -> Result<Option<String>, Refusal> {
    if !headers.contains_key(&DPOP) {
        return Ok(None);
    }
    // Two proofs are none (RFC 9449 4.3, 1).
    let proof = single(headers, &DPOP).ok_or(Refusal::InvalidProof)?;
    let url = format!("{}{path}", house.options.base_url);
    match house.engine.read_proof(proof, (method, &url), access_token)? {
        Proof::Of(key) => Ok(Some(key)),
        Proof::Unfit => Err(Refusal::InvalidProof),
        Proof::Late(nonce) => Err(Refusal::UseNonce(nonce)),
    }
}

/// The same where a token is shown, at the house's own resources (RFC 9449 7.1).
pub(super) fn shown_at_resource(
    house: &House,
    headers: &HeaderMap,
    request: (&str, &str),
    access_token: &str,
) -> Result<Option<String>, Refusal> {
    shown(house, headers, request, Some(access_token)).map_err(|refusal| match refusal {
        Refusal::InvalidProof => Refusal::InvalidProofThere,
        Refusal::UseNonce(nonce) => Refusal::UseNonceThere(nonce),
        other => other,
    })
}

/// The same for a client's own request, which must show a key where the settings say so.
pub(super) fn of_client(
    house: &House,
    client: &Client,
    headers: &HeaderMap,
    path: &str,
) -> Result<Option<String>, Refusal> {
    match shown(house, headers, ("POST", path), None)? {
        None if client.shows_key => Err(Refusal::InvalidProof),
        key => Ok(key),
    }
}
