//! How the words of the rules are spelt in rows, and read back strictly.
//!
//! A spelling is written once, here, for both directions; it is stored and may never change its meaning. What cannot be
//! read is a fault that names statement and column, never a guess, and never the value.

mod announced;
mod kept;
mod packed;

use accounts::{
    ActivityKind, Actor, Addressed, Backup, ChallengeKind, DeviceGuesses, DeviceId, Digits, Email,
    FormerWay, GrantReach, Instant, Lane, Line, Locale, MailKind, Method, Provider, Purpose, Relay,
    SessionKind, Stage, Ticket, TicketId, Vouched,
};

pub(crate) use announced::{detail, read_announced};
pub(crate) use kept::{methods, read_methods, read_shown, shown};
pub(crate) use packed::{hash, read_hash};

use crate::driver::{Row, Value};
use crate::fault::Fault;

/// A value that is stored as one word.
pub(crate) trait Word: Copy {
    /// Its spelling.
    fn word(self) -> &'static str;
    /// The value spelt like this.
    fn read(word: &str) -> Option<Self>;
}

macro_rules! words {
    ($($name:ident { $($variant:ident = $word:literal),+ $(,)? })+) => {$(
        impl Word for $name {
            fn word(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)+
                }
            }

            fn read(word: &str) -> Option<Self> {
                match word {
                    $($word => Some(Self::$variant),)+
                    _ => None,
                }
            }
        }
    )+};
}

words! {
    Actor { Visitor = "visitor", Operator = "operator", System = "system" }
    Backup { Single = "single", Eligible = "eligible", BackedUp = "backed-up" }
    ChallengeKind {
        Code = "code",
        AccountExists = "account-exists",
        Nobody = "nobody",
        UndoOffered = "undo-offered",
        ProviderOnly = "provider-only",
    }
    FormerWay { Removed = "removed", Withdrawn = "withdrawn" }
    Purpose {
        Register = "register",
        Reset = "reset",
        ChangeEmail = "change-email",
        AddEmail = "add-email",
        RegisterIdentity = "register-identity",
        Offer = "offer",
    }
    Relay { Own = "own", Private = "private" }
    SessionKind { Browser = "browser", App = "app" }
    GrantReach { Session = "session", App = "app", Offline = "offline" }
    Stage { Address = "address", Code = "code", Proven = "proven" }
    Vouched { Yes = "yes", No = "no" }
}

impl Word for ActivityKind {
    fn word(self) -> &'static str {
        self.name()
    }

    fn read(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == word)
    }
}

impl Word for MailKind {
    fn word(self) -> &'static str {
        self.name()
    }

    fn read(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == word)
    }
}

impl Word for Locale {
    fn word(self) -> &'static str {
        self.tag()
    }

    fn read(word: &str) -> Option<Self> {
        Self::from_tag(word)
    }
}

/// How many digits a code has.
pub(crate) fn digits(digits: Digits) -> i64 {
    match digits {
        Digits::Twelve => 12,
        Digits::Sixteen => 16,
    }
}

