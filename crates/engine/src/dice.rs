//! The only dice: fresh ids and secrets for one decision, drawn before it is made.
//!
//! Ids are UUIDv7 (RFC 9562 section 5.7), so that rows made together lie together. Secrets are 256 random
//! bits; the decision sees their digests only.

use accounts::{
    AccountId, ChallengeId, ChangeId, DecisionId, DeviceId, Digest, Draws, Instant, NUMBERS_DRAWN,
    NumberId, PasskeyId, SessionId, TicketId,
};
use uuid::{Builder, Uuid};
use verifiers::{Token, TokenKind};

use crate::fault::Fault;
use crate::secret::Secret;

/// Draws for a decision, and the secrets whose digests are among them.
pub(crate) struct Fresh {
    pub(crate) draws: Draws,
    pub(crate) session: Secret,
    pub(crate) device: Secret,
    pub(crate) flow: Secret,
    pub(crate) form: Secret,
    pub(crate) state: Secret,
    pub(crate) browser: Secret,
}

/// Draws everything a decision could need. A device or browser that presented its secret keeps it.
pub(crate) fn fresh(now: Instant, code_key: u32, kept: Kept) -> Result<Fresh, Fault> {
    let Kept { device, browser } = kept;
    let session = Token::fresh().map_err(|_| Fault::NoRandomness)?;
    let flow = Token::fresh().map_err(|_| Fault::NoRandomness)?;
    let form = Token::fresh().map_err(|_| Fault::NoRandomness)?;
    let state = Token::fresh().map_err(|_| Fault::NoRandomness)?;
    let device = match device {
        Some(token) => token,
        None => Token::fresh().map_err(|_| Fault::NoRandomness)?,
    };
    let browser = match browser {
        Browser::Kept(token) => token,
        Browser::New => Token::fresh().map_err(|_| Fault::NoRandomness)?,
        Browser::App => Token::parse(state.as_text().as_str()).ok_or(Fault::NoRandomness)?,
    };
    let draws = Draws {
        decision: DecisionId(id(now)),
        account: AccountId(id(now)),
        session: SessionId(id(now)),
        session_digest: Digest(session.digest_for(TokenKind::Session)),
        device: DeviceId(id(now)),
        device_digest: Digest(device.digest_for(TokenKind::Device)),
        flow_digest: Digest(flow.digest_for(TokenKind::Flow)),
        form_digest: Digest(form.digest_for(TokenKind::Form)),
        challenge: ChallengeId(id(now)),
        numbers: [(); NUMBERS_DRAWN].map(|()| NumberId(id(now))),
        trip_state: Digest(state.digest_for(TokenKind::State)),
        trip_browser: Digest(browser.digest_for(TokenKind::Trip)),
        change: ChangeId(id(now)),
        passkey: PasskeyId(id(now)),
        code_key,
        ticket: TicketId(id(now)),
    };
    Ok(Fresh {
        draws,
        session: text(&session),
        device: text(&device),
        flow: text(&flow),
        form: text(&form),
        state: text(&state),
        browser: text(&browser),
    })
}

/// Secrets that the visitor presented and keeps.
#[derive(Default)]
pub(crate) struct Kept {
    /// The device's.
    pub(crate) device: Option<Token>,
    /// The one of its trips to providers.
    pub(crate) browser: Browser,
}

/// The secret that keeps trips to providers to whoever began them.
#[derive(Default)]
pub(crate) enum Browser {
    /// A browser's that has none yet.
    #[default]
    New,
    /// A browser's that has begun trips before.
    Kept(Token),
    /// An app holds one secret for a trip: its state.
    App,
}

/// A name for a token that is signed, like no other.
pub(crate) fn token_name(now: Instant) -> [u8; 16] {
    id(now)
}

/// A name for a code and what it becomes.
pub(crate) fn grant_name(now: Instant) -> [u8; 16] {
    id(now)
}

/// A name for this process among the nodes that share the outbox.
pub(crate) fn worker_name(now: Instant) -> [u8; 16] {
    id(now)
}

fn text(token: &Token) -> Secret {
    Secret::new(token.as_text().as_str())
}

fn id(now: Instant) -> [u8; 16] {
    #[expect(clippy::disallowed_methods, reason = "these are the one dice of the house")]
    let random = Uuid::new_v4().into_bytes();
    let mut tail = [0; 10];
    // Bytes 6 and 8 of a version 4 UUID carry its version and variant; the other fourteen are random.
    let free = random.iter().enumerate().filter(|(place, _)| *place != 6 && *place != 8);
    for (slot, (_, byte)) in tail.iter_mut().zip(free) {
        *slot = *byte;
    }
    let millis = u64::try_from(now.0).unwrap_or_default();
    *Builder::from_unix_timestamp_millis(millis, &tail).into_uuid().as_bytes()
}
