//! An ID token that a client sends back to say whom it means (`id_token_hint`). It may be over; it must be ours.

use std::sync::Arc;

use engine::{Client, ID_TYP};
use serde_json::Value;

use crate::House;

/// Whom a client means.
pub(super) struct Hint {
    /// The client that the token was made for.
    pub(super) client: Arc<Client>,
    /// The member, as that client knows one.
    pub(super) subject: String,
    /// The session in which it was given.
    pub(super) session: Option<String>,
}

/// Reads a hint; `None` for whatever is no ID token of ours.
pub(super) async fn read(house: &House, token: &str) -> Option<Hint> {
    let claims = house.engine.signing().verify_over(token, ID_TYP).await?;
    let text = |name: &str| claims.get(name).and_then(Value::as_str);
    let client = house.engine.clients().find(text("aud")?)?;
    Some(Hint { client, subject: text("sub")?.to_owned(), session: text("sid").map(str::to_owned) })
}
