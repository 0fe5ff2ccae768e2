//! What providers report of their own accord: Google's Cross-Account Protection (RISC) and Apple's notifications.
//!
//! Anybody can post to where these arrive, so they are believed by their signature alone: by the keys of the
//! configured issuer, for one of our clients, not older than a week (security.md C12, RFC 8417). That the same one
//! comes twice is ordinary; its number is given out for that.
//!
//! What must never happen here: an event about another issuer's subject, an ID token taken for an event.

use serde::Deserialize;
use serde_json::{Map, Value};

use super::Provider;
use super::claims::{SKEW_S, audiences, check_issuer, is_plain, is_true_or_text, seconds, subject};
use super::discovery::Metadata;
use super::keys::{self, KeySet, Use};
use super::options::{EventKeys, Preset, ProviderOptions};
use super::outbound::Outbound;
use super::problems::{EventProblem, Part, TokenProblem, UpstreamFault};

/// How old an event may be, in seconds.
const OLDEST_S: i64 = 7 * 24 * 3_600;
const MOST_BODY_BYTES: usize = 64 * 1024;
const MOST_ID_CHARS: usize = 255;

/// One thing that a provider reports. No `Debug`: an address may be in it.
pub struct ProviderEvent {
    /// The issuer that the subject's identity is kept under.
    pub issuer: String,
    /// The event's own number: the same one may come again.
    pub jti: String,
    /// Whom it is about; a test, and a token named by itself, are about nobody known here.
    pub subject: Option<String>,
    /// What happened.
    pub kind: EventKind,
    /// For `EmailEnabled` and `EmailDisabled`: the address, unparsed.
    pub address: Option<String>,
    /// Whether that is an address of Apple's that forwards.
    pub private_relay: bool,
    /// When the token was made, in milliseconds since 1970.
    pub issued_at_ms: i64,
}

/// What happened at the provider, from the least to the gravest.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum EventKind {
    /// Something that is not known here.
    Other,
    /// A test of the way here, with the text that was asked for.
    Verification(Option<String>),
    /// Mail to the address is forwarded again.
    EmailEnabled,
    /// Mail to the address is not forwarded any more.
    EmailDisabled,
    /// The account is open again.
    AccountEnabled,
    /// A token was ended.
    TokenRevoked,
    /// All tokens were ended.
    TokensRevoked,
    /// All sign-ins were ended.
    SessionsRevoked,
    /// The person must change how they sign in there.
    CredentialChangeRequired,
    /// The account is closed for now.
    AccountDisabled(DisabledWhy),
    /// The person took back the consent to sign in here.
    ConsentRevoked,
    /// The account is to be gone for good.
    AccountDeleted,
    /// The account is gone for good.
    AccountPurged,
}

/// Why an account was closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DisabledWhy {
    /// Nothing is said.
    Unsaid,
    /// One of many made by a machine.
    BulkAccount,
    /// Somebody else had it.
    Hijacking,
}

#[derive(Deserialize)]
struct EventClaims {
    iss: Option<Value>,
    aud: Option<Value>,
    iat: Option<Value>,
    exp: Option<Value>,
    jti: Option<Value>,
    sub_id: Option<Value>,
    events: Option<Value>,
}

/// What an `events` claim comes to.
struct Told {
    kind: EventKind,
    subject: Option<String>,
    address: Option<String>,
    private_relay: bool,
}

