//! What the calls take and give, as JSON.
//!
//! What is taken knows its members exactly (`deny_unknown_fields`): nobody can slip in a flag or an id
//! (security.md C8, D14). Whatever holds a secret has no `Debug`.

mod own;
mod passkeys;
mod ways;

use accounts::{Account, Activity, Session};
use engine::{Secret, Signed};
use serde::{Deserialize, Serialize};
use utoipa::{IntoResponses, ToSchema};

use crate::ids;
use crate::json::time;
use crate::problem::ProblemBody;
use crate::routes::activity::actor_name;
use crate::routes::sessions::kind_name;

pub(crate) use own::{EmailComplete, MethodsBody, NewContact, OwnAccountBody, WaitBody, WithdrawnBody};
pub(crate) use passkeys::{
    AddPasskey, PasskeyAddedBody, PasskeyOptions, ProofPasskey, RenamePasskey, SigninPasskey,
};
pub(crate) use ways::{
    ArrivedBody, FlowAlone, FormerBody, IdentityAddress, IdentityBody, LinkedBody, ProofToken,
    ProvenBody, ProviderAsk, ProviderOptions, ProviderToken, RegisterIdentity, RestoredBody,
    TripIntent,
};

/// The address to register with.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RegisterEmail {
    /// As typed.
    #[schema(example = "hanako@example.jp", max_length = 1000)]
    pub(crate) email: String,
}

/// The code from the mail.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RegisterVerify {
    /// The flow that the first step answered with.
    #[schema(value_type = String)]
    pub(crate) flow: Secret,
    /// As typed; spaces and full-width digits are understood.
    #[schema(value_type = String, example = "1234 5678 9012")]
    pub(crate) code: Secret,
}

/// The password, once the address is proven.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RegisterComplete {
    /// The flow.
    #[schema(value_type = String)]
    pub(crate) flow: Secret,
    /// 8 to 256 characters.
    #[schema(value_type = String, format = Password)]
    pub(crate) password: Secret,
    /// The version of the terms that was shown and accepted, where the service asks for it.
    pub(crate) terms_version: Option<String>,
    /// The device secret of an earlier sign-in of this installation.
    #[schema(value_type = Option<String>)]
    pub(crate) device: Option<Secret>,
}

/// The address of a forgotten password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ResetEmail {
    /// As typed.
    #[schema(example = "hanako@example.jp", max_length = 1000)]
    pub(crate) email: String,
    /// The flow of an earlier call of this installation, when another code is asked for.
    #[schema(value_type = Option<String>)]
    pub(crate) flow: Option<Secret>,
}

/// The code from the mail, in a flow that has asked for one.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct FlowCode {
    /// The flow that the step before answered with.
    #[schema(value_type = String)]
    pub(crate) flow: Secret,
    /// As typed; spaces and full-width digits are understood.
    #[schema(value_type = String, example = "1234 5678 9012")]
    pub(crate) code: Secret,
}

/// The new password, once the code was right.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ResetPassword {
    /// The flow.
    #[schema(value_type = String)]
    pub(crate) flow: Secret,
    /// The newest `form` that `reset/verify` has answered with.
    #[schema(value_type = String)]
    pub(crate) form: Secret,
    /// 8 to 256 characters.
    #[schema(value_type = String, format = Password)]
    pub(crate) password: Secret,
    /// Which of the `recent` methods stay; the others are removed.
    #[serde(default)]
    #[schema(max_items = 20)]
    pub(crate) kept: Vec<String>,
    /// The device secret of an earlier sign-in of this installation.
    #[schema(value_type = Option<String>)]
    pub(crate) device: Option<Secret>,
}

/// A number from a mail, and the address the mail went to.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct MailedNumber {
    /// As typed.
    #[schema(example = "hanako@example.jp", max_length = 1000)]
    pub(crate) email: String,
    /// As typed; spaces and full-width digits are understood.
    #[schema(value_type = String, example = "1234 5678 9012 3456")]
    pub(crate) number: Secret,
}

/// The new address of the `email` method.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewEmail {
    /// As typed.
    #[schema(example = "hanako@example.com", max_length = 1000)]
    pub(crate) email: String,
}

/// Address and password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SigninPassword {
    /// As typed.
    #[schema(example = "hanako@example.jp", max_length = 1000)]
    pub(crate) email: String,
    /// As typed.
    #[schema(value_type = String, format = Password)]
    pub(crate) password: Secret,
    /// The `flow` of an `address-on-other-account`, to be gone on with after this sign-in.
    #[schema(value_type = Option<String>)]
    pub(crate) offer: Option<Secret>,
    /// The device secret of an earlier sign-in of this installation.
    #[schema(value_type = Option<String>)]
    pub(crate) device: Option<Secret>,
}

/// The password once more.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ProofPassword {
    /// As typed.
    #[schema(value_type = String, format = Password)]
    pub(crate) password: Secret,
}

/// Another password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewPassword {
    /// 8 to 256 characters.
    #[schema(value_type = String, format = Password)]
    pub(crate) new_password: Secret,
}

