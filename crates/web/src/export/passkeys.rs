//! Passkeys in the member's file (R-WITHDRAW-3).
//!
//! The public key is left out: it says nothing about anybody, and nothing can be done with it elsewhere. The credential id
//! is told here and nowhere else, because it is what the member's device knows the passkey by.

use accounts::{Backup, Method, Passkey};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::ids;
use crate::json::time;

/// A passkey.
#[derive(Serialize, ToSchema)]
pub(crate) struct ExportedPasskey {
    /// Its id here.
    #[schema(format = Uuid)]
    id: String,
    /// Its id on the device, in base64url.
    credential_id: String,
    /// What the member calls it.
    name: String,
    /// Which kind of authenticator made it, by its AAGUID; zeroes where it does not say.
    #[schema(format = Uuid)]
    aaguid: String,
    /// What that authenticator is called, as far as it is known.
    authenticator: Option<String>,
    /// How it can be reached: `internal`, `hybrid`, `usb` and others.
    transports: Vec<String>,
    /// Whether it can be copied to other devices.
    can_be_synced: bool,
    /// Whether it has been, when it was last seen.
    synced: bool,
    /// How often it has signed, where it counts; else 0.
    counter: u32,
    /// When it was added.
    #[schema(format = DateTime)]
    added_at: String,
    /// In which session.
    #[schema(format = Uuid)]
    added_by: Option<String>,
    /// When it was last used to sign in or as a fresh proof.
    #[schema(format = DateTime)]
    last_used_at: Option<String>,
}

impl ExportedPasskey {
    pub(super) fn of(passkey: &Passkey) -> Self {
        let transports = passkey.transports.as_str().split(',').filter(|one| !one.is_empty());
        Self {
            id: ids::passkey(passkey.id),
            credential_id: URL_SAFE_NO_PAD.encode(passkey.credential.as_bytes()),
            name: passkey.name.as_str().to_owned(),
            aaguid: Uuid::from_bytes(passkey.aaguid).to_string(),
            authenticator: engine::authenticator_of(passkey).map(str::to_owned),
            transports: transports.map(str::to_owned).collect(),
            can_be_synced: passkey.backup.is_eligible(),
            synced: passkey.backup == Backup::BackedUp,
            counter: passkey.counter,
            added_at: time(passkey.added.at),
            added_by: passkey.added.by.map(ids::session),
            last_used_at: passkey.used_at.map(time),
        }
    }
}

/// Which passkey a method is, where it is one.
pub(super) fn id_of(method: Method) -> Option<String> {
    match method {
        Method::Passkey(id) => Some(ids::passkey(id)),
        Method::Email | Method::Provider(_) => None,
    }
}
