//! The tokens of a grant: access token (RFC 9068), refresh token, ID token (OpenID Connect Core 2).

use accounts::{Account, ClientGrant, GrantReach};
use serde_json::{Value, json};
use verifiers::openid::{access_name, at_hash, fresh_refresh, thumbprint_bytes};
use verifiers::signing::Algorithm;

use super::subject;
use crate::clients::{ACCOUNT, Client};
use crate::engine::Engine;
use crate::fault::Fault;

/// The kind of an access token (RFC 9068 2.1).
pub const ACCESS_TYP: &str = "at+jwt";
/// The kind of an ID token.
pub const ID_TYP: &str = "JWT";

/// What tokens are to say beside the grant.
#[derive(Clone, Debug, Default)]
pub struct Wish {
    /// Scope of the access token, where it is to be less than the grant's.
    pub scope: Option<String>,
    /// For the ID token.
    pub nonce: Option<String>,
    /// Claims of the account for the ID token, by name.
    pub id_claims: Vec<String>,
    /// Claims of the account for the userinfo endpoint, by name.
    pub userinfo_claims: Vec<String>,
    /// Thumbprint of the key to which the tokens are bound (RFC 9449 5).
    pub key: Option<String>,
}

/// Tokens, as they are handed out.
pub struct Issued {
    /// The access token.
    pub access: String,
    /// How long it is good, in seconds.
    pub expires_in: i64,
    /// What it is good for.
    pub scope: String,
    /// The next refresh token, where the grant has any.
    pub refresh: Option<String>,
    /// The ID token, where the grant is of OpenID Connect.
    pub id: Option<String>,
    /// By which the app can show its member once more, where it signed in by itself.
    pub auth_session: Option<String>,
}

impl Engine {
    /// The tokens of a grant that has just been given or used.
    ///
    /// # Errors
    /// No key, no randomness, or a fault of the database.
    pub async fn tokens(
        &self,
        client: &Client,
        (grant, account): (&ClientGrant, Option<&Account>),
        wish: &Wish,
    ) -> Result<Issued, Fault> {
        let subject =
            self.subject(client, grant.account).ok_or(Fault::Bug("no key for the names of members"))?;
        let scope = wish.scope.clone().unwrap_or_else(|| grant.scope.as_str().to_owned());
        let access = self.access_token(client, (grant, &subject), (&scope, wish)).await?;
        let has = |value: &str| grant.scope.as_str().split(' ').any(|one| one == value);
        // An app that signs in by itself has nothing else to stay signed in by.
        let in_app = grant.reach == GrantReach::App;
        let refresh = if has("offline_access") || !client.is_public() || in_app {
            let whose = (&grant.account.0, &grant.id.0);
            // A client with a secret shows that; a token of any other is as good as the key it is bound to (RFC 9449 5).
            let key = wish.key.as_deref().filter(|_| client.is_public());
            let bound = key.and_then(thumbprint_bytes);
            let next = fresh_refresh(&self.codes, whose, grant.used.saturating_add(1), bound.as_ref());
            Some(next.map_err(|_| Fault::NoRandomness)?)
        } else {
            None
        };
        let id = if has("openid") {
            Some(self.id_token(client, (grant, account, &subject), (&access, wish)).await?)
        } else {
            None
        };
        let auth_session =
            if in_app { Some(self.auth_session_of(grant, wish.key.as_deref())?) } else { None };
        Ok(Issued { access, expires_in: self.openid.access_life_s, scope, refresh, id, auth_session })
    }

    async fn access_token(
        &self,
        client: &Client,
        (grant, subject): (&ClientGrant, &str),
        (scope, wish): (&str, &Wish),
    ) -> Result<String, Fault> {
        let now = self.desk.clock.now().0.div_euclid(1_000);
        let name = access_name(&self.codes, &grant.account.0, &grant.id.0);
        let mut audience = vec![self.signing.issuer().to_owned()];
        // What manages an account is for nobody's eyes but the house's.
        if !scope.split(' ').any(|value| value == ACCOUNT) {
            audience.extend(client.audience.iter().cloned());
        }
        let mut claims = json!({
            "iss": self.signing.issuer(),
            "sub": subject,
            "aud": audience,
            "client_id": client.id,
            "scope": scope,
            "iat": now,
            "exp": now + self.openid.access_life_s,
            "jti": name.map_err(|_| Fault::NoRandomness)?,
            "auth_time": grant.proved_at.0.div_euclid(1_000),
            "acr": subject::assurance(grant.proved_by),
        });
        if let Some(key) = &wish.key {
            put(&mut claims, "cnf", json!({ "jkt": key }));
        }
        if !wish.userinfo_claims.is_empty() {
            put(&mut claims, "userinfo_claims", json!(wish.userinfo_claims));
        }
        self.signing.sign(Algorithm::EdDsa, ACCESS_TYP, &claims).await
    }

    async fn id_token(
        &self,
        client: &Client,
        (grant, account, subject): (&ClientGrant, Option<&Account>, &str),
        (access, wish): (&str, &Wish),
    ) -> Result<String, Fault> {
        let now = self.desk.clock.now().0.div_euclid(1_000);
        let mut claims = json!({
            "iss": self.signing.issuer(),
            "sub": subject,
            "aud": client.id,
            "iat": now,
            "exp": now + self.openid.id_life_s,
            "auth_time": grant.proved_at.0.div_euclid(1_000),
            "acr": subject::assurance(grant.proved_by),
            "sid": uuid::Uuid::from_bytes(grant.session.0).to_string(),
            "at_hash": at_hash(access, client.algorithm),
        });
        let means = subject::means(grant.proved_by);
        if !means.is_empty() {
            put(&mut claims, "amr", json!(means));
        }
        if let Some(nonce) = &wish.nonce {
            put(&mut claims, "nonce", json!(nonce));
        }
        if let Some(account) = account.filter(|_| !wish.id_claims.is_empty()) {
            for (name, value) in subject::claims(account, grant, &wish.id_claims) {
                if wish.id_claims.contains(&name) {
                    put(&mut claims, &name, value);
                }
            }
        }
        self.signing.sign(client.algorithm, ID_TYP, &claims).await
    }
}

fn put(claims: &mut Value, name: &str, value: Value) {
    if let Some(object) = claims.as_object_mut() {
        object.insert(name.to_owned(), value);
    }
}
