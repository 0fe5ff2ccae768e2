//! What an ID token says, and whether it says it of this trip: OpenID Connect Core §3.1.3.7.
//!
//! Every claim is taken as the JSON value it is and read by its exact type, so that a missing one, `null`, a text
//! where a number belongs and a "false" are never the same as what was wanted (security.md D3, D7).
//!
//! What must never happen here: a missing claim passing as a good one, an address or name deciding who somebody
//! is, a time taken from anything but the house's clock.

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde_json::Value;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use super::options::{Preset, ProviderOptions};
use super::problems::TokenProblem;

/// How far two clocks may be apart, in seconds.
pub(super) const SKEW_S: i64 = 300;
/// How old an ID token may be, in seconds.
const OLDEST_S: i64 = 3_600;
const MOST_SUBJECT_CHARS: usize = 255;
const MOST_ADDRESS_BYTES: usize = 1_024;
const MOST_NAME_CHARS: usize = 100;
const PRIVATE_RELAY: &str = "privaterelay.appleid.com";

/// Who a provider showed. No `Debug`: address and refresh token are in it.
pub struct Shown {
    /// The provider's issuer, in its one spelling.
    pub issuer: String,
    /// Who it is there. Issuer and subject together are the identity; nothing else is.
    pub subject: String,
    /// The address, unparsed: a text without control characters.
    pub address: Option<String>,
    /// Whether the provider vouches that the person reads mail at that address.
    pub vouched: bool,
    /// Whether it is an address of Apple's that forwards.
    pub private_relay: bool,
    /// What the person is called, at most 100 characters, without control characters.
    pub name: Option<String>,
    /// When the person last showed themselves to the provider, in milliseconds since 1970, where it says so.
    pub authenticated_at_ms: Option<i64>,
    /// To be kept sealed and given back to `revoke` as it is: it also says which client it was given to.
    pub refresh_token: Option<Zeroizing<String>>,
}

#[derive(Deserialize)]
pub(super) struct IdClaims {
    iss: Option<Value>,
    sub: Option<Value>,
    aud: Option<Value>,
    azp: Option<Value>,
    exp: Option<Value>,
    iat: Option<Value>,
    nbf: Option<Value>,
    nonce: Option<Value>,
    at_hash: Option<Value>,
    c_hash: Option<Value>,
    auth_time: Option<Value>,
    email: Option<Value>,
    email_verified: Option<Value>,
    is_private_email: Option<Value>,
    hd: Option<Value>,
    name: Option<Value>,
}

/// What a token must fit.
pub(super) struct Expected<'a> {
    pub(super) audiences: Vec<&'a str>,
    pub(super) parties: Vec<&'a str>,
    pub(super) nonce: Nonce<'a>,
    pub(super) bound: Bound<'a>,
    pub(super) now_ms: i64,
}

