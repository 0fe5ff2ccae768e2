//! The address that a mail comes back to: it names the mail, and only we can have written it (security.md C12).
//!
//! `bounces+<mail>.<number>.<tag>@domain`, where the tag is HMAC-SHA-256, cut to 80 bits, of the mail and of whom it went to,
//! under a key of its own derived from the key file. Small letters and digits only, because servers on the way change the
//! case; short, because what stands before the `@` has 64 octets (RFC 5321 §4.5.3.1.1). What must never happen here: an
//! address of one mail taken for that of another, or for another recipient.

use aws_lc_rs::hmac;
use subtle::ConstantTimeEq;

use crate::code::CodeKeys;

/// Which mail an address belongs to, and to whom that went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Returned {
    /// The id of the decision that wrote it.
    pub decision: [u8; 16],
    /// Its number there.
    pub n: u16,
}

/// An address as it came back, not yet believed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReturnAddress {
    /// Which mail it says.
    pub mail: Returned,
    tag: [u8; TAG_BYTES],
}

/// The most octets before the `+`.
pub const MAILBOX_MAX: usize = 64 - 1 - 26 - 1 - 5 - 1 - 16;

/// The address that a mail to `recipient` (by its key) comes back to. `None` where the key is gone.
#[must_use]
pub fn write(keys: &CodeKeys, base: &str, mail: Returned, recipient: &str) -> Option<String> {
    let (mailbox, domain) = base.rsplit_once('@')?;
    let tag = tag(keys, keys.current_id(), mail, recipient)?;
    let (id, n) = (base32(&mail.decision), mail.n);
    Some(format!("{mailbox}+{id}.{n}.{}@{domain}", base32(&tag)))
}

/// Reads an address of ours; `None` where it is none.
#[must_use]
pub fn read(base: &str, address: &str) -> Option<ReturnAddress> {
    let (mailbox, domain) = base.rsplit_once('@')?;
    let (local, at) = address.rsplit_once('@')?;
    let (before, detail) = local.split_once('+')?;
    if !before.eq_ignore_ascii_case(mailbox) || !at.eq_ignore_ascii_case(domain) {
        return None;
    }
    let mut parts = detail.split('.');
    let (id, n, tag) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() {
        return None;
    }
    // `03` and `+3` are no numbers that we write.
    let n = n.parse().ok().filter(|number: &u16| number.to_string() == n)?;
    let mail = Returned { decision: unbase32(id)?, n };
    Some(ReturnAddress { mail, tag: unbase32(tag)? })
}

impl ReturnAddress {
    /// Whether we wrote it for a mail to that recipient, with any key of the ring.
    #[must_use]
    pub fn is_ours(&self, keys: &CodeKeys, recipient: &str) -> bool {
        // In constant time: security.md H4.
        let fits = |id| {
            let tag = tag(keys, id, self.mail, recipient);
            tag.is_some_and(|tag| bool::from(tag.ct_eq(&self.tag)))
        };
        keys.ids().any(fits)
    }
}

const TAG_BYTES: usize = 10;
const LABEL: &[u8] = b"genkan return address v1\0";

fn tag(keys: &CodeKeys, key_id: u32, mail: Returned, recipient: &str) -> Option<[u8; TAG_BYTES]> {
    let key = keys.derive_key(key_id, LABEL)?;
    let mut mac = hmac::Context::with_key(&hmac::Key::new(hmac::HMAC_SHA256, key.as_slice()));
    // Each part but the last has a fixed length, so no two questions are the same bytes.
    mac.update(&mail.decision);
    mac.update(&mail.n.to_be_bytes());
    mac.update(recipient.as_bytes());
    mac.sign().as_ref().first_chunk().copied()
}

const ALPHABET: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";

/// RFC 4648 §6 in small letters, without padding.
fn base32(bytes: &[u8]) -> String {
    let mut text = String::new();
    let (mut held, mut bits) = (0_u32, 0);
    for byte in bytes {
        held = (held << 8 | u32::from(*byte)) & 0xFFFF;
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            text.push(letter(held >> bits));
        }
    }
    if bits > 0 {
        text.push(letter(held << (5 - bits)));
    }
    text
}

fn letter(value: u32) -> char {
    let at = usize::try_from(value & 31).unwrap_or(0);
    ALPHABET.get(at).copied().map_or('a', char::from)
}

/// Exactly so many bytes, spelt in the one way there is.
fn unbase32<const N: usize>(text: &str) -> Option<[u8; N]> {
    let mut bytes = Vec::with_capacity(N);
    let (mut held, mut bits) = (0_u32, 0);
    for letter in text.bytes() {
        let small = letter.to_ascii_lowercase();
        let value = ALPHABET.iter().position(|known| *known == small)?;
        held = (held << 5 | u32::try_from(value).ok()?) & 0xFFFF;
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            bytes.push(u8::try_from((held >> bits) & 0xFF).ok()?);
        }
        if bytes.len() > N {
            return None;
        }
    }
    let found: [u8; N] = bytes.try_into().ok()?;
    (base32(&found).len() == text.len() && base32(&found).eq_ignore_ascii_case(text)).then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    const BASE: &str = "bounces@mail.example.com";
    const MAIL: Returned = Returned { decision: [0xA5; 16], n: 3 };

    fn keys(secret: u8) -> CodeKeys {
        let mut key = [secret; 32];
        key[0] = !secret;
        CodeKeys::new(7, vec![(7, key)]).expect("keys")
    }

    #[test]
    fn c12_an_address_is_ours_only_for_its_mail_its_recipient_and_our_key() {
        let keys_ = keys(1);
        let address = write(&keys_, BASE, MAIL, "hanako@example.jp").expect("an address");
        let local = address.split('@').next().expect("local");
        assert!(local.len() <= 64 && address.is_ascii(), "{address}");
        for spelt in [address.clone(), address.to_ascii_uppercase()] {
            let read = read(BASE, &spelt).expect("ours");
            assert_eq!(read.mail, MAIL);
            assert!(read.is_ours(&keys_, "hanako@example.jp"));
            assert!(!read.is_ours(&keys_, "taro@example.jp"));
            assert!(!read.is_ours(&keys(2), "hanako@example.jp"));
            let other = ReturnAddress { mail: Returned { n: 4, ..MAIL }, ..read };
            assert!(!other.is_ours(&keys_, "hanako@example.jp"));
        }
    }

    #[test]
    fn every_changed_letter_makes_it_another_or_none() {
        let keys = keys(1);
        let address = write(&keys, BASE, MAIL, "hanako@example.jp").expect("an address");
        for at in 0..address.len() {
            let mut changed = address.clone().into_bytes();
            changed[at] = if changed[at] == b'b' { b'c' } else { b'b' };
            let changed = String::from_utf8(changed).expect("ascii");
            let believed =
                read(BASE, &changed).is_some_and(|read| read.is_ours(&keys, "hanako@example.jp"));
            assert!(!believed, "{changed}");
        }
        for wrong in [
            "",
            "bounces@mail.example.com",
            "bounces+@mail.example.com",
            "bounces+a.0.b@mail.example.com",
        ] {
            assert_eq!(read(BASE, wrong), None, "{wrong}");
        }
        for (from, to) in [("@", ".x@"), (".3.", ".03."), (".3.", ".+3.")] {
            assert_eq!(read(BASE, &address.replacen(from, to, 1)), None, "{to}");
        }
    }
}
