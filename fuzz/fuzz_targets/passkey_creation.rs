//! Attestation objects, as whoever adds a passkey sends them: CBOR, authenticator data, a COSE key (WebAuthn §7.1).
//!
//! What must hold: what is kept of an object that is taken stood in it, letter by letter; its key is one that a signature can be
//! checked with, else its owner could never sign in; nothing may follow the object. The first octet says which passkey the browser
//! speaks of.

#![no_main]

use genkan_fuzz::passkeys::PASSKEYS;
use libfuzzer_sys::fuzz_target;
use verifiers::passkey::Refusal;

fuzz_target!(|octets: &[u8]| {
    let [which, object @ ..] = octets else { return };
    let passkey = &PASSKEYS[usize::from(*which) % PASSKEYS.len()];
    let made = passkey.create(object);
    assert_eq!(made, passkey.create(object), "judged otherwise the second time");
    let Ok(made) = made else { return };
    assert_eq!(made.credential_id, passkey.credential_id, "another one than the browser says");
    for kept in [&made.credential_id, &made.key, &made.aaguid.to_vec()] {
        assert!(object.windows(kept.len()).any(|piece| piece == kept), "kept, and not in the object");
    }
    assert!(
        passkey.create(&[object, &[0]].concat()).is_err(),
        "something follows, and nobody has read it"
    );
    let shown = &passkey.assertion;
    let nothing = passkey.show(&made, (&shown.client_data, &shown.data, &[0; 64]));
    let judged = matches!(nothing, Err(Refusal::Signature | Refusal::EligibilityChanged));
    assert!(judged, "the key was taken and cannot be used: {nothing:?}");
});
