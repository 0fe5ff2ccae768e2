//! RFC 2047: text of any language in a header.
//!
//! Everything that is not plain beyond doubt becomes base64 words of UTF-8 or ISO-2022-JP, at most 75 octets long, no
//! character cut in two, each beginning and ending in ASCII, a line each. It is here because the encoding is also the defence: words
//! somebody wrote by hand (`=?utf-8?...?=`) are encoded once more and so are shown as written (security.md C10).
//! What must never happen: an octet outside of printable ASCII leaves this file.

use base64::{Engine, engine::general_purpose::STANDARD};

use crate::compose::Charset;

/// RFC 2047 §2: a line with an encoded word has at most 76 octets, a word at most 75.
const LINE_LIMIT: usize = 76;
const WORD_LIMIT: usize = 75;
const CLOSE: &str = "?=";

/// The value of a header of free text (Subject). `column` is where on the line the value begins.
pub(crate) fn unstructured(text: &str, column: usize, charset: Charset) -> String {
    let plain = text.bytes().all(|b| (0x20..0x7f).contains(&b))
        && !text.contains("=?")
        && text.trim() == text
        && column + text.len() <= LINE_LIMIT;
    if plain { text.to_owned() } else { encode(text, column, charset) }
}

/// A display name (RFC 5322 `phrase`). Names of letters and digits stay plain; a quoted string is never used, since some
/// readers decode encoded words inside of it.
pub(crate) fn phrase(text: &str, column: usize, charset: Charset) -> String {
    let plain =
        text.split(' ').all(|word| !word.is_empty() && word.bytes().all(|b| b.is_ascii_alphanumeric()))
            && column + text.len() <= LINE_LIMIT;
    if plain { text.to_owned() } else { encode(text, column, charset) }
}

fn encode(text: &str, column: usize, charset: Charset) -> String {
    let open = format!("=?{}?B?", charset.name().to_ascii_uppercase());
    let room = |columns: usize| {
        let base64 = columns.min(WORD_LIMIT).saturating_sub(open.len() + CLOSE.len());
        base64 / 4 * 3
    };
    let mut out = String::new();
    let mut word = String::new();
    let mut left = room(LINE_LIMIT.saturating_sub(column));
    for character in text.chars() {
        word.push(character);
        if charset.octets(&word).len() > left {
            word.pop();
            push_word(&mut out, &open, &charset.octets(&word));
            // One space begins the folded line; readers drop it between two encoded words (RFC 2047 §6.2).
            out.push_str("\r\n ");
            word.clear();
            word.push(character);
            left = room(LINE_LIMIT - 1);
        }
    }
    push_word(&mut out, &open, &charset.octets(&word));
    out
}

fn push_word(out: &mut String, open: &str, octets: &[u8]) {
    out.push_str(open);
    STANDARD.encode_string(octets, out);
    out.push_str(CLOSE);
}
