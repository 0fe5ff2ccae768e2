//! A password hash in few bytes: 54 instead of the 97 characters of its usual spelling.
//!
//! Here is known how hashes are spelt, not how they are made: the text is taken apart at its marks, its numbers and its
//! Base64 become bytes, and only a text that comes out again to the last character is kept so. Every other one (of
//! another algorithm, length or spelling) is kept as the text that it is.
//!
//! ```text
//! 1 | memory in KiB, 3 bytes | passes, 1 | lanes, 1 | salt, 16 | output, 32
//! ```

use accounts::PasswordHash;
use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;

use crate::driver::{Row, Value};
use crate::fault::Fault;

/// What stands for a void password: nothing matches it.
const VOID: &str = "";
/// What stands in the column of the text where the hash is in that of the bytes.
const PACKED: &str = ".";

/// A hash on its way to the columns `hash` and `packed`.
pub(crate) fn hash(hash: &PasswordHash) -> [Value; 2] {
    match pack(&hash.0) {
        Some(bytes) => [PACKED.into(), bytes.into()],
        None => [hash.0.as_str().into(), Value::Null],
    }
}

/// A hash from the columns `hash` and `packed`, or none where the password is void.
///
/// The text decides: a node that knows no bytes leaves older ones where they are.
pub(crate) fn read_hash(row: &Row) -> Result<Option<PasswordHash>, Fault> {
    let text = match (row.text("hash")?, row.maybe_bytes("packed")?) {
        (VOID, _) => return Ok(None),
        (PACKED, Some(bytes)) => {
            unpack(bytes).ok_or_else(|| row.fault("packed", "not the bytes of a hash"))?
        }
        (text, _) => text.to_owned(),
    };
    Ok(Some(PasswordHash(text)))
}

fn pack(text: &str) -> Option<Vec<u8>> {
    let (memory, rest) = text.strip_prefix(HEAD)?.split_once(",t=")?;
    let (passes, rest) = rest.split_once(",p=")?;
    let (lanes, rest) = rest.split_once('$')?;
    let (salt, output) = rest.split_once('$')?;
    let [0, memory @ ..] = memory.parse::<u32>().ok()?.to_be_bytes() else {
        return None;
    };
    let mut packed = Vec::with_capacity(LENGTH);
    packed.push(ARGON2ID);
    packed.extend(memory);
    packed.extend([passes.parse::<u8>().ok()?, lanes.parse::<u8>().ok()?]);
    packed.extend(STANDARD_NO_PAD.decode(salt).ok()?);
    packed.extend(STANDARD_NO_PAD.decode(output).ok()?);
    // Numbers and Base64 have other spellings, and a salt may be of another length.
    (unpack(&packed).as_deref() == Some(text)).then_some(packed)
}

fn unpack(packed: &[u8]) -> Option<String> {
    let (&[ARGON2ID, high, middle, low, passes, lanes], rest) = packed.split_first_chunk()? else {
        return None;
    };
    let (salt, output) = rest.split_first_chunk::<SALT>()?;
    let output = <&[u8; OUTPUT]>::try_from(output).ok()?;
    let memory = u32::from_be_bytes([0, high, middle, low]);
    let (salt, output) = (STANDARD_NO_PAD.encode(salt), STANDARD_NO_PAD.encode(output));
    Some(format!("{HEAD}{memory},t={passes},p={lanes}${salt}${output}"))
}

/// What the bytes begin with, and what they then mean.
const ARGON2ID: u8 = 1;
const HEAD: &str = "$argon2id$v=19$m=";
const SALT: usize = 16;
const OUTPUT: usize = 32;
const LENGTH: usize = 6 + SALT + OUTPUT;

#[cfg(test)]
mod tests;
