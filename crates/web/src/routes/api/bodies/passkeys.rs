//! What the calls about passkeys take and give.
//!
//! The messages of an authenticator go through as they are: they are read where they are verified. No key and no credential
//! id of a member leaves the house but to the device that is to be told of it.

use accounts::{Backup, Passkey};
use engine::{Secret, authenticator_of};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::ToSchema;

use crate::ids;
use crate::json::time;

/// What the authenticator is to be asked.
#[derive(Serialize, ToSchema)]
pub(crate) struct PasskeyOptions {
    /// To be presented with the authenticator's answer; it works once.
    pub(crate) flow: String,
    /// `PublicKeyCredentialRequestOptionsJSON` or `PublicKeyCredentialCreationOptionsJSON` of WebAuthn Level 3, for the
    /// platform's API.
    #[serde(rename = "publicKey")]
    #[schema(value_type = Object)]
    pub(crate) public_key: Box<RawValue>,
    /// Until when an answer is taken.
    #[schema(format = DateTime)]
    pub(crate) expires_at: String,
}

/// What a passkey has shown, to sign in.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SigninPasskey {
    /// The flow that `options` answered with.
    #[schema(value_type = String)]
    pub(crate) flow: Secret,
    /// `AuthenticationResponseJSON` of WebAuthn Level 3, as the platform's API gives it.
    #[schema(value_type = Object)]
    pub(crate) credential: Box<RawValue>,
    /// The `flow` of an `address-on-other-account`, to be gone on with after this sign-in.
    #[schema(value_type = Option<String>)]
    pub(crate) offer: Option<Secret>,
    /// The device secret of an earlier sign-in of this installation.
    #[schema(value_type = Option<String>)]
    pub(crate) device: Option<Secret>,
}

/// What a passkey has shown, as a fresh proof.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ProofPasskey {
    /// The flow that `options` answered with.
    #[schema(value_type = String)]
    pub(crate) flow: Secret,
    /// `AuthenticationResponseJSON` of WebAuthn Level 3, as the platform's API gives it.
    #[schema(value_type = Object)]
    pub(crate) credential: Box<RawValue>,
}

/// A passkey that was made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AddPasskey {
    /// The flow that `options` answered with.
    #[schema(value_type = String)]
    pub(crate) flow: Secret,
    /// `RegistrationResponseJSON` of WebAuthn Level 3, as the platform's API gives it.
    #[schema(value_type = Object)]
    pub(crate) credential: Box<RawValue>,
    /// What it shall be called; left out, it is named after its authenticator.
    #[schema(max_length = 64)]
    pub(crate) name: Option<String>,
}

/// A passkey's new name.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RenamePasskey {
    /// 1 to 64 characters.
    #[schema(max_length = 64)]
    pub(crate) name: String,
}

/// A passkey of the account.
#[derive(Serialize, ToSchema)]
pub(crate) struct PasskeyBody {
    /// It is the id of `account/methods/{id}`.
    id: String,
    /// What its member calls it.
    name: String,
    /// What made it, where it says so and the name is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "iCloud Keychain")]
    authenticator: Option<String>,
    /// Whether it is on other devices of the member too.
    synced: bool,
    /// Since when.
    #[schema(format = DateTime)]
    added_at: String,
    /// When it was last shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    used_at: Option<String>,
}

impl PasskeyBody {
    pub(crate) fn of(passkey: &Passkey) -> Self {
        Self {
            id: ids::passkey(passkey.id),
            name: passkey.name.as_str().to_owned(),
            authenticator: authenticator_of(passkey).map(str::to_owned),
            synced: passkey.backup == Backup::BackedUp,
            added_at: time(passkey.added.at),
            used_at: passkey.used_at.map(time),
        }
    }
}

/// A passkey that is the account's from now on.
#[derive(Serialize, ToSchema)]
pub(crate) struct PasskeyAddedBody {
    /// Its id.
    pub(crate) id: String,
}