/// Which nonce a token must carry.
pub(super) enum Nonce<'a> {
    /// This one.
    Exactly(&'a str),
    /// This one or its SHA-256 in small hex, as Apple's and Firebase's libraries send it.
    OrItsHash(&'a str),
    /// As before, but it may be absent: the token came straight from the provider, and its subject is compared
    /// with that of a token that carried the nonce.
    IfThere(&'a str),
}

/// What came together with a token.
pub(super) enum Bound<'a> {
    /// The answer of the token endpoint.
    Exchange { access_token: Option<&'a str>, code: &'a str },
    /// What an app handed in.
    Handed { code: Option<&'a str> },
}

impl IdClaims {
    /// Checks everything that is not the signature, and gives the subject.
    pub(super) fn check(
        &self,
        options: &ProviderOptions,
        expected: &Expected<'_>,
    ) -> Result<String, TokenProblem> {
        check_issuer(self.iss.as_ref(), &options.issuer_spellings())?;
        self.check_audience(expected)?;
        self.check_times(expected.now_ms)?;
        self.check_nonce(&expected.nonce)?;
        self.check_bonds(&expected.bound)?;
        subject(self.sub.as_ref())
    }

    fn check_audience(&self, expected: &Expected<'_>) -> Result<(), TokenProblem> {
        let audiences = audiences(self.aud.as_ref()).ok_or(TokenProblem::Audience)?;
        if !audiences.iter().any(|one| expected.audiences.contains(one)) {
            return Err(TokenProblem::Audience);
        }
        match (&self.azp, audiences.len()) {
            // Several audiences may each show the token to us; it must be us who asked for it.
            (None, 1) => Ok(()),
            (None, _) => Err(TokenProblem::AuthorizedParty),
            (Some(Value::String(party)), _) if expected.parties.contains(&party.as_str()) => Ok(()),
            (Some(_), _) => Err(TokenProblem::AuthorizedParty),
        }
    }

    fn check_times(&self, now_ms: i64) -> Result<(), TokenProblem> {
        let now = now_ms.div_euclid(1_000);
        let end = seconds(self.exp.as_ref()).ok_or(TokenProblem::Expired)?;
        if end.saturating_add(SKEW_S) <= now {
            return Err(TokenProblem::Expired);
        }
        let made = seconds(self.iat.as_ref()).ok_or(TokenProblem::IssuedAt)?;
        if made > now.saturating_add(SKEW_S) || made < now.saturating_sub(OLDEST_S) || made >= end {
            return Err(TokenProblem::IssuedAt);
        }
        match &self.nbf {
            None => Ok(()),
            some => match seconds(some.as_ref()) {
                Some(begin) if begin <= now.saturating_add(SKEW_S) => Ok(()),
                _ => Err(TokenProblem::NotYet),
            },
        }
    }

    fn check_nonce(&self, wanted: &Nonce<'_>) -> Result<(), TokenProblem> {
        let given = match (&self.nonce, wanted) {
            (Some(Value::String(given)), _) => given,
            (None, Nonce::IfThere(_)) => return Ok(()),
            _ => return Err(TokenProblem::Nonce),
        };
        let fits = match wanted {
            Nonce::Exactly(nonce) => same(given, nonce),
            Nonce::OrItsHash(nonce) | Nonce::IfThere(nonce) => {
                same(given, nonce) || same(given, &small_hex_sha256(nonce))
            }
        };
        if fits { Ok(()) } else { Err(TokenProblem::Nonce) }
    }

    fn check_bonds(&self, bound: &Bound<'_>) -> Result<(), TokenProblem> {
        let (access_token, code) = match bound {
            Bound::Exchange { access_token, code } => (Some(*access_token), Some(*code)),
            Bound::Handed { code } => (None, *code),
        };
        if let (Some(hash), Some(token)) = (&self.at_hash, access_token)
            && !token.is_some_and(|token| is_left_half(hash, token))
        {
            return Err(TokenProblem::AccessTokenHash);
        }
        if let (Some(hash), Some(code)) = (&self.c_hash, code)
            && !is_left_half(hash, code)
        {
            return Err(TokenProblem::CodeHash);
        }
        Ok(())
    }

    /// Which of these it is for, after `check`.
    pub(super) fn own_audience<'a>(&self, ids: &[&'a str]) -> Option<&'a str> {
        let audiences = audiences(self.aud.as_ref())?;
        ids.iter().copied().find(|id| audiences.contains(id))
    }

    /// Whether an address is said, good or bad.
    pub(super) fn has_address(&self) -> bool {
        self.email.is_some()
    }

    /// Takes over what the userinfo endpoint says of the same subject, where nothing was said before; `false` where
    /// it speaks of somebody else, who is not to be listened to (OpenID Connect Core §5.3.2).
    pub(super) fn complete(&mut self, subject: &str, more: IdClaims) -> bool {
        if more.sub.as_ref().and_then(Value::as_str) != Some(subject) {
            return false;
        }
        // The address and whether it is verified belong together.
        if self.email.is_none() {
            (self.email, self.email_verified, self.hd) = (more.email, more.email_verified, more.hd);
        }
        self.name = self.name.take().or(more.name);
        true
    }

    /// Who was shown, after `check`.
    pub(super) fn shown(&self, options: &ProviderOptions, subject: String, now_ms: i64) -> Shown {
        let address = self.email.as_ref().and_then(Value::as_str).filter(|text| is_plain(text));
        let now = now_ms.div_euclid(1_000);
        let authenticated = seconds(self.auth_time.as_ref());
        Shown {
            issuer: options.issuer.clone(),
            subject,
            address: address.map(str::to_owned),
            vouched: options.believes_email && address.is_some_and(|text| self.vouched(options, text)),
            private_relay: options.preset == Preset::Apple
                && address.is_some_and(|text| self.is_relayed(text)),
            name: self.name.as_ref().and_then(Value::as_str).and_then(clean_name),
            authenticated_at_ms: authenticated
                .filter(|at| (0..=now.saturating_add(SKEW_S)).contains(at))
                .map(|at| at.saturating_mul(1_000)),
            refresh_token: None,
        }
    }

    fn vouched(&self, options: &ProviderOptions, address: &str) -> bool {
        let said = self.email_verified.as_ref();
        match options.preset {
            Preset::Apple => is_true_or_text(said),
            Preset::Other => said == Some(&Value::Bool(true)),
            // Google vouches for what it runs itself: its own mailboxes, and the domains of its customers.
            Preset::Google => {
                let own = matches!(domain(address), Some(name) if name == "gmail.com" || name == "googlemail.com");
                let hosted = matches!(&self.hd, Some(Value::String(domain)) if !domain.is_empty());
                said == Some(&Value::Bool(true)) && (own || hosted)
            }
        }
    }

    fn is_relayed(&self, address: &str) -> bool {
        is_true_or_text(self.is_private_email.as_ref())
            || domain(address).is_some_and(|name| name == PRIVATE_RELAY)
    }
}