impl Provider {
    /// Reads what was posted: a security event token, or Apple's `{"payload": "<token>"}`.
    ///
    /// # Errors
    /// When it is not believed, or cannot be checked now.
    pub async fn event(&self, body: &str) -> Result<ProviderEvent, EventProblem> {
        if body.len() > MOST_BODY_BYTES {
            return Err(TokenProblem::Malformed.into());
        }
        let token = match self.options.preset {
            Preset::Apple => payload(body)?,
            Preset::Google | Preset::Other => body.trim_ascii().to_owned(),
        };
        let claims: EventClaims = self.opened(&token, Use::Event).await?;
        let issued_at_s = self.check_event(&claims)?;
        let jti = match &claims.jti {
            Some(Value::String(id))
                if (1..=MOST_ID_CHARS).contains(&id.chars().count())
                    && !id.chars().any(char::is_control) =>
            {
                id.clone()
            }
            _ => return Err(TokenProblem::NoEvent.into()),
        };
        let told = match (self.options.preset, &claims.events) {
            (Preset::Apple, Some(Value::String(text))) => {
                apple(&serde_json::from_str(text).map_err(|_| TokenProblem::NoEvent)?)?
            }
            (Preset::Apple, Some(Value::Object(event))) => apple(event)?,
            (Preset::Google | Preset::Other, Some(Value::Object(events))) => {
                risc(events, claims.sub_id.as_ref(), &self.subject_issuers())?
            }
            _ => return Err(TokenProblem::NoEvent.into()),
        };
        Ok(ProviderEvent {
            issuer: self.options.issuer.clone(),
            jti,
            subject: told.subject,
            kind: told.kind,
            address: told.address,
            private_relay: told.private_relay,
            issued_at_ms: issued_at_s.saturating_mul(1_000),
        })
    }

    fn check_event(&self, claims: &EventClaims) -> Result<i64, TokenProblem> {
        let source = self.options.event_source();
        let mut issuers = vec![source.issuer.as_str()];
        if self.options.preset == Preset::Google {
            issuers.push(source.issuer.trim_end_matches('/'));
        }
        check_issuer(claims.iss.as_ref(), &issuers)?;
        let audiences = audiences(claims.aud.as_ref()).ok_or(TokenProblem::Audience)?;
        let ours = |id: &&str| {
            *id == self.options.client_id || self.options.native_client_ids.iter().any(|own| own == id)
        };
        if !audiences.iter().any(ours) {
            return Err(TokenProblem::Audience);
        }
        let now = self.now_ms().div_euclid(1_000);
        let made = seconds(claims.iat.as_ref()).ok_or(TokenProblem::IssuedAt)?;
        if made > now.saturating_add(SKEW_S) || made < now.saturating_sub(OLDEST_S) {
            return Err(TokenProblem::IssuedAt);
        }
        // RFC 8417 §2.2: an event token has no end, as it tells of the past; one that has is held to it.
        match &claims.exp {
            None => Ok(made),
            some if seconds(some.as_ref()).is_some_and(|end| end.saturating_add(SKEW_S) > now) => {
                Ok(made)
            }
            _ => Err(TokenProblem::Expired),
        }
    }

    /// The issuers that an event's subject may be of: all of them are this provider.
    fn subject_issuers(&self) -> Vec<String> {
        let plain = self.options.issuer_spellings().into_iter().map(str::to_owned);
        let mut issuers: Vec<String> = plain.collect();
        if self.options.preset == Preset::Google {
            issuers.push(format!("{}/", self.options.issuer));
        }
        issuers
    }
}

/// The keys that events are signed with.
pub(super) async fn fetch_keys(
    outbound: &Outbound,
    options: &ProviderOptions,
    metadata: &Metadata,
) -> Result<KeySet, UpstreamFault> {
    #[derive(Deserialize)]
    struct Configuration {
        issuer: String,
        jwks_uri: String,
    }
    let source = options.event_source();
    let url = match &source.keys {
        EventKeys::OfProvider => metadata.jwks.clone(),
        EventKeys::Jwks(text) => outbound.address(Part::EventKeys, text)?,
        EventKeys::Configuration(text) => {
            let part = Part::EventConfiguration;
            let body = outbound.get(part, &outbound.address(part, text)?).await?;
            let read: Configuration =
                serde_json::from_slice(&body).map_err(|_| UpstreamFault::NotJson(part))?;
            if read.issuer.trim_end_matches('/') != source.issuer.trim_end_matches('/') {
                return Err(UpstreamFault::Issuer(part));
            }
            outbound.address(Part::EventKeys, &read.jwks_uri)?
        }
    };
    keys::fetch(outbound, Part::EventKeys, &url).await
}

