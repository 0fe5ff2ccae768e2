//! What is Apple's alone: the signed client secret, and the name that comes by the browser.
//!
//! Apple gives out no client secret but a key, with which a short-lived one is signed. It is signed anew when it
//! has a few minutes left, by the house's clock, and kept for as long.
//!
//! What must never happen here: an address taken from the browser's form (security.md D5), a secret of more than
//! an hour, the key in an error.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde::Deserialize;
use serde_json::json;
use zeroize::Zeroizing;

use super::claims::clean_name;
use super::options::{ClientSecret, ProviderFault, ProviderOptions};
use super::problems::UpstreamFault;

const LIFE_S: i64 = 3_600;
/// A secret with less left than this is not used again.
const LEAST_LEFT_S: i64 = 600;
const MOST_FORM_BYTES: usize = 4_096;

/// Signs client secrets. No `Debug`.
pub(super) struct AppleSigner {
    team_id: String,
    audience: String,
    header: Header,
    key: EncodingKey,
    made: Mutex<HashMap<String, Made>>,
}

struct Made {
    secret: Zeroizing<String>,
    at_s: i64,
}

impl AppleSigner {
    /// `None` where the client's secret is of another sort.
    pub(super) fn of(options: &ProviderOptions) -> Result<Option<AppleSigner>, ProviderFault> {
        let ClientSecret::Apple { team_id, key_id, private_key_pem } = &options.secret else {
            return Ok(None);
        };
        let named = |id: &String| !id.is_empty() && id.bytes().all(|b| b.is_ascii_alphanumeric());
        if !named(team_id) || !named(key_id) {
            return Err(ProviderFault::AppleKey);
        }
        let key = EncodingKey::from_ec_pem(private_key_pem.trim().as_bytes());
        let mut header = Header::new(Algorithm::ES256);
        header.kid = Some(key_id.clone());
        let signer = AppleSigner {
            team_id: team_id.clone(),
            audience: options.issuer.clone(),
            header,
            key: key.map_err(|_| ProviderFault::AppleKey)?,
            made: Mutex::new(HashMap::new()),
        };
        // A key of another curve is found only by signing with it.
        signer.sign(&options.client_id, 0).map_err(|_| ProviderFault::AppleKey)?;
        Ok(Some(signer))
    }

    /// The secret of a client (the web's or an app's) at this moment.
    pub(super) fn secret(
        &self,
        client_id: &str,
        now_ms: i64,
    ) -> Result<Zeroizing<String>, UpstreamFault> {
        let now_s = now_ms.div_euclid(1_000);
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(kept) = made.get(client_id)
            && (0..LIFE_S - LEAST_LEFT_S).contains(&now_s.saturating_sub(kept.at_s))
        {
            return Ok(kept.secret.clone());
        }
        let secret = self.sign(client_id, now_s)?;
        made.insert(client_id.to_owned(), Made { secret: secret.clone(), at_s: now_s });
        Ok(secret)
    }

    fn sign(&self, client_id: &str, now_s: i64) -> Result<Zeroizing<String>, UpstreamFault> {
        let claims = json!({
            "iss": self.team_id,
            "sub": client_id,
            "aud": self.audience,
            "iat": now_s,
            "exp": now_s.saturating_add(LIFE_S),
        });
        encode(&self.header, &claims, &self.key).map(Zeroizing::new).map_err(|_| UpstreamFault::Signing)
    }
}

/// The name in the `user` field that Apple's form has at the first consent. Whoever holds the browser can write
/// there what they like, so it is a name and never an address.
pub(super) fn name_in_form(user: &str) -> Option<String> {
    #[derive(Deserialize)]
    struct User {
        name: Option<Name>,
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Name {
        first_name: Option<String>,
        last_name: Option<String>,
    }
    if user.len() > MOST_FORM_BYTES {
        return None;
    }
    let name = serde_json::from_str::<User>(user).ok()?.name?;
    let first = name.first_name.as_deref().and_then(clean_name);
    let last = name.last_name.as_deref().and_then(clean_name);
    let (Some(first), Some(last)) = (&first, &last) else {
        return first.or(last);
    };
    // A name in Chinese characters or kana has the family name first.
    let eastern = first.chars().chain(last.chars()).all(|c| c >= '\u{2E80}' || c == ' ');
    clean_name(&if eastern { format!("{last} {first}") } else { format!("{first} {last}") })
}
