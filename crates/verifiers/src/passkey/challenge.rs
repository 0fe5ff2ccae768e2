//! Challenges that nobody has to store: made of a nonce and a time, and vouched for by a key.
//!
//! Issuing one costs no row, so a visit that comes to nothing leaves nothing. A challenge is good for one kind of
//! ceremony, in one browser, for five minutes; that it is used once is kept by whoever uses it, by its digest.
//! The key is derived from the code keys, so an operator has no further secret to keep and every node has it.
//!
//! What must never happen here: a challenge of one kind or browser opened for another, a clock, a comparison that
//! stops at the first wrong byte.

use std::fmt;

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use subtle::ConstantTimeEq;

use crate::code::CodeKeys;
use crate::random::fill_random;
use crate::token::sha256;

const KEY_LABEL: &[u8] = b"genkan passkey challenge v1\0";
const DIGEST_LABEL: &[u8] = b"genkan spent challenge v1\0";
const NONCE_BYTES: usize = 16;
const MAC_BYTES: usize = 16;
const BYTES: usize = NONCE_BYTES + 4 + 8 + MAC_BYTES;

/// What a challenge is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Ceremony {
    /// Signing in; bound to the browser.
    SignIn,
    /// Showing oneself anew; bound to the browser and the session.
    Proof,
    /// Adding a passkey; bound to the browser and the session.
    Add,
    /// Letting the browser add one by itself; bound to the browser and the session.
    Upgrade,
}

impl Ceremony {
    const ALL: [Ceremony; 4] = [Ceremony::SignIn, Ceremony::Proof, Ceremony::Add, Ceremony::Upgrade];

    fn label(self) -> &'static [u8] {
        match self {
            Ceremony::SignIn => b"signin",
            Ceremony::Proof => b"proof",
            Ceremony::Add => b"add",
            Ceremony::Upgrade => b"upgrade",
        }
    }
}

/// A challenge as it goes out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Challenge {
    bytes: [u8; BYTES],
}

impl Challenge {
    /// How long one is good for, in milliseconds.
    pub const LIFETIME_MS: i64 = 5 * 60 * 1_000;

    /// Its bytes, as the client will give them back.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Its text in the options: base64url without padding.
    #[must_use]
    pub fn as_text(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.bytes)
    }
}

/// A challenge that is ours and for this ceremony in this browser. Whether its time is over and whether it was used
/// is not looked at yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenedChallenge {
    bytes: Vec<u8>,
    expires_ms: i64,
}

impl OpenedChallenge {
    /// A challenge that the caller kept somewhere itself, and knows to be the one that was issued.
    #[must_use]
    pub fn kept(bytes: Vec<u8>, expires_ms: i64) -> OpenedChallenge {
        OpenedChallenge { bytes, expires_ms }
    }

    /// When it runs out, in milliseconds since 1970 by the clock that it was issued by.
    #[must_use]
    pub fn expires_ms(&self) -> i64 {
        self.expires_ms
    }

    /// Whether it has not run out.
    #[must_use]
    pub fn is_good_at(&self, now_ms: i64) -> bool {
        now_ms < self.expires_ms
    }

