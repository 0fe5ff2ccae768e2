//! Proofs that whoever shows a token holds its key (DPoP, RFC 9449), by the house's clock.

use verifiers::openid::{ProofOf, ProofRefusal, fresh_nonce, read_proof};

use crate::engine::Engine;
use crate::fault::Fault;

/// What became of a proof.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Proof {
    /// It is of this request; the thumbprint of its key.
    Of(String),
    /// It is none.
    Unfit,
    /// It is to be made anew with this time of ours in it.
    Late(String),
}

impl Engine {
    /// Reads the proof that came with a request of this method and address, and with this access token.
    ///
    /// # Errors
    /// No randomness.
    pub fn read_proof(
        &self,
        proof: &str,
        (method, url): (&str, &str),
        access_token: Option<&str>,
    ) -> Result<Proof, Fault> {
        let now_ms = self.now().0;
        match read_proof(&self.codes, proof, &ProofOf { method, url, access_token, now_ms }) {
            Ok(key) => Ok(Proof::Of(key)),
            Err(ProofRefusal::Unfit) => Ok(Proof::Unfit),
            Err(ProofRefusal::Late) => {
                let nonce = fresh_nonce(&self.codes, now_ms).map_err(|_| Fault::NoRandomness)?;
                Ok(Proof::Late(nonce))
            }
        }
    }
}
