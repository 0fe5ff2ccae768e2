//! A password as it was typed, brought into the one form that is hashed and weighed.
//!
//! NFKC (NIST SP 800-63B, 3.1.1.2), so that a full-width keyboard types the same password; nothing is cut off,
//! trimmed or folded beyond that. The text is wiped from memory when the value goes (weighing a new password makes
//! short-lived copies that are not: zxcvbn takes plain strings).
//!
//! What must never happen here: work on an over-long input (it is refused by its byte length before anything
//! else looks at it), a truncation, a `Debug` output of the text.

use std::fmt;

use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

/// The fewest characters (code points after normalisation) of a new password.
pub const FEWEST_CHARS: usize = 8;
/// The most characters (code points after normalisation) of any password.
pub const MOST_CHARS: usize = 256;
/// The most bytes of raw input that are looked at at all.
pub const MOST_RAW_BYTES: usize = 4096;

/// The operator's bounds for new passwords.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PasswordRules {
    /// The fewest characters; below [`FEWEST_CHARS`] it counts as that.
    pub fewest_chars: usize,
    /// The most characters; above [`MOST_CHARS`] it counts as that.
    pub most_chars: usize,
    /// The fewest guesses that a password must withstand.
    pub fewest_guesses: u64,
}

impl Default for PasswordRules {
    fn default() -> PasswordRules {
        PasswordRules {
            fewest_chars: FEWEST_CHARS,
            most_chars: MOST_CHARS,
            fewest_guesses: crate::strength::FEWEST_GUESSES,
        }
    }
}

/// A normalised password. Has no `Debug` and no `Display`, is wiped on drop, and leaves this crate only as a hash.
pub struct Password {
    text: Zeroizing<String>,
}

impl Password {
    /// A new password that somebody has chosen: 8 to 256 characters after normalisation, no control characters.
    /// Whether it is easily guessed is asked of [`crate::weigh`].
    ///
    /// # Errors
    /// Says which of the bounds it breaks.
    pub fn chosen(raw: &str) -> Result<Password, PasswordFault> {
        Password::chosen_by(raw, &PasswordRules::default())
    }

    /// As [`Password::chosen`], within the operator's bounds. They can be stricter than the usual ones, not looser.
    ///
    /// # Errors
    /// Says which of the bounds it breaks.
    pub fn chosen_by(raw: &str, rules: &PasswordRules) -> Result<Password, PasswordFault> {
        let password = Password::typed(raw)?;
        let length = password.text.chars().count();
        if length > rules.most_chars {
            return Err(PasswordFault::TooLong);
        }
        if password.text.chars().any(char::is_control) {
            return Err(PasswordFault::ControlCharacter);
        }
        if length < rules.fewest_chars.max(FEWEST_CHARS) {
            return Err(PasswordFault::TooShort);
        }
        Ok(password)
    }

    /// A password typed to sign in. Whatever could never have been chosen, but for over-long input, is still a
    /// value, so that a hash is computed for it and the time does not tell it apart (R-SIGNIN-2).
    ///
    /// # Errors
    /// Only [`PasswordFault::TooLong`]; it depends on the input alone, so it says nothing about an account.
    pub fn typed(raw: &str) -> Result<Password, PasswordFault> {
        if raw.len() > MOST_RAW_BYTES {
            return Err(PasswordFault::TooLong);
        }
        // The full capacity at once: growing would leave copies of the text behind that nobody wipes.
        let mut text = Zeroizing::new(String::with_capacity(MOST_CHARS * 4));
        for (index, character) in raw.nfkc().enumerate() {
            if index >= MOST_CHARS {
                return Err(PasswordFault::TooLong);
            }
            text.push(character);
        }
        Ok(Password { text })
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }
}

/// Why a text cannot be a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasswordFault {
    /// Fewer than 8 characters after normalisation.
    TooShort,
    /// More than 256 characters after normalisation, or more than 4096 bytes as typed.
    TooLong,
    /// A control character (NUL, tab, line feed, escape ...), which not every keyboard can type again.
    ControlCharacter,
}

impl PasswordFault {
    /// The stable name, used as a text id.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            PasswordFault::TooShort => "too-short",
            PasswordFault::TooLong => "too-long",
            PasswordFault::ControlCharacter => "control-character",
        }
    }
}

impl fmt::Display for PasswordFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl std::error::Error for PasswordFault {}
