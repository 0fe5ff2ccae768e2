//! JSON bodies, read strictly, and times and answers as JSON.
//!
//! A body is one object of `application/json`; members that the call does not know, members that come twice and
//! arrays in the place of an object are refused (security.md A16, C8, D14). Depth is bounded by the parser.

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::CONTENT_TYPE;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::House;
use crate::fields::{body, is_type};
use crate::problem::Problem;

/// A request's JSON object.
pub(crate) struct Body<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequest<House> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, house: &House) -> Result<Self, Problem> {
        if !is_type(request.headers(), "application/json") {
            return Err(Problem::WrongContentType);
        }
        let bytes = body(request, house).await?;
        // A struct would also be read from an array of its members.
        let first = bytes.iter().find(|byte| !byte.is_ascii_whitespace());
        if first != Some(&b'{') {
            return Err(Problem::InvalidRequest);
        }
        serde_json::from_slice(&bytes).map(Self).map_err(|_| Problem::InvalidRequest)
    }
}

/// An answer as JSON.
pub(crate) fn answer<T: Serialize>(status: StatusCode, value: &T) -> Response {
    match serde_json::to_vec(value) {
        Ok(bytes) => written(status, bytes.into()),
        Err(_) => Problem::Internal.into_response(),
    }
}

/// An answer that is JSON already.
pub(crate) fn written(status: StatusCode, bytes: Bytes) -> Response {
    (status, [(CONTENT_TYPE, "application/json")], bytes).into_response()
}

/// An instant in RFC 3339, UTC, always with three digits of the second: no answer is shorter than another (H1).
pub(crate) fn time(at: accounts::Instant) -> String {
    jiff::Timestamp::from_millisecond(at.0).map(|at| format!("{at:.3}")).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    #[test]
    fn times_are_rfc_3339_in_utc() {
        assert_eq!(super::time(accounts::Instant(1_795_330_800_123)), "2026-11-22T07:00:00.123Z");
        assert_eq!(super::time(accounts::Instant(0)), "1970-01-01T00:00:00.000Z");
    }
}
