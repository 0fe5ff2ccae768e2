//! The house's signing keys, which change by themselves.
//!
//! Of each method one key signs. Its successor is made and published a while before it takes over, and what it signed is
//! believed until all of that has lapsed. The keys are rows, so all nodes have the same; they are read again every
//! minute, when one of their times has come, and when a token names a key that is not known. EdDSA and ES256 are always
//! there; RS256 is made when something has to be signed with it, beside the runtime's threads, since it takes a while.
//!
//! ```text
//! made, published ── signs_from ──> signing ── retired_at ──> published ── gone_at ──> nothing of it is believed
//! ```
//!
//! What must never happen here: a token that outlives its key, a key that signs before it was published for as long as
//! the settings say (but for the first, and where somebody rotates by hand), a start that fails for a row's sake.

mod ring;

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use accounts::{Instant, Millis};
use serde_json::Value;
use store::{Added, Before, KeptSigningKey, NewSigningKey, Store};
use verifiers::CodeKeys;
use verifiers::signing::{
    Algorithm, Audience, Expected, JwkSet, SigningFault, SigningKey, TokenRefusal, read,
};

use crate::clock::Clock;
use crate::desk::Desk;
use crate::fault::Fault;
use ring::{Next, Ring};

/// The longest that anything signed may live: so long, and an hour, its key is believed after it has retired.
pub const LONGEST_TOKEN: Millis = Millis::days(1);
/// For nodes that have not read of a rotation yet, and clocks that differ.
const MARGIN: Millis = Millis::hours(1);
/// How long a key that is gone stays among the rows, for an operator to see.
const GONE_KEPT: Millis = Millis::days(1);
/// Not more often than this do reads follow one another, whatever asks for them.
const BETWEEN_LOOKS: Millis = Millis::seconds(1);
/// How often tokens of unknown keys may have the rows read.
const BETWEEN_UNKNOWN: Millis = Millis::seconds(5);
/// How often a key whose number was taken is tried again.
const TRIES: usize = 4;

/// What the signing keys go by.
#[derive(Clone, Debug)]
pub struct SigningOptions {
    /// `iss` of all that is signed: the service's address.
    pub issuer: String,
    /// How long a key signs.
    pub rotate_every: Millis,
    /// How long a key is published before it signs.
    pub publish_ahead: Millis,
}

impl SigningOptions {
    /// The defaults, for an issuer.
    #[must_use]
    pub fn of(issuer: &str) -> Self {
        Self {
            issuer: issuer.to_owned(),
            rotate_every: Millis::days(90),
            publish_ahead: Millis::days(1),
        }
    }
}

/// What becomes of the keys before one that is made by hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OldKeys {
    /// They sign no more; what they signed is good.
    Retire,
    /// They leaked: nothing that they signed is believed.
    Revoke,
}

/// A key as an operator sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyFace {
    /// Its id.
    pub id: String,
    /// How it signs.
    pub algorithm: String,
    /// What it does now.
    pub state: KeyState,
    /// When it was made.
    pub made_at: Instant,
    /// From when on it signs.
    pub signs_from: Instant,
    /// From when on it signs no more.
    pub retired_at: Option<Instant>,
    /// From when on nothing that it signed is believed.
    pub gone_at: Option<Instant>,
}

/// What a key does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyState {
    /// Published, and to sign later.
    Coming,
    /// Signing.
    Signing,
    /// Published, for what it has signed.
    Retired,
    /// Nothing of it is believed.
    Gone,
    /// It cannot be opened with the code keys of this process, or is not what its row says.
    Unusable,
}

impl KeyState {
    /// Its word for operators.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Coming => "coming",
            Self::Signing => "signing",
            Self::Retired => "retired",
            Self::Gone => "gone",
            Self::Unusable => "unusable",
        }
    }
}

/// The house's signing keys. Clones share them.
#[derive(Clone)]
pub struct Keyring {
    inner: Arc<Inner>,
}