/// The version of the terms that was shown and accepted.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TermsVersion {
    /// The service's name for it.
    pub(crate) version: String,
}

/// What is to change; what is left out stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ProfileChange {
    /// At most 50 characters on one line; empty for none.
    pub(crate) display_name: Option<String>,
    /// `ja` or `en`: the language of mails.
    #[schema(example = "ja")]
    pub(crate) locale: Option<String>,
}

/// A flow of several steps.
#[derive(Serialize, ToSchema)]
pub(crate) struct FlowBody {
    /// To be presented at the next step; it stands for this installation.
    pub(crate) flow: String,
    /// Until when.
    #[schema(format = DateTime)]
    pub(crate) expires_at: String,
}

/// A flow in which a code was asked for at an address that anybody may type.
#[derive(Serialize, ToSchema)]
pub(crate) struct AskedBody {
    /// To be presented at the next step; it stands for this installation.
    pub(crate) flow: String,
    /// Until when.
    #[schema(format = DateTime)]
    pub(crate) expires_at: String,
    /// The address has lately refused such a mail for good: another address, or one's own mail settings, are worth a look. It hangs
    /// on the address alone and says nothing of any account; codes are sent there all the same.
    pub(crate) mail_refused: bool,
}

/// What a verified reset code opens.
#[derive(Serialize, ToSchema)]
pub(crate) struct FormBody {
    /// To be presented with the new password.
    pub(crate) flow: String,
    /// To be presented with the new password; the answer to the same code once more makes it worthless.
    pub(crate) form: String,
    /// Until when the new password can be set, and from when on a new code can be had.
    #[schema(format = DateTime)]
    pub(crate) expires_at: String,
    /// The methods that were added in the last 72 hours, providers by name and passkeys by id: show them, and name
    /// those that stay as `kept`.
    pub(crate) recent: Vec<String>,
}

/// A new session.
#[derive(Serialize, ToSchema)]
pub(crate) struct SignedBody {
    /// For `Authorization: Bearer`.
    pub(crate) token: String,
    /// When it ends if it is not used until then.
    #[schema(format = DateTime)]
    pub(crate) expires_at: String,
    /// The device secret: to be kept, and presented at the next sign-in of this installation.
    pub(crate) device: String,
    /// Whose session.
    #[schema(format = Uuid)]
    pub(crate) account_id: String,
    /// A version of the terms that waits to be accepted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) terms_due: Option<String>,
    /// The provider of the presented `offer`: `account/methods/offer` adds it now.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "google")]
    pub(crate) offer: Option<String>,
    /// What the member should be asked about now, most important first; nothing is refused for it. `contact-bounced`:
    /// mail to the contact does not arrive. `contact-forwarding-off`: its provider does not pass mail on any more.
    /// Ask for another contact. Codes that an app does not know are to be passed over.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(example = json!(["contact-bounced"]))]
    pub(crate) attention: Vec<&'static str>,
}

impl SignedBody {
    pub(crate) fn of(signed: &Signed, terms_due: Option<String>) -> Self {
        Self {
            token: signed.token.expose().to_owned(),
            expires_at: time(signed.welcome.expires_at),
            device: signed.device.expose().to_owned(),
            account_id: ids::account(signed.welcome.account),
            terms_due,
            offer: signed.welcome.offer.map(|provider| provider.as_str().to_owned()),
            attention: super::attention(signed),
        }
    }
}

/// How long a proof is fresh.
#[derive(Serialize, ToSchema)]
pub(crate) struct FreshBody {
    /// Until when.
    #[schema(format = DateTime)]
    pub(crate) fresh_until: String,
}

/// An account, for its member.
#[derive(Serialize, ToSchema)]
pub(crate) struct AccountBody {
    /// It never changes.
    #[schema(format = Uuid)]
    id: String,
    /// The contact address.
    email: String,
    /// What the member wants to be called; may be empty.
    display_name: String,
    /// `ja` or `en`.
    locale: String,
    /// Since when.
    #[schema(format = DateTime)]
    created_at: String,
}

impl AccountBody {
    pub(crate) fn of(account: &Account) -> Self {
        let contact = account.contact_address().map(|address| address.as_stored().to_owned());
        Self {
            id: ids::account(account.id),
            email: contact.unwrap_or_default(),
            display_name: account.display_name.as_str().to_owned(),
            locale: account.locale.tag().to_owned(),
            created_at: time(account.created_at),
        }
    }
}

/// The presented session.
#[derive(Serialize, ToSchema)]
pub(crate) struct SessionBody {
    /// Its id; not the secret that opens it.
    #[schema(format = Uuid)]
    pub(crate) id: String,
    /// `browser` or `app`.
    pub(crate) kind: String,
    /// Since when.
    #[schema(format = DateTime)]
    pub(crate) created_at: String,
    /// When it ends if it is not used until then.
    #[schema(format = DateTime)]
    pub(crate) expires_at: String,
    /// Until when a login method counts as shown lately.
    #[schema(format = DateTime)]
    pub(crate) fresh_until: String,
}