/// Reading what the rules keep in rows.
pub(crate) trait Read {
    /// A value of one word.
    fn word<T: Word>(&self, column: &'static str) -> Result<T, Fault>;
    /// A login method.
    fn method(&self, column: &'static str) -> Result<Method, Fault>;
    /// A login method, or nothing.
    fn maybe_method(&self, column: &'static str) -> Result<Option<Method>, Fault>;
    /// A login method that has an address.
    fn addressed(&self, column: &'static str) -> Result<Addressed, Fault>;
    /// A provider.
    fn provider(&self, column: &'static str) -> Result<Provider, Fault>;
    /// An instant.
    fn instant(&self, column: &'static str) -> Result<Instant, Fault>;
    /// An instant, or nothing.
    fn maybe_instant(&self, column: &'static str) -> Result<Option<Instant>, Fault>;
    /// A count.
    fn count(&self, column: &'static str) -> Result<u32, Fault>;
    /// A line that was clean when it was written.
    fn line(&self, column: &'static str) -> Result<Line, Fault>;
    /// A line that was clean when it was written, or nothing.
    fn maybe_line(&self, column: &'static str) -> Result<Option<Line>, Fault>;
    /// An address as stored.
    fn email(&self, column: &'static str) -> Result<Email, Fault>;
    /// An address as stored, or nothing.
    fn maybe_email(&self, column: &'static str) -> Result<Option<Email>, Fault>;
    /// Bytes of a known length, or nothing.
    fn maybe_array<const N: usize>(&self, column: &'static str) -> Result<Option<[u8; N]>, Fault>;
    /// The length of a code.
    fn digits(&self, column: &'static str) -> Result<Digits, Fault>;
    /// Paid guesses.
    fn tickets(&self, column: &'static str) -> Result<Vec<Ticket>, Fault>;
    /// Wrong guesses of known devices.
    fn device_guesses(&self, column: &'static str) -> Result<Vec<DeviceGuesses>, Fault>;
}

impl Read for Row {
    fn word<T: Word>(&self, column: &'static str) -> Result<T, Fault> {
        T::read(self.text(column)?).ok_or_else(|| self.fault(column, UNKNOWN))
    }

    fn method(&self, column: &'static str) -> Result<Method, Fault> {
        Method::from_key(self.text(column)?).ok_or_else(|| self.fault(column, UNKNOWN))
    }

    fn maybe_method(&self, column: &'static str) -> Result<Option<Method>, Fault> {
        let key = self.maybe_text(column)?;
        let read = |key| Method::from_key(key).ok_or_else(|| self.fault(column, UNKNOWN));
        key.map(read).transpose()
    }

    fn addressed(&self, column: &'static str) -> Result<Addressed, Fault> {
        Addressed::from_name(self.text(column)?).ok_or_else(|| self.fault(column, UNKNOWN))
    }

    fn provider(&self, column: &'static str) -> Result<Provider, Fault> {
        Provider::parse(self.text(column)?).ok_or_else(|| self.fault(column, UNKNOWN))
    }

    fn instant(&self, column: &'static str) -> Result<Instant, Fault> {
        self.int(column).map(Instant)
    }

    fn maybe_instant(&self, column: &'static str) -> Result<Option<Instant>, Fault> {
        Ok(self.maybe_int(column)?.map(Instant))
    }

    fn count(&self, column: &'static str) -> Result<u32, Fault> {
        u32::try_from(self.int(column)?).map_err(|_| self.fault(column, "a count out of range"))
    }

    fn line(&self, column: &'static str) -> Result<Line, Fault> {
        let text = self.text(column)?;
        let line = Line::clean(text, usize::MAX);
        if line.as_str() == text {
            Ok(line)
        } else {
            Err(self.fault(column, "a line that is not clean"))
        }
    }

    fn maybe_line(&self, column: &'static str) -> Result<Option<Line>, Fault> {
        match self.maybe_text(column)? {
            Some(_) => self.line(column).map(Some),
            None => Ok(None),
        }
    }

    fn email(&self, column: &'static str) -> Result<Email, Fault> {
        Email::from_stored(self.text(column)?).ok_or_else(|| self.fault(column, "not an address"))
    }

    fn maybe_email(&self, column: &'static str) -> Result<Option<Email>, Fault> {
        let stored = self.maybe_text(column)?;
        let read = |text| Email::from_stored(text).ok_or_else(|| self.fault(column, "not an address"));
        stored.map(read).transpose()
    }

    fn maybe_array<const N: usize>(&self, column: &'static str) -> Result<Option<[u8; N]>, Fault> {
        let bytes = self.maybe_bytes(column)?;
        let fault = |_| self.fault(column, "bytes of another length");
        bytes.map(|bytes| bytes.try_into().map_err(fault)).transpose()
    }

    fn digits(&self, column: &'static str) -> Result<Digits, Fault> {
        let stored = self.int(column)?;
        let known = [Digits::Twelve, Digits::Sixteen].into_iter().find(|d| digits(*d) == stored);
        known.ok_or_else(|| self.fault(column, "no length of a code"))
    }

    fn tickets(&self, column: &'static str) -> Result<Vec<Ticket>, Fault> {
        each(self.text(column)?, ticket).ok_or_else(|| self.fault(column, "not a list of tickets"))
    }

    fn device_guesses(&self, column: &'static str) -> Result<Vec<DeviceGuesses>, Fault> {
        each(self.text(column)?, device).ok_or_else(|| self.fault(column, "not a list of devices"))
    }
}

const UNKNOWN: &str = "an unknown word";

/// `ticket/strangers/millis` or `ticket/device/millis`, one space between.
pub(crate) fn tickets(tickets: &[Ticket]) -> String {
    let one = |ticket: &Ticket| {
        let lane = match &ticket.lane {
            Lane::Strangers => STRANGERS.to_owned(),
            Lane::Device(device) => hex(&device.0),
        };
        format!("{}/{lane}/{}", hex(&ticket.id.0), ticket.taken_at.0)
    };
    tickets.iter().map(one).collect::<Vec<_>>().join(" ")
}

/// `device/wrong/millis`, one space between.
pub(crate) fn device_guesses(devices: &[DeviceGuesses]) -> String {
    let one = |device: &DeviceGuesses| {
        format!("{}/{}/{}", hex(&device.device.0), device.wrong, device.last_wrong_at.0)
    };
    devices.iter().map(one).collect::<Vec<_>>().join(" ")
}

fn each<T>(text: &str, read: impl Fn([&str; 3]) -> Option<T>) -> Option<Vec<T>> {
    if text.is_empty() {
        return Some(Vec::new());
    }
    text.split(' ').map(|one| read(three(one)?)).collect()
}

fn three(text: &str) -> Option<[&str; 3]> {
    let mut parts = text.split('/');
    let three = [parts.next()?, parts.next()?, parts.next()?];
    parts.next().is_none().then_some(three)
}

fn ticket([id, lane, taken_at]: [&str; 3]) -> Option<Ticket> {
    let lane = if lane == STRANGERS { Lane::Strangers } else { Lane::Device(DeviceId(unhex(lane)?)) };
    Some(Ticket { id: TicketId(unhex(id)?), lane, taken_at: Instant(number(taken_at)?) })
}

fn device([device, wrong, last_wrong_at]: [&str; 3]) -> Option<DeviceGuesses> {
    Some(DeviceGuesses {
        device: DeviceId(unhex(device)?),
        wrong: u32::try_from(number(wrong)?).ok()?,
        last_wrong_at: Instant(number(last_wrong_at)?),
    })
}

/// A number in its one spelling: no plus sign, no leading zero.
fn number(text: &str) -> Option<i64> {
    text.parse::<i64>().ok().filter(|number| number.to_string() == text)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Bytes of whatever length, in the one spelling that `hex` gives.
fn unhex_all(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    };
    let byte = |pair: &[u8]| match pair {
        [high, low] => Some((digit(*high)? << 4) | digit(*low)?),
        _ => None,
    };
    text.as_bytes().chunks(2).map(byte).collect()
}

fn unhex(text: &str) -> Option<[u8; 16]> {
    let whole = text.len() == 32 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    let number = whole.then(|| u128::from_str_radix(text, 16).ok())?;
    number.map(u128::to_be_bytes)
}

const STRANGERS: &str = "strangers";

/// The kind of a number that says "this was not me".
pub(crate) const NOT_ME: &str = "not-me";
/// The kind of a number that undoes a change.
pub(crate) const UNDO: &str = "undo";

/// The kind of a number that takes a withdrawal back.
pub(crate) const RESTORE: &str = "restore";
/// The kind of a number that says "I cannot use this provider any more".
pub(crate) const LOST: &str = "lost";

/// Bytes on their way to a row.
pub(crate) fn bytes(bytes: &[u8]) -> Value {
    Value::from(bytes)
}

/// An instant, or nothing, on its way to a row.
pub(crate) fn maybe_at(at: Option<Instant>) -> Value {
    at.map(|at| at.0).into()
}

#[cfg(test)]
mod tests;
