//! What an OpenID provider hands to its clients and takes back: codes, refresh tokens, the proof of who began (PKCE), the
//! secrets of clients, and names that no two sites can compare.
//!
//! Codes and tokens are sealed (see `sealed`); nothing of them is stored. What a code was given for is in the code.
//!
//! What must never happen here: a verifier that is not asked for, a comparison that stops at the first wrong byte, a token of
//! a client read for another's.

mod auth_session;
mod client;
mod code;
mod dpop;
mod half;
mod pkce;
mod pushed;
mod refresh;

pub use auth_session::{AuthSession, HeldSecret, read_auth_session, seal_auth_session};
pub use client::{ClientSecret, pairwise};
pub use code::{AuthorizationCode, Step, read_code, read_step, seal_code, seal_step};
pub use dpop::{PROOF_ALGORITHMS, ProofOf, ProofRefusal, fresh_nonce, read_proof, thumbprint_bytes};
pub use half::at_hash;
pub use pkce::{is_challenge, verifies};
pub use pushed::{PUSHED_PREFIX, PushedRequest, read_pushed, seal_pushed};
pub use refresh::{RefreshToken, access_name, fresh_refresh, read_access_name, read_refresh};
