//! Passkeys shown at the sign-in: client data, authenticator data and a signature, as anybody sends them (WebAuthn §7.2).
//!
//! What must hold: of all messages under a key, only what its owner has signed is believed. The input is the passkey's place, the
//! length of the signature in two octets, the signature, the client data up to a zero octet, and the authenticator data.

#![no_main]

use std::sync::LazyLock;

use genkan_fuzz::passkeys::PASSKEYS;
use libfuzzer_sys::fuzz_target;
use verifiers::passkey::Created;

static KEPT: LazyLock<Vec<Created>> = LazyLock::new(|| {
    let kept = PASSKEYS.iter().map(|passkey| {
        let made = passkey.create(&passkey.creation.data).expect("a passkey");
        let honest = &passkey.assertion;
        let shown = passkey.show(&made, (&honest.client_data, &honest.data, &honest.signature));
        shown.expect("the owner is believed");
        made
    });
    kept.collect()
});

fuzz_target!(|octets: &[u8]| {
    let [which, high, low, rest @ ..] = octets else { return };
    let place = usize::from(*which) % PASSKEYS.len();
    let passkey = &PASSKEYS[place];
    let length = usize::from(u16::from_be_bytes([*high, *low]));
    let Some((signature, rest)) = rest.split_at_checked(length) else { return };
    let zero = rest.iter().position(|octet| *octet == 0).unwrap_or(rest.len());
    let (client_data, data) = rest.split_at(zero);
    let data = data.get(1..).unwrap_or_default();
    let honest = &passkey.assertion;
    let is_signed = client_data == honest.client_data && data == honest.data;
    for (owner, kept) in KEPT.iter().enumerate() {
        let shown = passkey.show(kept, (client_data, data, signature));
        let believed = shown.is_ok();
        assert!(!believed || (is_signed && owner == place), "believed, and never signed: {shown:?}");
        let whole = is_signed && owner == place && signature == honest.signature;
        assert!(believed || !whole, "the owner is refused: {shown:?}");
    }
});
