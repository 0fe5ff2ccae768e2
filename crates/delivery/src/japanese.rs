//! ISO-2022-JP (RFC 1468), for readers of mail that know nothing newer.
//!
//! `encoding_rs` encodes as browsers do, which is more than mail means by that name: it knows the letters of NEC and IBM, turns
//! half-width katakana into full-width, and maps seven signs of JIS X 0208 as Windows does and others do not. Whatever a strict
//! reader would not read back as the very same text is not encoded here; the mail then goes out in UTF-8. What must never happen: a
//! letter that arrives as another one, and octets that do not end in ASCII.

use encoding_rs::{EncoderResult, ISO_2022_JP};

/// In which letters a Japanese mail is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Japanese {
    /// UTF-8, as every other.
    #[default]
    Utf8,
    /// ISO-2022-JP where it has all letters of the mail, else UTF-8.
    Iso2022Jp,
}

/// Whether ISO-2022-JP has all letters of a text.
#[must_use]
pub fn is_in_iso_2022_jp(text: &str) -> bool {
    encoded(text).is_some()
}

/// The text in ISO-2022-JP, in ASCII at each end of a line and at its own; `None` where that does not have all its letters.
pub(crate) fn encoded(text: &str) -> Option<Vec<u8>> {
    if text.chars().any(is_half_width) {
        return None;
    }
    let mut encoder = ISO_2022_JP.new_encoder();
    let room = encoder.max_buffer_length_from_utf8_without_replacement(text.len())?;
    let mut octets = Vec::with_capacity(room);
    let (result, read) = encoder.encode_from_utf8_to_vec_without_replacement(text, &mut octets, true);
    (result == EncoderResult::InputEmpty && read == text.len() && is_strict(&octets)).then_some(octets)
}

fn is_half_width(letter: char) -> bool {
    ('\u{ff61}'..='\u{ff9f}').contains(&letter)
}

/// Whether there is nothing but ASCII and letters of JIS X 0208 that everybody reads alike.
fn is_strict(octets: &[u8]) -> bool {
    let mut rest = octets;
    while let Some((&first, after)) = rest.split_first() {
        if first != ESCAPE {
            rest = after;
            continue;
        }
        let Some(after) = rest.strip_prefix(TO_JIS) else {
            let Some(after) = rest.strip_prefix(TO_ASCII) else { return false };
            rest = after;
            continue;
        };
        let end = after.iter().position(|octet| *octet == ESCAPE).unwrap_or(after.len());
        let (letters, after) = after.split_at(end);
        let (pairs, odd) = letters.as_chunks::<2>();
        if !odd.is_empty() || pairs.iter().any(|pair| !is_common(*pair)) {
            return false;
        }
        rest = after;
    }
    true
}

/// Row 13 and the rows from 85 on are NEC's and IBM's.
fn is_common(pair: [u8; 2]) -> bool {
    let [row, _] = pair;
    row != 0x2d && row <= 0x74 && !READ_TWO_WAYS.contains(&pair)
}

const ESCAPE: u8 = 0x1b;
const TO_ASCII: &[u8] = b"\x1b(B";
const TO_JIS: &[u8] = b"\x1b$B";

/// Reverse solidus, wave dash, double vertical line, minus, cent, pound, not: U+FF3C, U+FF5E, U+2225, U+FF0D, U+FFE0, U+FFE1 and U+FFE2
/// on Windows, and mostly others elsewhere.
const READ_TWO_WAYS: [[u8; 2]; 7] =
    [[0x21, 0x40], [0x21, 0x41], [0x21, 0x42], [0x21, 0x5d], [0x21, 0x71], [0x21, 0x72], [0x22, 0x4c]];
