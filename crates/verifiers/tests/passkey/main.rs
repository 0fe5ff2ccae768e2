//! Guards of the relying party of passkeys, against browsers and authenticators that lie.
//!
//! The authenticator of these tests is in software with keys made at run time; the W3C's own vectors are in `data`.

mod cbor;
mod challenges;
mod device;
mod encoding;
mod house;
mod mutated_assertions;
mod mutated_creations;
mod mutated_keys;
mod mutation;
mod offers;
mod origins;
mod vectors;
