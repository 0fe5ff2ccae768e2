//! What the calls about providers and their identities take and give.
//!
//! An app brings an ID token and says nothing of who it is about: that follows from the token alone (D14).

use accounts::{Former, FormerWay};
use engine::Secret;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{FreshBody, SignedBody};
use crate::json::time;

/// What a provider is asked for.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum TripIntent {
    /// To sign in, or to register where nobody has the identity.
    #[default]
    Signin,
    /// To add the provider to the account of the bearer.
    Link,
    /// To show the provider once more in the bearer's session: a fresh proof.
    Proof,
}

/// What for.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ProviderAsk {
    /// `signin` where it is left out.
    #[serde(default)]
    pub(crate) intent: TripIntent,
}

/// What the provider's SDK is to be asked with.
#[derive(Serialize, ToSchema)]
pub(crate) struct ProviderOptions {
    /// To be presented with the ID token; it works once.
    pub(crate) flow: String,
    /// For the SDK: the ID token must carry it, or its SHA-256 in lower-case hexadecimal.
    pub(crate) nonce: String,
    /// Until when the ID token can be brought.
    #[schema(format = DateTime)]
    pub(crate) expires_at: String,
}

/// What the provider's SDK has given to the app.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ProviderToken {
    /// The flow that `options` answered with.
    #[schema(value_type = String)]
    pub(crate) flow: Secret,
    /// The ID token.
    #[schema(value_type = String)]
    pub(crate) id_token: Secret,
    /// Apple's authorization code: with it, what Apple has granted is ended when the member leaves.
    #[schema(value_type = Option<String>)]
    pub(crate) authorization_code: Option<Secret>,
    /// The name, which Apple tells to the app alone. It is what `display_name` begins as, and nothing else.
    pub(crate) name: Option<String>,
    /// The `flow` of an `address-on-other-account`, to be gone on with after this sign-in.
    #[schema(value_type = Option<String>)]
    pub(crate) offer: Option<Secret>,
    /// The device secret of an earlier sign-in of this installation.
    #[schema(value_type = Option<String>)]
    pub(crate) device: Option<Secret>,
}

/// What the provider's SDK has given to the app, as a fresh proof.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ProofToken {
    /// The flow that `options` answered with, for the intent `proof`.
    #[schema(value_type = String)]
    pub(crate) flow: Secret,
    /// The ID token.
    #[schema(value_type = String)]
    pub(crate) id_token: Secret,
    /// Apple's authorization code.
    #[schema(value_type = Option<String>)]
    pub(crate) authorization_code: Option<Secret>,
}

/// What came of it, by what the flow was begun for.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
pub(crate) enum ArrivedBody {
    /// `signin`: signed in.
    Signed(SignedBody),
    /// `link`: added.
    Linked(LinkedBody),
    /// `proof`: proven.
    Fresh(FreshBody),
}

/// A provider that is the account's from now on.
#[derive(Serialize, ToSchema)]
pub(crate) struct LinkedBody {
    /// Its name.
    #[schema(example = "google")]
    pub(crate) method: String,
}

/// An identity that nobody has: no account exists yet.
#[derive(Serialize, ToSchema)]
pub(crate) struct IdentityBody {
    /// To be presented at the next step.
    pub(crate) flow: String,
    /// Until when.
    #[schema(format = DateTime)]
    pub(crate) expires_at: String,
    /// `confirm`: show what is below, then `register/identity`. `address`: the provider vouches for no address; ask for
    /// one, then `register/identity/address`.
    #[schema(example = "confirm")]
    pub(crate) next: String,
    /// The provider.
    #[schema(example = "google")]
    pub(crate) method: String,
    /// The address that the account would have, or a proposal where `next` is `address`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) email: Option<String>,
    /// A proposal; may be empty.
    pub(crate) display_name: String,
    /// An account that can be had back instead.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) former: Option<FormerBody>,
}

/// An account that had the identity or address until lately. It says nothing of who that is.
#[derive(Serialize, ToSchema)]
pub(crate) struct FormerBody {
    /// `withdrawn`: `restore` has it back. `removed`: the number that was mailed about the removal does, with `undo`.
    #[schema(example = "withdrawn")]
    way: String,
    /// Until when.
    #[schema(format = DateTime)]
    until: String,
}

impl FormerBody {
    pub(crate) fn of(former: &Former) -> Self {
        let way = match former.way {
            FormerWay::Removed => "removed",
            FormerWay::Withdrawn => "withdrawn",
        };
        Self { way: way.to_owned(), until: time(former.until) }
    }
}

/// An address, for an identity in hand.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct IdentityAddress {
    /// The flow.
    #[schema(value_type = String)]
    pub(crate) flow: Secret,
    /// As typed.
    #[schema(example = "hanako@example.jp", max_length = 1000)]
    pub(crate) email: String,
}

/// The confirmation: from here on the account exists.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RegisterIdentity {
    /// The flow.
    #[schema(value_type = String)]
    pub(crate) flow: Secret,
    /// At most 50 characters on one line; empty for none.
    pub(crate) display_name: String,
    /// The version of the terms that was shown and accepted, where the service asks for it.
    pub(crate) terms_version: Option<String>,
    /// The device secret of an earlier sign-in of this installation.
    #[schema(value_type = Option<String>)]
    pub(crate) device: Option<Secret>,
}

/// A flow, and nothing else.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct FlowAlone {
    /// The flow.
    #[schema(value_type = String)]
    pub(crate) flow: Secret,
}

/// A flow whose address is proven.
#[derive(Serialize, ToSchema)]
pub(crate) struct ProvenBody {
    /// To be presented at the next step.
    pub(crate) flow: String,
    /// Until when.
    #[schema(format = DateTime)]
    pub(crate) expires_at: String,
    /// An account that can be had back instead.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) former: Option<FormerBody>,
}

/// A withdrawn account is there again.
#[derive(Serialize, ToSchema)]
pub(crate) struct RestoredBody {
    /// Always true. Nobody is signed in by it.
    pub(crate) restored: bool,
}