    /// What is recorded when it is used, so that it is used once.
    #[must_use]
    pub fn digest(&self) -> [u8; 32] {
        sha256(&[DIGEST_LABEL, &self.bytes])
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

/// A new challenge, good until five minutes after `now_ms`.
///
/// # Errors
/// When there is no key or no random nonce.
pub fn issue(
    keys: &CodeKeys,
    ceremony: Ceremony,
    binding: &[u8],
    now_ms: i64,
) -> Result<Challenge, ChallengeFault> {
    let mut nonce = [0u8; NONCE_BYTES];
    fill_random(&mut nonce).map_err(|_| ChallengeFault::NoRandomness)?;
    let key_id = keys.current_id();
    let head = Head { nonce, expires_ms: now_ms.saturating_add(Challenge::LIFETIME_MS) };
    let mac = head.mac(keys, key_id, ceremony, binding).ok_or(ChallengeFault::NoKey)?;
    let parts: [&[u8]; 4] = [&nonce, &key_id.to_be_bytes(), &head.expires_ms.to_be_bytes(), &mac];
    let mut bytes = [0u8; BYTES];
    for (to, from) in bytes.iter_mut().zip(parts.concat()) {
        *to = from;
    }
    Ok(Challenge { bytes })
}

/// Opens a challenge that came back.
///
/// # Errors
/// When it was not issued for this ceremony and this binding by one of the keys.
pub fn open(
    keys: &CodeKeys,
    ceremony: Ceremony,
    binding: &[u8],
    given: &[u8],
) -> Result<OpenedChallenge, ChallengeRefusal> {
    let whole: &[u8; BYTES] = given.try_into().map_err(|_| ChallengeRefusal::Malformed)?;
    let parts = || {
        let (nonce, rest) = whole.split_first_chunk::<NONCE_BYTES>()?;
        let (key_id, rest) = rest.split_first_chunk::<4>()?;
        let (expires_ms, mac) = rest.split_first_chunk::<8>()?;
        let head = Head { nonce: *nonce, expires_ms: i64::from_be_bytes(*expires_ms) };
        Some((head, u32::from_be_bytes(*key_id), mac))
    };
    let (head, key_id, mac) = parts().ok_or(ChallengeRefusal::Malformed)?;
    let fits = |ceremony| {
        let ours = head.mac(keys, key_id, ceremony, binding)?;
        Some(bool::from(ours.as_slice().ct_eq(mac)))
    };
    if fits(ceremony).ok_or(ChallengeRefusal::OtherKey)? {
        return Ok(OpenedChallenge { bytes: given.to_vec(), expires_ms: head.expires_ms });
    }
    // For the log alone: the way a ceremony was mixed up is worth knowing.
    match Ceremony::ALL.into_iter().any(|other| fits(other) == Some(true)) {
        true => Err(ChallengeRefusal::OtherCeremony),
        false => Err(ChallengeRefusal::OtherBinding),
    }
}

struct Head {
    nonce: [u8; NONCE_BYTES],
    expires_ms: i64,
}

impl Head {
    fn mac(
        &self,
        keys: &CodeKeys,
        key_id: u32,
        ceremony: Ceremony,
        binding: &[u8],
    ) -> Option<[u8; MAC_BYTES]> {
        let secret = keys.derive_key(key_id, KEY_LABEL)?;
        let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_slice());
        let mut mac = hmac::Context::with_key(&key);
        // Each part has a fixed length or is led by its length, so no two questions are the same bytes.
        mac.update(KEY_LABEL);
        for part in [ceremony.label(), binding] {
            mac.update(&u64::try_from(part.len()).ok()?.to_be_bytes());
            mac.update(part);
        }
        mac.update(&self.nonce);
        mac.update(&self.expires_ms.to_be_bytes());
        mac.sign().as_ref().first_chunk::<MAC_BYTES>().copied()
    }
}

/// Why a challenge that came back is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ChallengeRefusal {
    /// It has not the length of one.
    Malformed,
    /// It names a key that is not, or no longer, among the keys.
    OtherKey,
    /// It was issued for another kind of ceremony.
    OtherCeremony,
    /// It was issued to another browser or session, by a key that only has the same number, or never.
    OtherBinding,
}

impl fmt::Display for ChallengeRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            ChallengeRefusal::Malformed => "the challenge is none of ours",
            ChallengeRefusal::OtherKey => "the challenge's key is not among the code keys",
            ChallengeRefusal::OtherCeremony => "the challenge was issued for another ceremony",
            ChallengeRefusal::OtherBinding => "the challenge was issued to another browser, or never",
        })
    }
}

impl std::error::Error for ChallengeRefusal {}

/// Why no challenge can be issued.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ChallengeFault {
    /// The current code key is not among the code keys.
    NoKey,
    /// The system's random source gave nothing.
    NoRandomness,
}

impl fmt::Display for ChallengeFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            ChallengeFault::NoKey => "the current code key is not among the code keys",
            ChallengeFault::NoRandomness => "the system's random source gave nothing",
        })
    }
}

impl std::error::Error for ChallengeFault {}
