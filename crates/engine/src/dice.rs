//! The only dice: fresh ids and secrets for one decision, drawn before it is made.
//!
//! Ids are UUIDv7 (RFC 9562 section 5.7), so that rows made together lie together. Secrets are 256 random
//! bits; the decision sees their digests only.

use accounts::{
    AccountId, ChallengeId, ChangeId, DecisionId, DeviceId, Digest, Draws, Instant, NUMBERS_DRAWN,
    NumberId, PasskeyId, SessionId, TicketId,
};
use uuid::Builder;
use verifiers::{Token, TokenKind, fill_random};

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
    let [decision, account, new_session, new_device, challenge, change, passkey, ticket, numbers @ ..] =
        ids::<{ 8 + NUMBERS_DRAWN }>(now)?;
    let draws = Draws {
        decision: DecisionId(decision),
        account: AccountId(account),
        session: SessionId(new_session),
        session_digest: Digest(session.digest_for(TokenKind::Session)),
        device: DeviceId(new_device),
        device_digest: Digest(device.digest_for(TokenKind::Device)),
        flow_digest: Digest(flow.digest_for(TokenKind::Flow)),
        form_digest: Digest(form.digest_for(TokenKind::Form)),
        challenge: ChallengeId(challenge),
        numbers: numbers.map(NumberId),
        trip_state: Digest(state.digest_for(TokenKind::State)),
        trip_browser: Digest(browser.digest_for(TokenKind::Trip)),
        change: ChangeId(change),
        passkey: PasskeyId(passkey),
        code_key,
        ticket: TicketId(ticket),
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
pub(crate) fn token_name(now: Instant) -> Result<[u8; 16], Fault> {
    id(now)
}

/// A name for a code and what it becomes.
pub(crate) fn grant_name(now: Instant) -> Result<[u8; 16], Fault> {
    id(now)
}

/// A name for this process among the nodes that share the outbox.
pub(crate) fn worker_name(now: Instant) -> Result<[u8; 16], Fault> {
    id(now)
}

fn text(token: &Token) -> Secret {
    Secret::new(token.as_text().as_str())
}

fn id(now: Instant) -> Result<[u8; 16], Fault> {
    ids(now).map(|[id]| id)
}

/// Their random octets are asked for together: each question to the system costs more than its answer.
fn ids<const N: usize>(now: Instant) -> Result<[[u8; 16]; N], Fault> {
    let mut tails = [[0; 10]; N];
    fill_random(tails.as_flattened_mut()).map_err(|_| Fault::NoRandomness)?;
    let millis = u64::try_from(now.0).unwrap_or_default();
    Ok(tails.map(|tail| *Builder::from_unix_timestamp_millis(millis, &tail).into_uuid().as_bytes()))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn ids_that_are_drawn_together_are_of_one_instant_and_differ() {
        let now = Instant(1_790_000_000_123);
        let drawn = ids::<16>(now).expect("the system has random numbers").map(uuid::Uuid::from_bytes);
        for id in drawn {
            assert_eq!(id.get_version_num(), 7);
            assert_eq!(id.get_variant(), uuid::Variant::RFC4122);
            let (seconds, nanos) = id.get_timestamp().expect("version 7 has one").to_unix();
            assert_eq!((seconds, nanos), (1_790_000_000, 123_000_000));
        }
        assert_eq!(drawn.into_iter().collect::<BTreeSet<_>>().len(), 16);
    }
}
