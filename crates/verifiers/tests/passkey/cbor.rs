//! CBOR written by hand, good and bad: a second writer beside the decoder that is tried.

/// A head of the shortest form.
pub(crate) fn head(major: u8, number: u64) -> Vec<u8> {
    let major = major << 5;
    match number {
        0..=23 => vec![major | u8::try_from(number).unwrap()],
        24..=0xFF => vec![major | 24, u8::try_from(number).unwrap()],
        0x100..=0xFFFF => long_head(major >> 5, 2, number),
        0x1_0000..=0xFFFF_FFFF => long_head(major >> 5, 4, number),
        _ => long_head(major >> 5, 8, number),
    }
}

/// A head with its number in so many bytes, needed or not.
pub(crate) fn long_head(major: u8, bytes: usize, number: u64) -> Vec<u8> {
    let additional = match bytes {
        1 => 24,
        2 => 25,
        4 => 26,
        _ => 27,
    };
    [&[(major << 5) | additional], &number.to_be_bytes()[8 - bytes..]].concat()
}

pub(crate) fn int(number: i64) -> Vec<u8> {
    match u64::try_from(number) {
        Ok(number) => head(0, number),
        Err(_) => head(1, u64::try_from(-1 - number).unwrap()),
    }
}

pub(crate) fn bytes(content: &[u8]) -> Vec<u8> {
    [head(2, content.len() as u64), content.to_vec()].concat()
}

pub(crate) fn text(content: &str) -> Vec<u8> {
    [head(3, content.len() as u64), content.as_bytes().to_vec()].concat()
}

pub(crate) fn array(items: &[Vec<u8>]) -> Vec<u8> {
    [head(4, items.len() as u64), items.concat()].concat()
}

pub(crate) fn map(pairs: &[(Vec<u8>, Vec<u8>)]) -> Vec<u8> {
    let written: Vec<_> =
        pairs.iter().map(|(key, value)| [key.clone(), value.clone()].concat()).collect();
    [head(5, pairs.len() as u64), written.concat()].concat()
}
