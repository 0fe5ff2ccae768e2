//! The small words everything else is made of: ids, instants, digests, an e-mail address, bounded text.
//!
//! A value is checked once, where it enters, and is never wrong after. Nothing here reads a clock or draws
//! a random number: ids and instants come from outside (see `context`).

use alloc::string::{String, ToString};
use core::fmt;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(pub [u8; 16]);

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({})", stringify!($name), Hex(&self.0))
            }
        }
    };
}

id! {
    /// One person's membership (UUIDv7). It never changes and is never reused.
    AccountId
}
id! {
    /// One browser or app installation that is signed in (UUIDv7). Not the secret that opens it.
    SessionId
}
id! {
    /// A browser or app installation as one account knows it.
    DeviceId
}
id! {
    /// One mailed code, or one mail that took a code's place (UUIDv7).
    ChallengeId
}
id! {
    /// The right to have one password guess evaluated (R-SIGNIN-3).
    TicketId
}
id! {
    /// One number printed in a mail, from which the number is derived (UUIDv7).
    NumberId
}
id! {
    /// One change of an account that can be undone (R-METHOD-10, UUIDv7).
    ChangeId
}
id! {
    /// One passkey of an account (UUIDv7). Not the credential id, which the authenticator chose.
    PasskeyId
}
id! {
    /// What one authorization code gave to a client, and the code itself.
    GrantId
}
id! {
    /// One decision that was carried out; activity lines and mails are numbered under it.
    DecisionId
}

struct Hex<'a>(&'a [u8]);

impl fmt::Display for Hex<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// SHA-256 of a bearer secret. The secret itself is never stored (R-SESSION-3).
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Digest(pub [u8; 32]);

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let head = self.0.get(..4).unwrap_or(&[]);
        write!(f, "Digest({}..)", Hex(head))
    }
}

/// Milliseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Instant(pub i64);

/// A length of time in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Millis(pub i64);

impl Millis {
    /// A length given in seconds.
    #[must_use]
    pub const fn seconds(count: i64) -> Self {
        Self(count.saturating_mul(1_000))
    }

    /// A length given in minutes.
    #[must_use]
    pub const fn minutes(count: i64) -> Self {
        Self::seconds(count.saturating_mul(60))
    }

    /// A length given in hours.
    #[must_use]
    pub const fn hours(count: i64) -> Self {
        Self::minutes(count.saturating_mul(60))
    }

    /// A length given in days of 24 hours.
    #[must_use]
    pub const fn days(count: i64) -> Self {
        Self::minutes(count.saturating_mul(24 * 60))
    }
}

impl Instant {
    /// The instant `length` later. A bound holds *before* it and is over *at* it (I11).
    #[must_use]
    pub const fn plus(self, length: Millis) -> Self {
        Self(self.0.saturating_add(length.0))
    }

    /// The instant `length` earlier.
    #[must_use]
    pub const fn minus(self, length: Millis) -> Self {
        Self(self.0.saturating_sub(length.0))
    }
}

/// The languages members are written to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Locale {
    /// Japanese.
    Ja,
    /// English.
    En,
}

impl Locale {
    /// The BCP 47 tag.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Ja => "ja",
            Self::En => "en",
        }
    }

    /// Reads a tag; `None` for a language nobody here speaks.
    #[must_use]
    pub fn from_tag(tag: &str) -> Option<Self> {
        match tag {
            "ja" => Some(Self::Ja),
            "en" => Some(Self::En),
            _ => None,
        }
    }
}

/// Text from outside, bounded, on one line and without characters that steer a terminal, a header or the
/// direction of writing (security.md C5, C6).
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Line(String);

impl Line {
    /// Keeps at most `max` characters of `raw` and drops control and bidirectional formatting characters.
    #[must_use]
    pub fn clean(raw: &str, max: usize) -> Self {
        let kept = raw.chars().filter(|c| !is_steering(*c)).take(max).collect::<String>();
        Self(kept.trim().to_string())
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether nothing was left.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

fn is_steering(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// A password hash in PHC form. The core carries it and never looks inside.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PasswordHash(pub String);

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordHash(..)")
    }
}
