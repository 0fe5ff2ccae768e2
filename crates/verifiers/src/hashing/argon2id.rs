//! One Argon2id hash: parameters, the buffer it is computed in, PHC strings in and out.
//!
//! A stored hash is somebody else's text (an import, a restored backup): it is read strictly, within bounds, and
//! whatever is wrong with it costs the same hash as a wrong password and never matches (security.md I3).
//!
//! What must never happen here: a panic on a stored text, a match against the dummy, a comparison that stops at
//! the first wrong byte.

use std::sync::{Arc, Mutex, PoisonError};

use argon2::password_hash::phc::{Output, ParamsString, Salt};
use argon2::{Algorithm, Argon2, Block, Params, PasswordHash, Version};
use subtle::{Choice, ConstantTimeEq};
use zeroize::Zeroizing;

use super::{HashFault, HashParams, HashedPassword, Verified};
use crate::random::fill_random;

const SALT_BYTES: usize = 16;
const OUTPUT_BYTES: usize = 32;
const MOST_OUTPUT_BYTES: usize = 64;
/// The longest stored text that is read; ours have 97 characters.
const MOST_STORED_BYTES: usize = 512;
/// 1 GiB, the most that one hash may take.
const MOST_MEMORY_KIB: u32 = 1024 * 1024;
/// Memory times passes; about two seconds on a machine of 2026.
const MOST_WORK_KIB: u64 = 4 * 1024 * 1024;
const MOST_LANES: u32 = 64;

/// Memory or randomness could not be had.
#[derive(Debug)]
pub(super) struct NotComputed;

/// How new hashes are made, and the dummy that stands in for a hash that is not there.
pub(super) struct Recipe {
    argon2: Argon2<'static>,
    dummy: Stored,
}

impl Recipe {
    pub(super) fn new(params: HashParams) -> Result<Recipe, HashFault> {
        let params = Params::new(params.memory_kib, params.passes, params.lanes, Some(OUTPUT_BYTES))
            .map_err(|_| HashFault::Params)?;
        if !affordable(&params) {
            return Err(HashFault::TooCostly);
        }
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let dummy = Stored {
            argon2: argon2.clone(),
            salt: random::<SALT_BYTES>().map_err(|_| HashFault::Randomness)?.to_vec(),
            output: random::<OUTPUT_BYTES>().map_err(|_| HashFault::Randomness)?.to_vec(),
            current: true,
        };
        Ok(Recipe { argon2, dummy })
    }

    /// One hash, whatever is stored. Without a readable stored hash it is computed against the dummy, and the
    /// result is false even if, by whatever accident, the dummy were hit.
    pub(super) fn verify(
        &self,
        buffer: &mut Buffer,
        password: &[u8],
        stored: Option<&str>,
    ) -> Result<Verified, NotComputed> {
        let read = stored.and_then(|text| self.read(text));
        let (against, real) = match &read {
            Some(stored) => (stored, Choice::from(1)),
            None => (&self.dummy, Choice::from(0)),
        };
        let mut output = Zeroizing::new([0u8; MOST_OUTPUT_BYTES]);
        let output = output.get_mut(..against.output.len()).ok_or(NotComputed)?;
        buffer.hash(&against.argon2, password, &against.salt, output)?;
        let matched = output.ct_eq(&against.output) & real;
        Ok(Verified { matched: matched.into(), outdated: !against.current })
    }

    /// One hash with a fresh salt.
    pub(super) fn hash(
        &self,
        buffer: &mut Buffer,
        password: &[u8],
    ) -> Result<HashedPassword, NotComputed> {
        let salt = random::<SALT_BYTES>()?;
        let mut output = Zeroizing::new([0u8; OUTPUT_BYTES]);
        buffer.hash(&self.argon2, password, &salt, output.as_mut_slice())?;
        let phc = PasswordHash {
            algorithm: Algorithm::Argon2id.ident(),
            version: Some(Version::V0x13.into()),
            params: ParamsString::try_from(self.argon2.params()).map_err(|_| NotComputed)?,
            salt: Some(Salt::new(&salt).map_err(|_| NotComputed)?),
            hash: Some(Output::new(output.as_slice()).map_err(|_| NotComputed)?),
        };
        Ok(HashedPassword::new(phc.to_string()))
    }

