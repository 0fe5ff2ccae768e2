//! The signing keys of one reading: which signs, which are believed, what is due.
//!
//! Nothing here reads a clock or a row: both are given. A key that cannot be opened, or is not what its row says, is as
//! none; it is only never given a number again.

use std::sync::Arc;

use accounts::Instant;
use store::KeptSigningKey;
use verifiers::CodeKeys;
use verifiers::signing::{Algorithm, JwkSet, PublicKey, SealFault, SigningFault, SigningKey};

use super::{KeyState, SigningOptions};

/// A key that can be used.
#[derive(Clone)]
pub(super) struct Held {
    pub(super) key: Arc<SigningKey>,
    /// Whether the row itself was opened, and not known from before.
    pub(super) opened: bool,
    sealed: Vec<u8>,
    number: i64,
    signs_from: Instant,
    retired_at: Option<Instant>,
    gone_at: Option<Instant>,
}

/// A key that is to be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Next {
    pub(super) algorithm: Algorithm,
    pub(super) number: i64,
    pub(super) signs_from: Instant,
}

/// The keys of one reading.
pub(super) struct Ring {
    held: Vec<Held>,
    published: Arc<JwkSet>,
    /// The database's time of the reading.
    read_at: Instant,
}

impl Default for Ring {
    fn default() -> Self {
        Self { held: Vec::new(), published: Arc::new(JwkSet::of([])), read_at: Instant(i64::MIN) }
    }
}

impl Ring {
    /// The rows of a reading; what the last one opened is not opened again.
    pub(super) fn of(rows: &[KeptSigningKey], now: Instant, last: &Ring, codes: &CodeKeys) -> Self {
        let held = rows.iter().filter_map(|row| open(row, last, codes)).collect::<Vec<_>>();
        let believed = held.iter().filter(|held| held.is_believed(now));
        let published = Arc::new(JwkSet::of(believed.map(|held| held.key.public())));
        Self { held, published, read_at: now }
    }

    /// Whether no key is known, as when the first are being made.
    pub(super) fn is_empty(&self) -> bool {
        self.held.is_empty()
    }

    pub(super) fn published(&self) -> Arc<JwkSet> {
        Arc::clone(&self.published)
    }

    pub(super) fn held(&self, id: &str) -> Option<&Held> {
        self.held.iter().find(|held| held.key.public().id() == id)
    }

    /// The keys by which a token may be signed.
    pub(super) fn believed(&self, now: Instant) -> Vec<&PublicKey> {
        self.held.iter().filter(|held| held.is_believed(now)).map(|held| held.key.public()).collect()
    }

    /// The key that signs: the newest whose time has come.
    pub(super) fn signer(&self, algorithm: Algorithm, now: Instant) -> Option<Arc<SigningKey>> {
        // A clock that is behind the database's must not find a key that was made this instant to come.
        let now = now.max(self.read_at);
        let signing = self.of_method(algorithm).filter(|held| held.is_signing(now));
        signing.max_by_key(|held| held.number).map(|held| Arc::clone(&held.key))
    }

    /// The key of this method that is due to be made.
    pub(super) fn next(
        &self,
        algorithm: Algorithm,
        rows: &[KeptSigningKey],
        now: Instant,
        options: &SigningOptions,
    ) -> Option<Next> {
        let last = last_number(rows, algorithm);
        let next = |signs_from| Some(Next { algorithm, number: last + 1, signs_from });
        if self.signer(algorithm, now).is_none() {
            return next(now);
        }
        let newest = self.of_method(algorithm).max_by_key(|held| held.number)?;
        // One that this process cannot open comes after it: whoever made that sees to it.
        let is_last = newest.number == last;
        let is_due = is_last && newest.successor_due(options) <= now;
        if is_due { next(now.plus(options.publish_ahead)) } else { None }
    }

    /// When something of this changes by itself.
    pub(super) fn next_change(&self, now: Instant, options: &SigningOptions) -> Instant {
        let times = self.held.iter().flat_map(|held| {
            let made = held.retired_at.is_none().then(|| held.successor_due(options));
            [Some(held.signs_from), held.retired_at, held.gone_at, made]
        });
        times.flatten().filter(|time| *time > now).min().unwrap_or(Instant(i64::MAX))
    }

    pub(super) fn state(&self, row: &KeptSigningKey, now: Instant) -> KeyState {
        let over = |end: Option<Instant>| end.is_some_and(|end| end <= now);
        if over(row.gone_at) {
            KeyState::Gone
        } else if self.held(&row.id).is_none_or(|held| !held.opened) {
            KeyState::Unusable
        } else if over(row.retired_at) {
            KeyState::Retired
        } else if row.signs_from > now {
            KeyState::Coming
        } else {
            KeyState::Signing
        }
    }

    fn of_method(&self, algorithm: Algorithm) -> impl Iterator<Item = &Held> {
        self.held.iter().filter(move |held| held.key.public().algorithm() == algorithm)
    }
}

impl Held {
    fn is_signing(&self, now: Instant) -> bool {
        self.signs_from <= now && self.retired_at.is_none_or(|retired| now < retired)
    }

    fn is_believed(&self, now: Instant) -> bool {
        self.gone_at.is_none_or(|gone| now < gone)
    }

    /// When the key after this one is to be made.
    fn successor_due(&self, options: &SigningOptions) -> Instant {
        self.signs_from.plus(options.rotate_every).minus(options.publish_ahead)
    }
}

/// The number of the last key of a method, whether it can be used or not.
pub(super) fn last_number(rows: &[KeptSigningKey], algorithm: Algorithm) -> i64 {
    let of_method = rows.iter().filter(|row| row.algorithm == algorithm.name());
    of_method.map(|row| row.number).max().unwrap_or(0)
}

fn open(row: &KeptSigningKey, last: &Ring, codes: &CodeKeys) -> Option<Held> {
    let algorithm = Algorithm::parse(&row.algorithm)?;
    let known = last.held(&row.id).filter(|held| held.key.public().algorithm() == algorithm);
    let held = |key, opened| Held {
        key,
        opened,
        sealed: row.sealed.clone(),
        number: row.number,
        signs_from: row.signs_from,
        retired_at: row.retired_at,
        gone_at: row.gone_at,
    };
    if let Some(known) = known.filter(|known| known.sealed == row.sealed) {
        return Some(held(Arc::clone(&known.key), known.opened));
    }
    match SigningKey::open(codes, algorithm, &row.id, &row.sealed) {
        Ok(key) => Some(held(Arc::new(key), true)),
        Err(fault) => {
            tracing::error!(%fault, id = row.id, "a signing key of the database cannot be used");
            // Sealed anew by a process whose key file has a newer key: it is the same key, for its id is its thumbprint.
            let sealed_elsewhere = fault == SigningFault::Sealed(SealFault::NoKey);
            known.filter(|_| sealed_elsewhere).map(|known| held(Arc::clone(&known.key), false))
        }
    }
}