pub(super) fn check_issuer(iss: Option<&Value>, spellings: &[&str]) -> Result<(), TokenProblem> {
    match iss {
        Some(Value::String(issuer)) if spellings.contains(&issuer.as_str()) => Ok(()),
        _ => Err(TokenProblem::Issuer),
    }
}

/// One audience or a list of them; `None` for anything else.
pub(super) fn audiences(aud: Option<&Value>) -> Option<Vec<&str>> {
    match aud? {
        Value::String(one) => Some(vec![one]),
        Value::Array(list) => list.iter().map(Value::as_str).collect(),
        _ => None,
    }
}

pub(super) fn subject(sub: Option<&Value>) -> Result<String, TokenProblem> {
    match sub {
        Some(Value::String(subject))
            if (1..=MOST_SUBJECT_CHARS).contains(&subject.chars().count())
                && !subject.chars().any(char::is_control) =>
        {
            Ok(subject.clone())
        }
        _ => Err(TokenProblem::Subject),
    }
}

/// A NumericDate (RFC 7519 §2), which may have a fraction; nothing that a calendar does not reach.
pub(super) fn seconds(value: Option<&Value>) -> Option<i64> {
    const FARTHEST: f64 = 1e11;
    let number = value?.as_f64().filter(|_| value.is_some_and(Value::is_number))?;
    #[expect(clippy::cast_possible_truncation, reason = "the number is finite and below 10^11")]
    (number.abs() <= FARTHEST).then_some(number.floor() as i64)
}

/// Apple says a boolean now as one, now as a text.
pub(super) fn is_true_or_text(value: Option<&Value>) -> bool {
    match value {
        Some(Value::Bool(said)) => *said,
        Some(Value::String(said)) => said == "true",
        _ => false,
    }
}

/// An address as it may be given out: the caller parses it.
pub(super) fn is_plain(text: &str) -> bool {
    (1..=MOST_ADDRESS_BYTES).contains(&text.len()) && !text.chars().any(char::is_control)
}

/// A name for people to read: no control characters and none that turn the direction of writing.
pub(super) fn clean_name(text: &str) -> Option<String> {
    const TURNS: [char; 2] = ['\u{061C}', '\u{FEFF}'];
    let hidden = |c: char| {
        c.is_control()
            || TURNS.contains(&c)
            || matches!(c, '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}')
    };
    let shown: String = text.chars().take(4 * MOST_NAME_CHARS).filter(|c| !hidden(*c)).collect();
    let words = shown.split_whitespace().collect::<Vec<_>>().join(" ");
    let name: String = words.chars().take(MOST_NAME_CHARS).collect();
    let name = name.trim_end();
    (!name.is_empty()).then(|| name.to_owned())
}

fn domain(address: &str) -> Option<String> {
    let (_, domain) = address.split_once('@')?;
    (!domain.contains('@')).then(|| domain.to_ascii_lowercase())
}

/// OpenID Connect Core §3.1.3.6; the hash is SHA-256 for both methods that are taken.
fn is_left_half(hash: &Value, of: &str) -> bool {
    let whole = digest(&SHA256, of.as_bytes());
    let half = whole.as_ref().get(..16).unwrap_or_default();
    hash.as_str().is_some_and(|text| same(text, &URL_SAFE_NO_PAD.encode(half)))
}

fn small_hex_sha256(text: &str) -> String {
    let mut hex = String::with_capacity(64);
    for byte in digest(&SHA256, text.as_bytes()).as_ref() {
        hex.extend(
            [byte >> 4, byte & 15].into_iter().filter_map(|n| char::from_digit(u32::from(n), 16)),
        );
    }
    hex
}

fn same(one: &str, other: &str) -> bool {
    one.as_bytes().ct_eq(other.as_bytes()).into()
}
