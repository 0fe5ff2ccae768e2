//! The key that a client signs its secrets with. The real Apple makes it and lets it be downloaded once, as a `.p8`
//! file; here it is made beside the database.
//!
//! The stand-in keeps the public half alone in memory. The file is readable by its owner only.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::Path;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::issuer::StandInFault;

const BEGIN: &str = "-----BEGIN PRIVATE KEY-----";
const END: &str = "-----END PRIVATE KEY-----";

/// The public half (an uncompressed point on P-256) of the key in `file`, which is made where it is missing: PKCS #8 in
/// PEM, as Apple's `.p8` files are.
pub(crate) fn apple_client_key(file: &Path) -> Result<Vec<u8>, StandInFault> {
    let at = |fault| StandInFault::File(file.display().to_string(), fault);
    if !file.try_exists().map_err(at)? {
        write(file, &fresh()?).map_err(at)?;
    }
    let text = std::fs::read_to_string(file).map_err(at)?;
    let inside = text.trim().strip_prefix(BEGIN).and_then(|rest| rest.strip_suffix(END));
    let bytes =
        inside.and_then(|inside| STANDARD.decode(inside.split_whitespace().collect::<String>()).ok());
    let pair = bytes
        .and_then(|bytes| EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &bytes).ok())
        .ok_or_else(|| StandInFault::Setting(format!("{} holds no key", file.display())))?;
    Ok(pair.public_key().as_ref().to_vec())
}

fn fresh() -> Result<String, StandInFault> {
    let made = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new());
    let made = made.map_err(|_| StandInFault::Cryptography("making an ES256 key"))?;
    let encoded = STANDARD.encode(made.as_ref());
    let mut text = format!("{BEGIN}\n");
    for (at, letter) in encoded.chars().enumerate() {
        if at > 0 && at % 64 == 0 {
            text.push('\n');
        }
        text.push(letter);
    }
    Ok(format!("{text}\n{END}\n"))
}

fn write(file: &Path, text: &str) -> std::io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(file)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}