    fn read(&self, text: &str) -> Option<Stored> {
        if text.len() > MOST_STORED_BYTES {
            return None;
        }
        let phc = PasswordHash::new(text).ok()?;
        let algorithm = Algorithm::try_from(phc.algorithm.as_str()).ok()?;
        // Without the version the reference implementation means 1.0 and this library 1.3: refused, not guessed.
        let version = Version::try_from(phc.version?).ok()?;
        let params = Params::try_from(&phc).ok()?;
        let (salt, output) = (phc.salt?, phc.hash?);
        if !affordable(&params) || output.len() < 16 || output.len() > MOST_OUTPUT_BYTES {
            return None;
        }
        let ours = self.argon2.params();
        let current = algorithm == Algorithm::Argon2id
            && version == Version::V0x13
            && (params.m_cost(), params.t_cost(), params.p_cost())
                == (ours.m_cost(), ours.t_cost(), ours.p_cost())
            && output.len() == OUTPUT_BYTES
            && salt.len() >= SALT_BYTES;
        Some(Stored {
            argon2: Argon2::new(algorithm, version, params),
            salt: salt.to_vec(),
            output: output.as_bytes().to_vec(),
            current,
        })
    }
}

/// A stored hash, taken apart.
struct Stored {
    argon2: Argon2<'static>,
    salt: Vec<u8>,
    output: Vec<u8>,
    current: bool,
}

fn affordable(params: &Params) -> bool {
    params.m_cost() <= MOST_MEMORY_KIB
        && params.p_cost() <= MOST_LANES
        && u64::from(params.m_cost()) * u64::from(params.t_cost()) <= MOST_WORK_KIB
}

/// The memory of one thread: taken with its first hash, used for every one that follows, given back when it rests. What
/// stays in it between two hashes is what Argon2 made of a password, overwritten by the next.
pub(super) struct Buffer {
    count: usize,
    /// Empty, or `count` of them.
    blocks: Vec<Block>,
    /// Held while a stored hash needs more than `blocks`: one such at a time in the whole queue, so that a
    /// handful of oversized hashes cannot eat the machine.
    oversize: Arc<Mutex<()>>,
}

impl Buffer {
    pub(super) fn new(params: HashParams, oversize: Arc<Mutex<()>>) -> Result<Buffer, HashFault> {
        let count = usize::try_from(params.memory_kib).map_err(|_| HashFault::Memory)?;
        Ok(Buffer { count, blocks: Vec::new(), oversize })
    }

    pub(super) fn is_held(&self) -> bool {
        !self.blocks.is_empty()
    }

    pub(super) fn give_back(&mut self) {
        self.blocks = Vec::new();
    }

    fn hash(
        &mut self,
        argon2: &Argon2<'static>,
        password: &[u8],
        salt: &[u8],
        output: &mut [u8],
    ) -> Result<(), NotComputed> {
        let needed = argon2.params().block_count();
        if !self.is_held() {
            self.blocks = blocks(self.count)?;
        }
        if let Some(own) = self.blocks.get_mut(..needed) {
            return argon2
                .hash_password_into_with_memory(password, salt, output, own)
                .map_err(|_| NotComputed);
        }
        let _one_at_a_time = self.oversize.lock().unwrap_or_else(PoisonError::into_inner);
        let mut larger = blocks(needed)?;
        argon2
            .hash_password_into_with_memory(password, salt, output, larger.as_mut_slice())
            .map_err(|_| NotComputed)
    }
}

/// 33 MiB of addresses, of which only what is used is memory. What is larger than 32 MiB glibc takes from the system and gives
/// back to it; smaller memory it keeps once some of that size was freed (mallopt(3), `M_MMAP_THRESHOLD`).
const GIVEN_BACK: usize = 33 * 1024;

fn blocks(count: usize) -> Result<Vec<Block>, NotComputed> {
    let mut blocks = Vec::new();
    blocks.try_reserve_exact(count.max(GIVEN_BACK)).map_err(|_| NotComputed)?;
    blocks.resize(count, Block::new());
    Ok(blocks)
}

fn random<const BYTES: usize>() -> Result<[u8; BYTES], NotComputed> {
    let mut bytes = [0u8; BYTES];
    fill_random(&mut bytes).map_err(|_| NotComputed)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests;
