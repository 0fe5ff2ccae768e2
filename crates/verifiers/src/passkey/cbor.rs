//! CBOR as CTAP2 writes it: definite lengths, each number in its shortest form, no key twice, few levels.
//!
//! The decoder reads one head at a time and asks for no memory by a claimed length; what it does not look at, the
//! form, is looked at here. The order of keys is left alone, because some clients write the outer map in theirs.
//!
//! What must never happen here: recursion deeper than `MOST_LEVELS` (security.md G9), work that a claimed length
//! causes and no byte pays for.

use std::collections::BTreeSet;

use minicbor::Decoder;
use minicbor::data::Type;

/// CTAP2 itself allows 4; an attestation statement of a foreign format may have a few more.
const MOST_LEVELS: u32 = 16;

/// Not CBOR, or not in the form it must have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct BadCbor;

impl From<minicbor::decode::Error> for BadCbor {
    fn from(_: minicbor::decode::Error) -> BadCbor {
        BadCbor
    }
}

/// Goes through bytes from the beginning.
pub(super) struct Reader<'a> {
    decoder: Decoder<'a>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Reader<'a> {
        Reader { decoder: Decoder::new(bytes) }
    }

    /// The number of pairs that follow.
    pub(super) fn map(&mut self) -> Result<u64, BadCbor> {
        let from = self.decoder.position();
        let pairs = self.decoder.map()?.ok_or(BadCbor)?;
        self.is_shortest(from, 0, pairs)?;
        Ok(pairs)
    }

    pub(super) fn bytes(&mut self) -> Result<&'a [u8], BadCbor> {
        let from = self.decoder.position();
        let bytes = self.decoder.bytes()?;
        self.is_shortest(from, bytes.len(), wide(bytes.len())?)?;
        Ok(bytes)
    }

    pub(super) fn text(&mut self) -> Result<&'a str, BadCbor> {
        let from = self.decoder.position();
        let text = self.decoder.str()?;
        self.is_shortest(from, text.len(), wide(text.len())?)?;
        Ok(text)
    }

    /// A number that fits; those that do not are none that is looked for.
    pub(super) fn int(&mut self) -> Result<i64, BadCbor> {
        i64::try_from(self.any_int()?).map_err(|_| BadCbor)
    }

    /// A number, or else bytes.
    pub(super) fn int_or_bytes(&mut self) -> Result<Result<i64, &'a [u8]>, BadCbor> {
        match self.decoder.datatype()? {
            Type::Bytes => Ok(Err(self.bytes()?)),
            _ => Ok(Ok(self.int()?)),
        }
    }

    fn any_int(&mut self) -> Result<i128, BadCbor> {
        let from = self.decoder.position();
        let number = i128::from(self.decoder.int()?);
        let written = if number < 0 { -1 - number } else { number };
        self.is_shortest(from, 0, u64::try_from(written).map_err(|_| BadCbor)?)?;
        Ok(number)
    }

    /// Whatever item comes next, whole and in its form, as the bytes it is.
    pub(super) fn item(&mut self) -> Result<&'a [u8], BadCbor> {
        self.item_within(MOST_LEVELS)
    }

    /// A map, whole and in its form, as the bytes it is.
    pub(super) fn whole_map(&mut self) -> Result<&'a [u8], BadCbor> {
        match self.decoder.datatype()? {
            Type::Map => self.item(),
            _ => Err(BadCbor),
        }
    }

    /// What has not been read.
    pub(super) fn rest(&self) -> &'a [u8] {
        self.decoder.input().get(self.decoder.position()..).unwrap_or_default()
    }

    fn item_within(&mut self, levels: u32) -> Result<&'a [u8], BadCbor> {
        let levels = levels.checked_sub(1).ok_or(BadCbor)?;
        let from = self.decoder.position();
        match self.decoder.datatype()? {
            Type::U8 | Type::U16 | Type::U32 | Type::U64 => drop(self.any_int()?),
            Type::I8 | Type::I16 | Type::I32 | Type::I64 | Type::Int => drop(self.any_int()?),
            Type::Bytes => drop(self.bytes()?),
            Type::String => drop(self.text()?),
            Type::Bool => drop(self.decoder.bool()?),
            Type::Null => self.decoder.null()?,
            Type::Undefined => self.decoder.undefined()?,
            Type::F16 => self.pass(3)?,
            Type::F32 => self.pass(5)?,
            Type::F64 => self.pass(9)?,
            Type::Array => {
                let items = self.array()?;
                for _ in 0..items {
                    self.item_within(levels)?;
                }
            }
            Type::Map => {
                let mut keys = BTreeSet::new();
                for _ in 0..self.map()? {
                    if !keys.insert(self.item_within(levels)?) {
                        return Err(BadCbor);
                    }
                    self.item_within(levels)?;
                }
            }
            // CTAP2 has neither tags, nor lengths to be found out, nor simple values of one's own.
            Type::Tag | Type::Simple | Type::Break | Type::Unknown(_) => return Err(BadCbor),
            Type::BytesIndef | Type::StringIndef | Type::ArrayIndef | Type::MapIndef => {
                return Err(BadCbor);
            }
        }
        self.decoder.input().get(from..self.decoder.position()).ok_or(BadCbor)
    }

    fn array(&mut self) -> Result<u64, BadCbor> {
        let from = self.decoder.position();
        let items = self.decoder.array()?.ok_or(BadCbor)?;
        self.is_shortest(from, 0, items)?;
        Ok(items)
    }

    fn pass(&mut self, bytes: usize) -> Result<(), BadCbor> {
        let to = self.decoder.position().checked_add(bytes).ok_or(BadCbor)?;
        if to > self.decoder.input().len() {
            return Err(BadCbor);
        }
        self.decoder.set_position(to);
        Ok(())
    }

    /// Whether a head that began at `from` and is followed by `content` bytes took as few bytes as its number
    /// can be written in.
    fn is_shortest(&self, from: usize, content: usize, number: u64) -> Result<(), BadCbor> {
        let shortest = match number {
            0..=23 => 1,
            24..=0xFF => 2,
            0x100..=0xFFFF => 3,
            0x1_0000..=0xFFFF_FFFF => 5,
            _ => 9,
        };
        let whole = self.decoder.position().checked_sub(from).ok_or(BadCbor)?;
        if whole.checked_sub(content) == Some(shortest) { Ok(()) } else { Err(BadCbor) }
    }
}

fn wide(length: usize) -> Result<u64, BadCbor> {
    u64::try_from(length).map_err(|_| BadCbor)
}
