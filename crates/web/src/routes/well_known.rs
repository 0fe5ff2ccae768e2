//! Paths that others look for by convention.
//!
//! They lead to pages of the house and say nothing else; nothing here may depend on who asks.

use axum::response::Response;

use crate::answers::see_other;

/// GET /.well-known/change-password: where password managers send people (W3C, "A Well-Known URL for
/// Changing Passwords").
pub(crate) async fn change_password() -> Response {
    see_other("/account/password")
}