fn payload(body: &str) -> Result<String, TokenProblem> {
    #[derive(Deserialize)]
    struct Post {
        payload: String,
    }
    serde_json::from_str::<Post>(body).map(|post| post.payload).map_err(|_| TokenProblem::Malformed)
}

fn apple(event: &Map<String, Value>) -> Result<Told, TokenProblem> {
    let kind = match event.get("type").and_then(Value::as_str) {
        Some("email-enabled") => EventKind::EmailEnabled,
        Some("email-disabled") => EventKind::EmailDisabled,
        Some("consent-revoked") => EventKind::ConsentRevoked,
        Some("account-delete" | "account-deleted") => EventKind::AccountDeleted,
        Some(_) => EventKind::Other,
        None => return Err(TokenProblem::NoEvent),
    };
    let mailed = matches!(kind, EventKind::EmailEnabled | EventKind::EmailDisabled);
    let address = event.get("email").and_then(Value::as_str).filter(|text| mailed && is_plain(text));
    Ok(Told {
        subject: Some(subject(event.get("sub"))?),
        address: address.map(str::to_owned),
        private_relay: mailed && is_true_or_text(event.get("is_private_email")),
        kind,
    })
}

/// RFC 8417 §2.2: the events of one token tell of one thing, so the gravest known one stands for all.
fn risc(
    events: &Map<String, Value>,
    sub_id: Option<&Value>,
    issuers: &[String],
) -> Result<Told, TokenProblem> {
    let known = events.iter().map(|(name, event)| (risc_kind(name, event), event));
    let (kind, event) = known.max_by(|(a, _), (b, _)| a.cmp(b)).ok_or(TokenProblem::NoEvent)?;
    // Within the event, as Google writes it, or beside it, as RFC 9493 §4.1 does.
    let subject = match event.get("subject").or(sub_id) {
        None => None,
        Some(of) => risc_subject(of, issuers)?,
    };
    Ok(Told { kind, subject, address: None, private_relay: false })
}

fn risc_kind(name: &str, event: &Value) -> EventKind {
    const RISC: &str = "https://schemas.openid.net/secevent/risc/event-type/";
    const OAUTH: &str = "https://schemas.openid.net/secevent/oauth/event-type/";
    let Some(kind) = name.strip_prefix(RISC).or_else(|| name.strip_prefix(OAUTH)) else {
        return EventKind::Other;
    };
    let text = |field: &str| event.get(field).and_then(Value::as_str);
    match kind {
        "sessions-revoked" => EventKind::SessionsRevoked,
        "tokens-revoked" => EventKind::TokensRevoked,
        "token-revoked" => EventKind::TokenRevoked,
        "account-disabled" => EventKind::AccountDisabled(match text("reason") {
            Some("hijacking") => DisabledWhy::Hijacking,
            Some("bulk-account") => DisabledWhy::BulkAccount,
            _ => DisabledWhy::Unsaid,
        }),
        "account-enabled" => EventKind::AccountEnabled,
        "account-credential-change-required" => EventKind::CredentialChangeRequired,
        "account-purged" => EventKind::AccountPurged,
        "verification" => EventKind::Verification(text("state").map(str::to_owned)),
        _ => EventKind::Other,
    }
}

/// A subject that is named by issuer and subject; one that is named otherwise (by a token, by an address) is not
/// looked for.
fn risc_subject(of: &Value, issuers: &[String]) -> Result<Option<String>, TokenProblem> {
    let Some(named) = of.get("sub") else {
        return Ok(None);
    };
    let issuer = of.get("iss").and_then(Value::as_str).ok_or(TokenProblem::Subject)?;
    if !issuers.iter().any(|own| own == issuer) {
        return Err(TokenProblem::Subject);
    }
    subject(Some(named)).map(Some)
}
