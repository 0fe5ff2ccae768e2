//! What a browser loads to show the sign-in form: the page and the files it names, as they cross the network.
//!
//! Bytes are counted with headers and with the compression that every browser asks for.

use std::collections::BTreeSet;
use std::io::Result;
use std::net::SocketAddr;

use crate::load::{ask, request};

const PAGE: &str = "/signin/email";

/// Bytes of the page, and of each file that it loads.
pub(crate) async fn weigh(address: SocketAddr) -> Result<Vec<(String, usize)>> {
    let plain = ask(address, &request("GET", PAGE, &[], "")).await?;
    let html = String::from_utf8_lossy(&plain.body).into_owned();
    let named = html.split('"').filter(|text| text.starts_with("/assets/")).collect::<BTreeSet<_>>();
    let mut weights = Vec::new();
    for path in std::iter::once(PAGE).chain(named) {
        let answer =
            ask(address, &request("GET", path, &[("accept-encoding", "gzip, br")], "")).await?;
        weights.push((path.to_owned(), answer.head.len() + answer.body.len()));
    }
    Ok(weights)
}
