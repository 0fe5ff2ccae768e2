//! genkan, as this site sees it: where its endpoints are, by which keys it signs, and what its tokens say.
//!
//! What it publishes is read anew every five minutes, and at once where a token is signed by a key that is not known yet: keys
//! change. An ID token is believed only as it comes from the token endpoint.

use std::sync::Arc;
use std::time::{Duration, Instant};

use openidconnect::core::{
    CoreAuthDisplay, CoreAuthPrompt, CoreErrorResponseType, CoreGenderClaim, CoreJsonWebKey,
    CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm, CoreRevocableToken,
    CoreRevocationErrorResponse, CoreTokenIntrospectionResponse, CoreTokenType,
};
use openidconnect::{
    AdditionalClaims, Client, ClientId, ClientSecret, EmptyExtraTokenFields, EndSessionUrl,
    EndpointMaybeSet, EndpointNotSet, EndpointSet, IdTokenFields, IssuerUrl,
    ProviderMetadataWithLogout, RedirectUrl, StandardErrorResponse, StandardTokenResponse,
};
use openidconnect::{ClaimsVerificationError, SignatureVerificationError};
use serde::{Deserialize, Serialize};
use tokio::sync::Mutex;

use crate::http::Http;

const READ_ANEW: Duration = Duration::from_secs(300);
/// A flood of tokens by unknown keys asks no more often than this.
const AT_MOST_EVERY: Duration = Duration::from_secs(10);

/// What genkan's tokens say beside the standard's claims.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct More {
    /// The session at genkan, by which the back channel ends ours.
    pub(crate) sid: Option<String>,
    /// Of a logout token alone.
    pub(crate) events: Option<serde_json::Map<String, serde_json::Value>>,
}

impl AdditionalClaims for More {}

pub(crate) type IdToken = openidconnect::IdToken<
    More,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJwsSigningAlgorithm,
>;
pub(crate) type Claims = openidconnect::IdTokenClaims<More, CoreGenderClaim>;
pub(crate) type TokenResponse = StandardTokenResponse<
    IdTokenFields<
        More,
        EmptyExtraTokenFields,
        CoreGenderClaim,
        CoreJweContentEncryptionAlgorithm,
        CoreJwsSigningAlgorithm,
    >,
    CoreTokenType,
>;
pub(crate) type TokenError = StandardErrorResponse<CoreErrorResponseType>;
pub(crate) type OpenId = Client<
    More,
    CoreAuthDisplay,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJsonWebKey,
    CoreAuthPrompt,
    TokenError,
    TokenResponse,
    CoreTokenIntrospectionResponse,
    CoreRevocableToken,
    CoreRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// What genkan has published of itself.
pub(crate) struct Published {
    pub(crate) client: OpenId,
    pub(crate) end_session: Option<EndSessionUrl>,
}

/// Why something of genkan's is not to be had.
#[derive(Debug)]
pub(crate) enum Trouble {
    /// It cannot be reached, or does not answer as it should.
    Away(String),
    /// What came is not believed.
    Unbelieved(String),
    /// The session there is over.
    Over,
}

impl Trouble {
    /// With all that is behind it: the library's own words say little.
    pub(crate) fn away(fault: &dyn std::error::Error) -> Self {
        let behind = std::iter::successors(Some(fault), |fault| fault.source());
        Self::Away(behind.map(ToString::to_string).collect::<Vec<_>>().join(": "))
    }
}

impl std::fmt::Display for Trouble {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Away(why) => write!(f, "genkan does not answer as it should: {why}"),
            Self::Unbelieved(why) => write!(f, "what came is not believed: {why}"),
            Self::Over => write!(f, "the session at genkan is over"),
        }
    }
}

pub(crate) struct Provider {
    pub(crate) http: Http,
    pub(crate) issuer: IssuerUrl,
    /// How long tokens are believed to be good, where that is less than they say.
    pub(crate) ask_every: Option<Duration>,
    id: ClientId,
    secret: ClientSecret,
    back: RedirectUrl,
    /// And when it was asked for.
    published: Mutex<Option<(Instant, Arc<Published>)>>,
}

impl Provider {
    pub(crate) fn new(issuer: &str, id: String, secret: String, back: String) -> Result<Self, String> {
        let issuer = IssuerUrl::new(issuer.trim_end_matches('/').to_owned());
        Ok(Self {
            http: Http::new()?,
            issuer: issuer.map_err(|fault| format!("The issuer is no address: {fault}"))?,
            ask_every: None,
            id: ClientId::new(id),
            secret: ClientSecret::new(secret),
            back: RedirectUrl::new(back)
                .map_err(|fault| format!("The origin is no address: {fault}"))?,
            published: Mutex::default(),
        })
    }

    /// What genkan publishes. While it is away, what it published before goes on.
    pub(crate) async fn published(&self, now: Instant) -> Result<Arc<Published>, Trouble> {
        self.not_older_than(READ_ANEW, now).await
    }

    /// Checks a token by the keys that are known, and by those that are published now if its key is not among them.
    pub(crate) async fn check<T>(
        &self,
        now: Instant,
        check: impl Fn(&OpenId) -> Result<T, ClaimsVerificationError>,
    ) -> Result<T, Trouble> {
        let mut found = check(&self.published(now).await?.client);
        if let Err(ClaimsVerificationError::SignatureVerification(
            SignatureVerificationError::NoMatchingKey,
        )) = &found
        {
            found = check(&self.not_older_than(AT_MOST_EVERY, now).await?.client);
        }
        found.map_err(|fault| Trouble::Unbelieved(fault.to_string()))
    }

    async fn not_older_than(&self, age: Duration, now: Instant) -> Result<Arc<Published>, Trouble> {
        let mut published = self.published.lock().await;
        let known = published.as_ref();
        if let Some((_, known)) = known.filter(|(at, _)| now.saturating_duration_since(*at) < age) {
            return Ok(Arc::clone(known));
        }
        let read = match (self.read().await, known) {
            (Ok(read), _) => Arc::new(read),
            (Err(_), Some((_, known))) => Arc::clone(known),
            (Err(trouble), None) => return Err(trouble),
        };
        // Also where it could not be read: nobody waits for a house that is away more often than need be.
        *published = Some((now, Arc::clone(&read)));
        Ok(read)
    }

    async fn read(&self) -> Result<Published, Trouble> {
        // The library refuses an answer that names another issuer.
        let metadata = ProviderMetadataWithLogout::discover_async(self.issuer.clone(), &self.http);
        let metadata = metadata.await.map_err(|fault| Trouble::away(&fault))?;
        let end_session = metadata.additional_metadata().end_session_endpoint.clone();
        let client =
            OpenId::from_provider_metadata(metadata, self.id.clone(), Some(self.secret.clone()))
                .set_redirect_uri(self.back.clone());
        Ok(Published { client, end_session })
    }

    pub(crate) fn id(&self) -> &ClientId {
        &self.id
    }
}
