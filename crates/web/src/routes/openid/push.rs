//! Pushed authorization requests (RFC 9126): a client says beforehand, by itself, what it will ask for; its browser only carries
//! a name for it.
//!
//! The name is the request, sealed: nothing is kept for it, and nobody can read or change it. It can be begun with for a minute
//! and a half; whoever has begun carries the mark of the way, and may take as long as a sign-in takes.

use std::io::{Read as _, Write as _};

use axum::body::Bytes;
use axum::extract::State;
use axum::response::Response;
use engine::{Client, PUSHED_PREFIX};
use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;
use http::{HeaderMap, StatusCode};
use serde_json::json;

use super::client::client;
use super::params::{Params, query};
use super::refusal::{Refusal, answer};
use super::request::request;
use super::token::form;
use super::{AUTHORIZE, PAR, dpop};
use crate::House;
use crate::return_to::ReturnTo;

/// What says who asks, and not what for.
const OF_THE_CLIENT: [&str; 3] = ["client_secret", "client_assertion", "client_assertion_type"];
/// Of what was unpacked; no request of ours is longer.
const LONGEST: u64 = 65_536;
/// The mark of a sign-in on the way, which comes on top in the address.
const ROOM_FOR_THE_MARK: usize = 128;

/// POST /oauth/par.
pub(crate) async fn push(
    State(house): State<House>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Refusal> {
    let params = form(&headers, &body)?;
    let client = client(&house, &headers, &params)?;
    if params.get("request_uri").is_some() {
        return Err(Refusal::InvalidRequest("A request_uri cannot be pushed."));
    }
    let uri = params.get("redirect_uri").filter(|uri| client.may_redirect_to(uri));
    let uri = uri.ok_or(Refusal::InvalidRequest("The redirect_uri is not one of this client."))?;
    request(&client, uri, &params).map_err(Refusal::Request)?;
    let key = dpop::shown(&house, &headers, ("POST", PAR), None)?;
    let named = params.get("dpop_jkt");
    if key.is_some() && named.is_some() && named != key.as_deref() {
        return Err(Refusal::InvalidProof);
    }
    let mut kept = params.but(&OF_THE_CLIENT);
    if let (Some(key), None) = (key, named) {
        // What is shown here is shown with the code as well (RFC 9449 10.1).
        kept.push_str(&format!("&dpop_jkt={key}"));
    }
    let (request_uri, expires_in) = house.engine.push(&client, packed(&kept)?)?;
    let carried = query([("client_id", client.id.as_str()), ("request_uri", request_uri.as_str())]);
    let whole = format!("{AUTHORIZE}?{carried}{}", "x".repeat(ROOM_FOR_THE_MARK));
    if ReturnTo::parse(&whole).is_none() {
        return Err(Refusal::InvalidRequest("The request is too long to be carried by a browser."));
    }
    let told = json!({ "request_uri": request_uri, "expires_in": expires_in });
    Ok(answer(StatusCode::CREATED, &told))
}

/// Whether this names a request that was pushed here.
pub(super) fn is_pushed(uri: &str) -> bool {
    uri.starts_with(PUSHED_PREFIX)
}

/// What the client has pushed; `begun`: this browser came with it in time.
pub(super) fn read(house: &House, client: &Client, uri: &str, begun: bool) -> Option<Params> {
    let packed = house.engine.pushed(client, uri, begun)?;
    let mut text = String::new();
    DeflateDecoder::new(packed.as_slice()).take(LONGEST).read_to_string(&mut text).ok()?;
    Params::parse(&text)
}

fn packed(request: &str) -> Result<Vec<u8>, Refusal> {
    let mut packer = DeflateEncoder::new(Vec::new(), Compression::best());
    let packed = packer.write_all(request.as_bytes()).and_then(|()| packer.finish());
    packed.map_err(|_| Refusal::InvalidRequest("The request cannot be kept."))
}
