//! Pushed authorization requests (RFC 9126): what a client has asked for, sealed, so that a browser carries it and can read or
//! change nothing of it.

use crate::code::CodeKeys;
use crate::random::NoRandomness;
use crate::sealed::{SealedKind, open, seal};

/// A request as its client pushed it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PushedRequest {
    /// Whose it is.
    pub client: String,
    /// From when on nobody may begin with it, in milliseconds since 1970.
    pub expires_ms: i64,
    /// What was asked for, as the house has written it.
    pub request: Vec<u8>,
}

/// What stands before it in an address (RFC 9126 2.2).
pub const PUSHED_PREFIX: &str = "urn:ietf:params:oauth:request_uri:";

/// The `request_uri` of a request.
///
/// # Errors
/// When there is no key or no randomness.
pub fn seal_pushed(keys: &CodeKeys, pushed: &PushedRequest) -> Result<String, NoRandomness> {
    let client = pushed.client.as_bytes();
    let length = u16::try_from(client.len()).map_err(|_| NoRandomness)?;
    let mut plain = pushed.expires_ms.to_be_bytes().to_vec();
    plain.extend_from_slice(&length.to_be_bytes());
    plain.extend_from_slice(client);
    plain.extend_from_slice(&pushed.request);
    Ok(format!("{PUSHED_PREFIX}{}", seal(keys, SealedKind::Pushed, &plain)?))
}

/// A request of ours; whether it is begun in time and by whom is not looked at.
#[must_use]
pub fn read_pushed(keys: &CodeKeys, uri: &str) -> Option<PushedRequest> {
    let plain = open(keys, SealedKind::Pushed, uri.strip_prefix(PUSHED_PREFIX)?)?;
    let (expires, rest) = plain.split_first_chunk::<8>()?;
    let (length, rest) = rest.split_first_chunk::<2>()?;
    let (client, request) = rest.split_at_checked(usize::from(u16::from_be_bytes(*length)))?;
    Some(PushedRequest {
        client: String::from_utf8(client.to_vec()).ok()?,
        expires_ms: i64::from_be_bytes(*expires),
        request: request.to_vec(),
    })
}

#[cfg(test)]
mod tests {
    use super::{PUSHED_PREFIX, PushedRequest, read_pushed, seal_pushed};
    use crate::code::CodeKeys;

    #[test]
    fn what_was_pushed_comes_back_whole_and_nothing_else_is_taken_for_it() {
        let keys =
            CodeKeys::new(1, vec![(1, std::array::from_fn(|n| u8::try_from(n).unwrap()))]).unwrap();
        for client in ["a", "novel-site", "物語"] {
            let pushed = PushedRequest {
                client: client.to_owned(),
                expires_ms: 1_790_000_000_000,
                request: b"scope=openid".to_vec(),
            };
            let uri = seal_pushed(&keys, &pushed).unwrap();
            assert_eq!(read_pushed(&keys, &uri), Some(pushed));
            assert_eq!(read_pushed(&keys, uri.strip_prefix(PUSHED_PREFIX).unwrap()), None);
            assert_eq!(read_pushed(&keys, &format!("{uri}A")), None);
        }
        assert_eq!(read_pushed(&keys, PUSHED_PREFIX), None);
    }
}
