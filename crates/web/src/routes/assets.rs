//! The stylesheet, the script, the icon and the logo.
//!
//! A path that holds the hash of the present content may be kept for ever; any other spelling is served afresh.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::Uri;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};

use crate::House;
use crate::problem::Problem;

/// GET /assets/{file}.
pub(crate) async fn file(State(house): State<House>, uri: Uri) -> Response {
    let Some(asset) = house.pages.asset(uri.path()) else { return Problem::NotFound.into_response() };
    let caching = if asset.immutable { "public, max-age=31536000, immutable" } else { "no-cache" };
    ([(CONTENT_TYPE, asset.content_type), (CACHE_CONTROL, caching)], asset.bytes).into_response()
}
