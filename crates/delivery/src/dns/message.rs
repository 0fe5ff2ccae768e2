//! One question and one answer of DNS, as octets (RFC 1035 §4, RFC 6891).
//!
//! It is here because the doctor asks five kinds of questions, for which a whole resolver is too much
//! (docs/decisions/0021). An answer is a stranger's: every length is looked at before it is believed, and a pointer
//! in a name goes backwards only. What must never happen: a loop without end, an answer to another question taken.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// RFC 1035 §2.3.4.
const MOST_LABEL: usize = 63;
const MOST_NAME: usize = 255;
/// What we take over UDP (RFC 6891 §6.2.5; the size that survives every path, DNS flag day 2020).
const UDP_SIZE: u16 = 1232;
const CLASS_IN: u16 = 1;
const TYPE_CNAME: u16 = 5;
const TYPE_OPT: u16 = 41;

/// The kinds of records that are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    A,
    Aaaa,
    Mx,
    Ptr,
    Txt,
}

impl Kind {
    fn number(self) -> u16 {
        match self {
            Self::A => 1,
            Self::Ptr => 12,
            Self::Mx => 15,
            Self::Txt => 16,
            Self::Aaaa => 28,
        }
    }
}

/// What one record says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Data {
    Address(IpAddr),
    /// Preference and host; the host is empty for the root (RFC 7505).
    Exchange(u16, String),
    Name(String),
    /// The strings put together.
    Text(String),
}

/// What a server answered.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Reply {
    /// The records of the name, or of what it is an alias for.
    Found(Vec<Data>),
    /// There is no such name, or nothing of this kind at it.
    Nothing,
    /// It did not fit: to be asked over TCP.
    Truncated,
    /// The server cannot say (RFC 1035 §4.1.1, RCODE).
    Failed(u8),
}

/// Writes a question. `None`: the name cannot be one.
pub(super) fn question(id: u16, name: &str, kind: Kind) -> Option<Vec<u8>> {
    // Recursion desired; one question, one record more: ours about the size.
    let mut octets = Vec::new();
    for number in [id, 0x0100, 1, 0, 0, 1] {
        octets.extend(number.to_be_bytes());
    }
    push_name(&mut octets, name)?;
    octets.extend(kind.number().to_be_bytes());
    octets.extend(CLASS_IN.to_be_bytes());
    octets.push(0);
    for number in [TYPE_OPT, UDP_SIZE, 0, 0, 0] {
        octets.extend(number.to_be_bytes());
    }
    Some(octets)
}

fn push_name(octets: &mut Vec<u8>, name: &str) -> Option<()> {
    let start = octets.len();
    for label in name.trim_end_matches('.').split('.').filter(|_| !name.is_empty()) {
        let length = u8::try_from(label.len()).ok().filter(|length| *length > 0)?;
        if label.len() > MOST_LABEL {
            return None;
        }
        octets.push(length);
        octets.extend(label.bytes());
    }
    octets.push(0);
    (octets.len() - start <= MOST_NAME).then_some(())
}

/// Reads an answer to that question. `None`: it is none, or broken.
pub(super) fn answer(octets: &[u8], id: u16, name: &str, kind: Kind) -> Option<Reply> {
    let mut reader = Reader { octets, at: 0 };
    let (found_id, flags) = (reader.number()?, reader.number()?);
    let [questions, answers] = [reader.number()?, reader.number()?];
    reader.skip(4)?;
    let is_reply = flags & 0x8000 != 0 && flags & 0x7800 == 0;
    if found_id != id || !is_reply || questions != 1 {
        return None;
    }
    let wanted = name.trim_end_matches('.').to_ascii_lowercase();
    if reader.name()? != wanted || reader.number()? != kind.number() || reader.number()? != CLASS_IN {
        return None;
    }
    if flags & 0x0200 != 0 {
        return Some(Reply::Truncated);
    }
    match u8::try_from(flags & 0x000f) {
        Ok(0) => {}
        Ok(3) => return Some(Reply::Nothing),
        Ok(code) => return Some(Reply::Failed(code)),
        Err(_) => return None,
    }
    let mut owner = wanted;
    let mut found = Vec::new();
    for _ in 0..answers {
        let (of, record_kind, class) = (reader.name()?, reader.number()?, reader.number()?);
        reader.skip(4)?;
        let length = usize::from(reader.number()?);
        let end = reader.at.checked_add(length).filter(|end| *end <= octets.len())?;
        if of == owner && class == CLASS_IN && record_kind == TYPE_CNAME {
            owner = reader.name()?;
        } else if of == owner && class == CLASS_IN && record_kind == kind.number() {
            found.push(reader.data(kind, end)?);
        }
        reader.at = end;
    }
    Some(if found.is_empty() { Reply::Nothing } else { Reply::Found(found) })
}

struct Reader<'a> {
    octets: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let end = self.at.checked_add(count)?;
        let taken = self.octets.get(self.at..end)?;
        self.at = end;
        Some(taken)
    }

    fn skip(&mut self, count: usize) -> Option<()> {
        self.take(count).map(|_| ())
    }

    fn octet(&mut self) -> Option<u8> {
        self.take(1)?.first().copied()
    }

    fn number(&mut self) -> Option<u16> {
        Some(u16::from_be_bytes(self.take(2)?.try_into().ok()?))
    }

    /// A name in small letters, without the dot at its end (RFC 1035 §4.1.4).
    fn name(&mut self) -> Option<String> {
        let mut name = String::new();
        let mut after = None;
        let mut lowest = self.at;
        loop {
            let length = self.octet()?;
            match length {
                0 => break,
                0xc0.. => {
                    let target = usize::from(length & 0x3f) << 8 | usize::from(self.octet()?);
                    after.get_or_insert(self.at);
                    // Backwards only, so that it ends.
                    if target >= lowest {
                        return None;
                    }
                    lowest = target;
                    self.at = target;
                }
                1..=0x3f => {
                    let label = self.take(usize::from(length))?;
                    if !name.is_empty() {
                        name.push('.');
                    }
                    name.extend(label.iter().map(|octet| shown(*octet)));
                    if name.len() > MOST_NAME {
                        return None;
                    }
                }
                _reserved => return None,
            }
        }
        self.at = after.unwrap_or(self.at);
        Some(name)
    }

    fn data(&mut self, kind: Kind, end: usize) -> Option<Data> {
        Some(match kind {
            Kind::A => {
                let octets: [u8; 4] = self.take(4)?.try_into().ok()?;
                Data::Address(Ipv4Addr::from(octets).into())
            }
            Kind::Aaaa => {
                let octets: [u8; 16] = self.take(16)?.try_into().ok()?;
                Data::Address(Ipv6Addr::from(octets).into())
            }
            Kind::Mx => Data::Exchange(self.number()?, self.name()?),
            Kind::Ptr => Data::Name(self.name()?),
            Kind::Txt => {
                let mut text = Vec::new();
                while self.at < end {
                    let length = usize::from(self.octet()?);
                    text.extend(self.take(length)?);
                }
                Data::Text(String::from_utf8_lossy(&text).into_owned())
            }
        })
        .filter(|_| self.at <= end)
    }
}

/// A letter of a name that can be printed; a dot within a label and anything strange is shown as `?`.
fn shown(octet: u8) -> char {
    match octet {
        b'.' => '?',
        0x21..=0x7e => char::from(octet.to_ascii_lowercase()),
        _ => '?',
    }
}