struct Inner {
    store: Store,
    clock: Clock,
    codes: Arc<CodeKeys>,
    options: SigningOptions,
    ring: RwLock<Arc<Ring>>,
    /// One at a time reads and makes.
    turn: tokio::sync::Mutex<()>,
    /// When the rows are to be read again, on the house's clock.
    next_look: AtomicI64,
    unknown_from: AtomicI64,
}

impl Keyring {
    /// A keyring that has read nothing yet.
    #[must_use]
    pub fn new(desk: &Desk, codes: Arc<CodeKeys>, options: SigningOptions) -> Self {
        let inner = Inner {
            store: desk.store.clone(),
            clock: desk.clock.clone(),
            codes,
            options,
            ring: RwLock::default(),
            turn: tokio::sync::Mutex::default(),
            next_look: AtomicI64::new(i64::MIN),
            unknown_from: AtomicI64::new(i64::MIN),
        };
        Self { inner: Arc::new(inner) }
    }

    /// `iss` of all that is signed.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.inner.options.issuer
    }

    /// The time by which is signed and read.
    #[must_use]
    pub fn now(&self) -> Instant {
        self.inner.clock.now()
    }

    /// Signs claims in their compact form; `typ` says what they are. They must have an `exp`, at most
    /// [`LONGEST_TOKEN`] ahead.
    ///
    /// # Errors
    /// There is no key, or the claims are none that a key may sign.
    pub async fn sign(&self, algorithm: Algorithm, typ: &str, claims: &Value) -> Result<String, Fault> {
        let key = self.signer(algorithm).await?;
        let latest = self.inner.clock.now().plus(LONGEST_TOKEN).0 / 1_000;
        if claims.get("exp").and_then(Value::as_i64).is_none_or(|ends| ends > latest) {
            return Err(Fault::Bug("a token without an end, or that outlives its key"));
        }
        if claims.get("iss").and_then(Value::as_str) != Some(self.issuer()) {
            return Err(Fault::Bug("a token of another issuer"));
        }
        key.sign(typ, claims).map_err(Fault::from)
    }

    /// The claims of a token that the house has signed as that kind, for whomever.
    pub async fn verify(&self, token: &str, typ: &str) -> Option<Value> {
        self.read(token, typ, Audience::Any).await
    }

    /// As `verify`, for one audience.
    pub async fn verify_for(&self, token: &str, typ: &str, audience: &str) -> Option<Value> {
        self.read(token, typ, Audience::One(audience)).await
    }

    /// As `verify`, for a token whose time may be over: what it says was true once.
    pub async fn verify_over(&self, token: &str, typ: &str) -> Option<Value> {
        let ended = verifiers::signing::end_of(token)?;
        let then = ended.saturating_sub(1).min(self.inner.clock.now().0.div_euclid(1_000));
        let issuer = self.issuer();
        self.look_if_due(None).await.ok();
        let now = self.inner.clock.now();
        let expected = Expected { typ, issuer, audience: Audience::Any, now_s: then };
        read(self.ring().believed(now), token, &expected).ok()
    }

    /// The keys that are published.
    ///
    /// # Errors
    /// None have been read yet, and they cannot be read.
    pub async fn jwks(&self) -> Result<Arc<JwkSet>, Fault> {
        self.look_if_due(None).await?;
        Ok(self.ring().published())
    }

    /// Has a key of this method made where there is none yet.
    ///
    /// # Errors
    /// A fault of the database, or no key could be made.
    pub async fn ensure(&self, algorithm: Algorithm) -> Result<(), Fault> {
        self.signer(algorithm).await.map(drop)
    }

    /// Reads the keys again and makes what is due.
    ///
    /// # Errors
    /// A fault of the database, or no key could be made; what was known stays.
    pub async fn refresh(&self) -> Result<(), Fault> {
        let _turn = self.inner.turn.lock().await;
        self.look(None).await
    }

    /// All keys, as an operator sees them.
    ///
    /// # Errors
    /// A fault of the database.
    pub async fn list(&self) -> Result<Vec<KeyFace>, Fault> {
        let (rows, now) = self.inner.store.signing_keys().await?;
        let ring = Ring::of(&rows, now, &self.ring(), &self.inner.codes);
        let faces = rows.into_iter().map(|row| KeyFace {
            state: ring.state(&row, now),
            id: row.id,
            algorithm: row.algorithm,
            made_at: row.made_at,
            signs_from: row.signs_from,
            retired_at: row.retired_at,
            gone_at: row.gone_at,
        });
        Ok(faces.collect())
    }

    /// Makes a new key of each method that is in use, which signs at once.
    ///
    /// # Errors
    /// A fault of the database, or no key could be made.
    pub async fn rotate(&self, old: OldKeys) -> Result<(), Fault> {
        let _turn = self.inner.turn.lock().await;
        self.look(None).await?;
        let (rows, now) = self.inner.store.signing_keys().await?;
        for algorithm in in_use(&rows, None) {
            let number = ring::last_number(&rows, algorithm) + 1;
            let next = Next { algorithm, number, signs_from: now };
            self.make(next, old).await?;
        }
        self.look(None).await
    }

    async fn read(&self, token: &str, typ: &str, audience: Audience<'_>) -> Option<Value> {
        let attempt = || {
            let now = self.inner.clock.now();
            let issuer = self.issuer();
            let expected = Expected { typ, issuer, audience, now_s: now.0.div_euclid(1_000) };
            read(self.ring().believed(now), token, &expected)
        };
        // Where nothing was read yet, or a time has come; that it fails is told by who looks after it.
        self.look_if_due(None).await.ok();
        let mut answer = attempt();
        if answer == Err(TokenRefusal::UnknownKey) && self.may_look_for_unknown() {
            if let Err(fault) = self.refresh().await {
                tracing::warn!(%fault, "the signing keys could not be read for a key that is not known");
            }
            answer = attempt();
        }
        answer.inspect_err(|why| tracing::debug!(%why, typ, "a token of ours is refused")).ok()
    }

    /// Strangers can name keys that never were, so that has a bound of its own.
    fn may_look_for_unknown(&self) -> bool {
        let now = self.inner.clock.now();
        let next = now.plus(BETWEEN_UNKNOWN).0;
        let from = &self.inner.unknown_from;
        from.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |from| (from <= now.0).then_some(next))
            .is_ok()
    }

    async fn signer(&self, algorithm: Algorithm) -> Result<Arc<SigningKey>, Fault> {
        let looked = self.look_if_due(Some(algorithm)).await;
        match self.ring().signer(algorithm, self.inner.clock.now()) {
            Some(key) => {
                if let Err(fault) = looked {
                    tracing::warn!(%fault, "the signing keys could not be read; the known ones sign on");
                }
                Ok(key)
            }
            None => Err(looked.err().unwrap_or(Fault::Bug("no signing key where one was just made"))),
        }
    }

    /// Reads again where a time has come, or the method has no key.
    async fn look_if_due(&self, algorithm: Option<Algorithm>) -> Result<(), Fault> {
        // Where nothing is known yet, whoever has the turn is waited for: nobody is told that there are no keys.
        if !self.is_due(algorithm) && !self.ring().is_empty() {
            return Ok(());
        }
        let _turn = self.inner.turn.lock().await;
        // Somebody else has looked meanwhile.
        if !self.is_due(algorithm) {
            return Ok(());
        }
        self.look(algorithm).await
    }

    fn is_due(&self, algorithm: Option<Algorithm>) -> bool {
        let now = self.inner.clock.now();
        let missing = algorithm.is_some_and(|one| self.ring().signer(one, now).is_none());
        missing || self.inner.next_look.load(Ordering::Relaxed) <= now.0
    }

    /// Reads, makes what is due, and reads what came of it. By whoever has the turn.
    async fn look(&self, needed: Option<Algorithm>) -> Result<(), Fault> {
        let inner = &self.inner;
        // Until this has ended well, the next is as far off as after a failure.
        inner.next_look.store(inner.clock.now().plus(BETWEEN_UNKNOWN).0, Ordering::Relaxed);
        for _ in 0..TRIES {
            let (rows, now) = inner.store.signing_keys().await?;
            let ring = Arc::new(Ring::of(&rows, now, &self.ring(), &inner.codes));
            *inner.ring.write().unwrap_or_else(PoisonError::into_inner) = Arc::clone(&ring);
            let wanted = in_use(&rows, needed);
            let due = wanted.iter().filter_map(|one| ring.next(*one, &rows, now, &inner.options));
            let due = due.collect::<Vec<_>>();
            if due.is_empty() {
                let soonest = inner.clock.now().plus(BETWEEN_LOOKS);
                let next = ring.next_change(now, &inner.options).max(soonest);
                inner.next_look.store(next.0, Ordering::Relaxed);
                return self.tidy(&rows, now).await;
            }
            for next in due {
                self.make(next, OldKeys::Retire).await?;
            }
        }
        Err(Fault::Restless)
    }

    async fn make(&self, next: Next, old: OldKeys) -> Result<(), Fault> {
        let Next { algorithm, number, signs_from } = next;
        // RSA takes so long that others would wait.
        let made = tokio::task::spawn_blocking(move || SigningKey::make(algorithm)).await;
        let key = made.map_err(|_| Fault::Bug("the making of a signing key ended early"))??;
        let id = key.public().id().to_owned();
        let before = match old {
            OldKeys::Retire => Before::Until(signs_from.plus(LONGEST_TOKEN).plus(MARGIN)),
            OldKeys::Revoke => Before::Revoked,
        };
        let row = NewSigningKey {
            id: id.clone(),
            algorithm: algorithm.name().to_owned(),
            number,
            sealed: key.seal(&self.inner.codes)?,
            jwk: key.public().jwk().to_string(),
            signs_from,
            before,
        };
        if self.inner.store.add_signing_key(row).await? == Added::Here {
            tracing::info!(id, algorithm = algorithm.name(), "a signing key was made");
        }
        Ok(())
    }

    /// Seals anew what is sealed under an older code key, so that one may be given up, and deletes what is over.
    async fn tidy(&self, rows: &[KeptSigningKey], now: Instant) -> Result<(), Fault> {
        let ring = self.ring();
        for row in rows {
            let codes = &self.inner.codes;
            let Some(held) = ring.held(&row.id) else { continue };
            if !held.opened || SigningKey::is_sealed_by_current(codes, &row.sealed) {
                continue;
            }
            let sealed = held.key.seal(codes)?;
            self.inner.store.reseal_signing_key(&row.id, row.sealed.clone(), sealed).await?;
        }
        let over = now.minus(GONE_KEPT);
        if rows.iter().any(|row| row.gone_at.is_some_and(|gone| gone <= over)) {
            self.inner.store.sweep_signing_keys(over).await?;
        }
        Ok(())
    }

    fn ring(&self) -> Arc<Ring> {
        Arc::clone(&self.inner.ring.read().unwrap_or_else(PoisonError::into_inner))
    }
}

/// The methods that have keys, those that always have, and one that is needed.
fn in_use(rows: &[KeptSigningKey], needed: Option<Algorithm>) -> BTreeSet<Algorithm> {
    let kept = rows.iter().filter_map(|row| Algorithm::parse(&row.algorithm));
    kept.chain([Algorithm::EdDsa, Algorithm::Es256]).chain(needed).collect()
}

impl From<SigningFault> for Fault {
    fn from(fault: SigningFault) -> Self {
        Self::Signing(fault)
    }
}
