//! One-time codes: derived, never stored (R-RESET-9), and read as people type them.
//!
//! A code is HMAC-SHA-256 of its purpose and the id of its challenge, under a key that lives outside the
//! database: the mail's writer and the checker each derive it, and neither a table nor a backup holds it.
//!
//! What must never happen here: a code or a key in a `Debug` output, a comparison that stops at the first
//! wrong digit, one code serving two purposes.

use std::fmt;

use aws_lc_rs::hmac;
use subtle::ConstantTimeEq;
use zeroize::{Zeroize, Zeroizing};

/// How long a code is: 12 digits ordinarily, 16 at an address under attack.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Digits {
    /// Twelve digits.
    Twelve,
    /// Sixteen digits.
    Sixteen,
}

impl Digits {
    /// The number of digits.
    #[must_use]
    pub fn count(self) -> usize {
        match self {
            Digits::Twelve => 12,
            Digits::Sixteen => 16,
        }
    }

    fn modulus(self) -> u128 {
        match self {
            Digits::Twelve => 1_000_000_000_000,
            Digits::Sixteen => 10_000_000_000_000_000,
        }
    }
}

/// The keys that codes are derived from, by id. New codes take the current key; the others are kept until the
/// last code of theirs has run out. No `Debug`.
pub struct CodeKeys {
    current: u32,
    ring: Vec<(u32, hmac::Key)>,
}

impl CodeKeys {
    /// Builds the ring and wipes the secrets it was given.
    ///
    /// # Errors
    /// When `current` is not among the keys, an id comes twice, or a secret is one byte repeated (a forgotten
    /// setting).
    pub fn new(current: u32, mut keys: Vec<(u32, [u8; 32])>) -> Result<CodeKeys, CodeKeysFault> {
        let fault = fault_of(current, &keys);
        let ring =
            keys.iter().map(|(id, secret)| (*id, hmac::Key::new(hmac::HMAC_SHA256, secret))).collect();
        for (_, secret) in &mut keys {
            secret.zeroize();
        }
        match fault {
            Some(fault) => Err(fault),
            None => Ok(CodeKeys { current, ring }),
        }
    }

    /// The id of the key that new codes are derived from; stored with the challenge.
    #[must_use]
    pub fn current_id(&self) -> u32 {
        self.current
    }

    /// The ids of all keys in the ring.
    pub(crate) fn ids(&self) -> impl Iterator<Item = u32> {
        self.ring.iter().map(|(id, _)| *id)
    }

    /// The code of a challenge; `None` when the key is no longer in the ring.
    #[must_use]
    pub fn derive(
        &self,
        key_id: u32,
        purpose: &str,
        challenge: &[u8; 16],
        digits: Digits,
    ) -> Option<Code> {
        let (_, key) = self.ring.iter().find(|(id, _)| *id == key_id)?;
        let purpose_bytes = u64::try_from(purpose.len()).ok()?;
        let mut mac = hmac::Context::with_key(key);
        // Each part has a fixed length or is led by its length, so no two questions are the same bytes.
        mac.update(b"genkan one-time code v1\0");
        mac.update(&digits.modulus().to_be_bytes());
        mac.update(&purpose_bytes.to_be_bytes());
        mac.update(purpose.as_bytes());
        mac.update(challenge);
        let tag = mac.sign();
        let (head, _) = tag.as_ref().split_first_chunk::<16>()?;
        // 2^128 is not a multiple of 10^n: the first residues come up once more often than the others, which
        // makes them likelier by less than 10^16 / 2^128 < 3 * 10^-23. No number of codes ever mailed shows it.
        let number = u128::from_be_bytes(*head) % digits.modulus();
        let width = digits.count();
        Some(Code { digits: Zeroizing::new(format!("{number:0width$}")) })
    }

    /// A key for another use, by its label; `None` when the key is no longer in the ring. No label is the
    /// beginning of a code's question, so a code never tells of a key.
    pub(crate) fn derive_key(&self, key_id: u32, label: &[u8]) -> Option<Zeroizing<[u8; 32]>> {
        let (_, key) = self.ring.iter().find(|(id, _)| *id == key_id)?;
        let tag = hmac::sign(key, label);
        let mut bytes = Zeroizing::new([0u8; 32]);
        for (to, from) in bytes.iter_mut().zip(tag.as_ref()) {
            *to = *from;
        }
        Some(bytes)
    }
}

fn fault_of(current: u32, keys: &[(u32, [u8; 32])]) -> Option<CodeKeysFault> {
    if !keys.iter().any(|(id, _)| *id == current) {
        return Some(CodeKeysFault::NoCurrentKey);
    }
    for (index, (id, secret)) in keys.iter().enumerate() {
        if keys.iter().skip(index + 1).any(|(other, _)| other == id) {
            return Some(CodeKeysFault::IdTwice);
        }
        if secret.iter().all(|byte| Some(byte) == secret.first()) {
            return Some(CodeKeysFault::NotRandom);
        }
    }
    None
}