/// Who is asking.
#[derive(Serialize, ToSchema)]
pub(crate) struct WhoBody {
    pub(crate) account: AccountBody,
    pub(crate) session: SessionBody,
}

/// One place where the member is signed in.
#[derive(Serialize, ToSchema)]
pub(crate) struct SessionLine {
    /// Its id.
    #[schema(format = Uuid)]
    id: String,
    /// `browser` or `app`.
    kind: String,
    /// What the device calls itself; may be empty.
    device: String,
    /// The network address it was begun from.
    network: String,
    /// Since when.
    #[schema(format = DateTime)]
    created_at: String,
    /// When it was last used, to the hour.
    #[schema(format = DateTime)]
    last_used_at: String,
    /// Whether it is the presented one.
    current: bool,
}

impl SessionLine {
    pub(crate) fn of(session: &Session, presented: &Session) -> Self {
        Self {
            id: ids::session(session.id),
            kind: kind_name(session.kind).to_owned(),
            device: session.origin.label.as_str().to_owned(),
            network: session.origin.address.as_str().to_owned(),
            created_at: time(session.started_at),
            last_used_at: time(session.seen_at),
            current: session.id == presented.id,
        }
    }
}

/// One known device.
#[derive(Serialize, ToSchema)]
pub(crate) struct DeviceLine {
    /// Its id.
    #[schema(format = Uuid)]
    pub(crate) id: String,
    /// What it calls itself; may be empty.
    pub(crate) device: String,
    /// When it last signed in.
    #[schema(format = DateTime)]
    pub(crate) last_used_at: String,
    /// Whether it is the one the presented session runs on.
    pub(crate) current: bool,
}

/// A site or app that is signed in with the account.
#[derive(Serialize, ToSchema)]
pub(crate) struct ConnectedLine {
    /// Its `client_id`.
    #[schema(example = "novel-site")]
    pub(crate) client: String,
    /// Its name for people.
    pub(crate) name: String,
    /// What it may ask for.
    #[schema(example = "openid profile")]
    pub(crate) scope: String,
    /// Since when.
    #[schema(format = DateTime)]
    pub(crate) connected_at: String,
    /// When it last came.
    #[schema(format = DateTime)]
    pub(crate) last_used_at: String,
}

/// Sessions, connected sites and apps, and known devices.
#[derive(Serialize, ToSchema)]
pub(crate) struct SessionsBody {
    pub(crate) sessions: Vec<SessionLine>,
    pub(crate) connected: Vec<ConnectedLine>,
    pub(crate) devices: Vec<DeviceLine>,
}

/// One thing that happened.
#[derive(Serialize, ToSchema)]
pub(crate) struct ActivityLine {
    /// When.
    #[schema(format = DateTime)]
    at: String,
    /// What.
    #[schema(example = "signed-in")]
    kind: String,
    /// Who did it: `visitor`, `operator` or `system`.
    #[schema(example = "visitor")]
    actor: &'static str,
    /// The login method it concerns.
    #[serde(skip_serializing_if = "Option::is_none")]
    method: Option<String>,
    /// What the device calls itself; may be empty.
    device: String,
    /// The network address; may be empty.
    network: String,
}

impl ActivityLine {
    pub(crate) fn of(line: &Activity) -> Self {
        Self {
            at: time(line.at),
            kind: line.kind.name().to_owned(),
            actor: actor_name(line.actor),
            method: line.method.as_ref().map(|method| method.name().to_owned()),
            device: line.origin.label.as_str().to_owned(),
            network: line.origin.address.as_str().to_owned(),
        }
    }
}

/// What happened, newest first.
#[derive(Serialize, ToSchema)]
pub(crate) struct ActivityBody {
    pub(crate) entries: Vec<ActivityLine>,
    /// The value of `before` that leads to older entries, when there are any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) next: Option<String>,
}

/// What any call may answer.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "read by the description alone")]
pub(crate) enum Anywhere {
    /// `rate-limited`: this network asks too often.
    #[response(status = 429, content_type = "application/problem+json")]
    RateLimited(ProblemBody),
    /// `internal`: a fault of the service.
    #[response(status = 500, content_type = "application/problem+json")]
    Internal(ProblemBody),
    /// `overloaded`: come again after `retry_after`.
    #[response(status = 503, content_type = "application/problem+json")]
    Overloaded(ProblemBody),
}

/// What a call with a body may answer.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "read by the description alone")]
pub(crate) enum WithBody {
    /// `invalid-request`: the body is not the object described.
    #[response(status = 400, content_type = "application/problem+json")]
    Invalid(ProblemBody),
    /// `invalid-request`: the body is too large.
    #[response(status = 413, content_type = "application/problem+json")]
    TooLarge(ProblemBody),
    /// `invalid-request`: the body is not `application/json`.
    #[response(status = 415, content_type = "application/problem+json")]
    WrongType(ProblemBody),
}

/// What a call of a member may answer.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "read by the description alone")]
pub(crate) enum MembersOnly {
    /// `unauthenticated`: no live session was presented.
    #[response(status = 401, content_type = "application/problem+json")]
    Unauthenticated(ProblemBody),
}
