//! Whom a client means: an ID token that it sends back (`id_token_hint`; it may be over, it must be ours), or an address that it
//! believes to be the person's (`login_hint`), which fills in the field and nothing else.

use std::sync::Arc;

use engine::{Client, ID_TYP};
use serde_json::Value;

use super::params::Params;
use super::{AUTHORIZE, push};
use crate::House;
use crate::return_to::ReturnTo;

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

/// Longer ones are no addresses (RFC 5321 4.5.3.1).
const LONGEST_ADDRESS: usize = 254;

/// The address that a client believes to be that of the person whom it has sent here, for the field of a form; empty where none
/// is on the way, or it has no address (OpenID Connect Core 3.1.2.1).
pub(crate) fn login_hint(house: &House, return_to: Option<&ReturnTo>) -> String {
    return_to.and_then(|path| hinted(house, path.as_str())).unwrap_or_default()
}

fn hinted(house: &House, path: &str) -> Option<String> {
    let query = path.strip_prefix(AUTHORIZE)?.strip_prefix('?')?;
    let own = Params::parse(query)?;
    let pushed = match own.get("request_uri") {
        None => None,
        Some(uri) => {
            let client = house.engine.clients().find(own.get("client_id")?)?;
            Some(push::read(house, &client, uri, true)?)
        }
    };
    let hint = pushed.as_ref().unwrap_or(&own).get("login_hint")?;
    (hint.contains('@') && hint.len() <= LONGEST_ADDRESS).then(|| hint.to_owned())
}