/// Why a ring of keys cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeKeysFault {
    /// The current id names none of the keys (or there are none).
    NoCurrentKey,
    /// Two keys have the same id.
    IdTwice,
    /// A secret is one byte repeated.
    NotRandom,
}

impl fmt::Display for CodeKeysFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            CodeKeysFault::NoCurrentKey => "the current code key is not among the code keys",
            CodeKeysFault::IdTwice => "two code keys have the same id",
            CodeKeysFault::NotRandom => "a code key is one byte repeated, not 32 random bytes",
        })
    }
}

impl std::error::Error for CodeKeysFault {}

/// A derived code. No `Debug`, wiped on drop.
pub struct Code {
    digits: Zeroizing<String>,
}

impl Code {
    /// In groups of four, as mails and pages show it: `1234 5678 9012`.
    #[must_use]
    pub fn spaced(&self) -> Zeroizing<String> {
        let mut text = Zeroizing::new(String::with_capacity(self.digits.len() * 2));
        for (index, digit) in self.digits.chars().enumerate() {
            if index > 0 && index % 4 == 0 {
                text.push(' ');
            }
            text.push(digit);
        }
        text
    }

    /// The digits alone, for a program.
    #[must_use]
    pub fn plain(&self) -> &str {
        &self.digits
    }
}

/// A code as somebody typed it, brought into digits. No `Debug`, wiped on drop.
pub struct TypedCode {
    digits: Zeroizing<String>,
}

/// Longer input than this is not looked at: 16 digits, each with a few separators of up to 3 bytes around it.
const MOST_TYPED_BYTES: usize = 256;

impl TypedCode {
    /// Understands spaces, hyphens and full-width digits as any keyboard or input method makes them; `None`
    /// unless 12 or 16 digits remain and nothing else.
    #[must_use]
    pub fn parse(typed: &str) -> Option<TypedCode> {
        if typed.len() > MOST_TYPED_BYTES {
            return None;
        }
        let mut digits = Zeroizing::new(String::with_capacity(MOST_TYPED_BYTES));
        for character in typed.chars() {
            match character {
                '0'..='9' => digits.push(character),
                '\u{FF10}'..='\u{FF19}' => {
                    let value = u32::from(character) - 0xFF10;
                    digits.push(char::from_digit(value, 10)?);
                }
                _ if is_separator(character) => {}
                _ => return None,
            }
        }
        matches!(digits.len(), 12 | 16).then_some(TypedCode { digits })
    }

    /// Whether this is that code, in a time that does not depend on which digits differ.
    #[must_use]
    // In constant time: security.md H4.
    pub fn matches(&self, code: &Code) -> bool {
        self.digits.as_bytes().ct_eq(code.digits.as_bytes()).into()
    }

    /// How long the typed code is.
    #[must_use]
    pub fn digits(&self) -> Digits {
        match self.digits.len() {
            16 => Digits::Sixteen,
            _ => Digits::Twelve,
        }
    }
}

/// White space, every dash of Unicode's class Pd, the minus signs, and the long-vowel marks that a Japanese
/// input method gives for the hyphen key; the invisible marks that copying from a mail brings along.
fn is_separator(character: char) -> bool {
    character.is_whitespace()
        || matches!(
            character,
            '-' | '\u{00AD}' | '\u{058A}' | '\u{05BE}' | '\u{1400}' | '\u{1806}' | '\u{2010}'
                ..='\u{2015}'
                    | '\u{2043}'
                    | '\u{207B}'
                    | '\u{208B}'
                    | '\u{2212}'
                    | '\u{2500}'
                    | '\u{2501}'
                    | '\u{2E17}'
                    | '\u{2E1A}'
                    | '\u{2E3A}'
                    | '\u{2E3B}'
                    | '\u{2E40}'
                    | '\u{2E5D}'
                    | '\u{301C}'
                    | '\u{3030}'
                    | '\u{30A0}'
                    | '\u{30FC}'
                    | '\u{FE31}'
                    | '\u{FE32}'
                    | '\u{FE58}'
                    | '\u{FE63}'
                    | '\u{FF0D}'
                    | '\u{FF70}'
                    | '\u{10D6E}'
                    | '\u{10EAD}'
        )
        || is_invisible(character)
}

/// Zero-width spaces and marks of writing direction.
fn is_invisible(character: char) -> bool {
    matches!(
        character,
        '\u{200B}'..='\u{200F}'
            | '\u{202A}'..='\u{202E}'
            | '\u{2060}'
            | '\u{2066}'..='\u{2069}'
            | '\u{FEFF}'
    )
}
