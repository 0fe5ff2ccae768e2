//! What is stored about a member, as the file the member can have (R-WITHDRAW-3).
//!
//! The page, the API and the operator's command write the same. Everything is named that is kept and can be told;
//! a password, a hash, a digest of a secret or a number from a mail never is, for these open something.

mod passkeys;

use accounts::{
    Account, Activity, Change, ChangeKind, ClientGrant, Device, EmailMethod, KeptEmail, Link, Method,
    Methods, Relay, Session,
};
use engine::{Record, Visitor};
use serde::Serialize;
use utoipa::ToSchema;

use crate::House;
use crate::ids;
use crate::json::time;
use crate::problem::Problem;
use crate::routes::activity::actor_name;
use crate::routes::sessions::kind_name;

use passkeys::ExportedPasskey;

/// The file's name, where one is given.
pub(crate) const FILE_NAME: &str = "account.json";

/// All that is stored about the member of the presented session; `None` where nobody is signed in.
///
/// # Errors
/// A fault of the house, or that this network asks too often.
pub(crate) async fn export(house: &House, visitor: &Visitor) -> Result<Option<Export>, Problem> {
    let record = house.engine.own_record(visitor).await?.map_err(Problem::Refused)?;
    Ok(record.as_ref().map(Export::of))
}

/// All that is stored about a member.
#[derive(Serialize, ToSchema)]
pub struct Export {
    /// When it was written.
    #[schema(format = DateTime)]
    exported_at: String,
    /// The account itself.
    account: ExportedAccount,
    /// The login methods but for passkeys.
    methods: Vec<ExportedMethod>,
    /// The passkeys.
    passkeys: Vec<ExportedPasskey>,
    /// The wrong passwords that were counted at the address of the `email` method.
    guesses: ExportedGuesses,
    /// Where the member is signed in.
    sessions: Vec<ExportedSession>,
    /// Sites and apps that are signed in with the account.
    connected: Vec<ExportedConnected>,
    /// Browsers and app installations that have signed in before.
    devices: Vec<ExportedDevice>,
    /// Changes that can still be undone.
    changes: Vec<ExportedChange>,
    /// Everything that happened and is still kept, newest first.
    activity: Vec<ExportedActivity>,
}

/// The account itself.
#[derive(Serialize, ToSchema)]
pub(crate) struct ExportedAccount {
    /// It never changes.
    #[schema(format = Uuid)]
    id: String,
    /// Since when.
    #[schema(format = DateTime)]
    created_at: String,
    /// What the member wants to be called; may be empty.
    display_name: String,
    /// `ja` or `en`: the language of mails.
    locale: String,
    /// Which login method's address receives the service's mail.
    contact: String,
    /// That address.
    contact_address: Option<String>,
    /// Since when.
    #[schema(format = DateTime)]
    contact_since: String,
    /// The version of the terms that was accepted last.
    terms_version: Option<String>,
    /// When.
    #[schema(format = DateTime)]
    terms_accepted_at: Option<String>,
    /// Since when the operator refuses every sign-in.
    #[schema(format = DateTime)]
    suspended_at: Option<String>,
    /// Why, in the operator's words.
    suspended_reason: Option<String>,
    /// When the member ended the account.
    #[schema(format = DateTime)]
    withdrawn_at: Option<String>,
    /// Until when that can be taken back.
    #[schema(format = DateTime)]
    erased_from: Option<String>,
    /// Since when no passkey is offered any more, because the member did not want one.
    #[schema(format = DateTime)]
    passkey_declined_at: Option<String>,
    /// The login methods at that time.
    withdrawn_methods: Option<ExportedMethods>,
    /// The address at which somebody said that a provider cannot be used any more.
    provider_lost_address: Option<String>,
    /// From when on a code sets up a password with that address.
    #[schema(format = DateTime)]
    provider_lost_from: Option<String>,
}

/// A login method.
#[derive(Serialize, ToSchema)]
pub(crate) struct ExportedMethod {
    /// `email` or the provider's name.
    method: String,
    /// Its address.
    address: Option<String>,
    /// Since when that is proven.
    #[schema(format = DateTime)]
    address_proven_at: Option<String>,
    /// Whether the provider passes mail on from it.
    address_relayed: bool,
    /// Since when mail to it does not arrive.
    #[schema(format = DateTime)]
    unreachable_at: Option<String>,
    /// The provider, by its own name.
    issuer: Option<String>,
    /// Who the member is there.
    subject: Option<String>,
    /// When the method was added.
    #[schema(format = DateTime)]
    added_at: String,
    /// In which session; none where the account was made with it.
    #[schema(format = Uuid)]
    added_by: Option<String>,
    /// When the password was last chosen; none where there is none.
    #[schema(format = DateTime)]
    password_set_at: Option<String>,
    /// Since when the provider lets nobody in by it.
    #[schema(format = DateTime)]
    held_at: Option<String>,
}

/// The login methods at another time.
#[derive(Serialize, ToSchema)]
pub(crate) struct ExportedMethods {
    /// Which of them was the contact.
    contact: String,
    /// Since when.
    #[schema(format = DateTime)]
    contact_since: String,
    /// All but passkeys.
    methods: Vec<ExportedMethod>,
    passkeys: Vec<ExportedPasskey>,
}

/// Wrong passwords.
#[derive(Serialize, ToSchema)]
pub(crate) struct ExportedGuesses {
    /// How many.
    wrong: u32,
    /// When the last of them was.
    #[schema(format = DateTime)]
    last_wrong_at: Option<String>,
    /// Since when the address is locked.
    #[schema(format = DateTime)]
    locked_at: Option<String>,
}

/// A sign-in that has not ended.
#[derive(Serialize, ToSchema)]
pub(crate) struct ExportedSession {
    /// Its id; not the secret that opens it.
    #[schema(format = Uuid)]
    id: String,
    /// `browser` or `app`.
    kind: String,
    /// The device it runs on.
    #[schema(format = Uuid)]
    device_id: String,
    /// What the device calls itself; may be empty.
    device: String,
    /// The network address it was begun from.
    network: String,
    /// By which login method.
    method: String,
    /// Since when.
    #[schema(format = DateTime)]
    created_at: String,
    /// When it was last used, to the hour.
    #[schema(format = DateTime)]
    last_used_at: String,
    /// When a login method was last shown in it.
    #[schema(format = DateTime)]
    proved_at: String,
    /// Which one.
    proved_by: String,
    /// Whether it is the one that asked for this file.
    current: bool,
}

/// A site or app that is signed in with the account.
#[derive(Serialize, ToSchema)]
pub(crate) struct ExportedConnected {
    /// Its `client_id`.
    client: String,
    /// What it may ask for.
    scope: String,
    /// The session in which it was connected.
    session: String,
    /// Since when.
    #[schema(format = DateTime)]
    connected_at: String,
    /// When it last came.
    #[schema(format = DateTime)]
    last_used_at: String,
}

/// A known device.
#[derive(Serialize, ToSchema)]
pub(crate) struct ExportedDevice {
    /// Its id; not the secret it keeps.
    #[schema(format = Uuid)]
    id: String,
    /// What it calls itself; may be empty.
    device: String,
    /// When it first signed in.
    #[schema(format = DateTime)]
    first_used_at: String,
    /// When it last did.
    #[schema(format = DateTime)]
    last_used_at: String,
}

/// A change that can still be undone.
#[derive(Serialize, ToSchema)]
pub(crate) struct ExportedChange {
    /// `password-changed`, `email-changed`, `method-added`, `method-removed` or `contact-changed`.
    kind: String,
    /// The method that was added or removed.
    method: Option<String>,
    /// Which passkey, where it was one.
    #[schema(format = Uuid)]
    passkey: Option<String>,
    /// When.
    #[schema(format = DateTime)]
    at: String,
    /// Until when it can be undone.
    #[schema(format = DateTime)]
    until: String,
    /// In which session.
    #[schema(format = Uuid)]
    session: Option<String>,
    /// The login methods before it.
    before: ExportedMethods,
}

/// One thing that happened.
#[derive(Serialize, ToSchema)]
pub(crate) struct ExportedActivity {
    /// When.
    #[schema(format = DateTime)]
    at: String,
    /// What.
    kind: String,
    /// Who did it: `visitor`, `operator` or `system`.
    actor: String,
    /// The login method it concerns.
    method: Option<String>,
    /// Which passkey, where it is one.
    #[schema(format = Uuid)]
    passkey: Option<String>,
    /// The session it concerns.
    #[schema(format = Uuid)]
    session: Option<String>,
    /// What the device calls itself; may be empty.
    device: String,
    /// The network address; may be empty.
    network: String,
}

impl Export {
    /// What is stored, ready to be written.
    #[must_use]
    pub fn of(record: &Record) -> Self {
        let account = &record.account;
        let current = |session: &Session| record.asked_by == Some(session.id);
        Self {
            exported_at: time(record.at),
            account: ExportedAccount::of(account),
            methods: ExportedMethods::of_account(account),
            passkeys: account.passkeys.iter().map(ExportedPasskey::of).collect(),
            guesses: ExportedGuesses {
                wrong: record.guesses.wrong,
                last_wrong_at: record.guesses.last_wrong_at.map(time),
                locked_at: record.guesses.locked_at.map(time),
            },
            sessions: account.sessions.iter().map(|s| ExportedSession::of(s, current(s))).collect(),
            connected: account.grants.iter().map(ExportedConnected::of).collect(),
            devices: account.devices.iter().map(ExportedDevice::of).collect(),
            changes: account.changes.iter().map(ExportedChange::of).collect(),
            activity: record.activity.iter().map(ExportedActivity::of).collect(),
        }
    }
}

impl ExportedAccount {
    fn of(account: &Account) -> Self {
        let (terms, lost) = (account.terms.as_ref(), account.lost.as_ref());
        let (suspended, withdrawn) = (account.suspended.as_ref(), account.withdrawn.as_ref());
        Self {
            id: ids::account(account.id),
            created_at: time(account.created_at),
            display_name: account.display_name.as_str().to_owned(),
            locale: account.locale.tag().to_owned(),
            contact: account.contact.name().to_owned(),
            contact_address: account.contact_address().map(|address| address.as_stored().to_owned()),
            contact_since: time(account.contact_since),
            terms_version: terms.map(|terms| terms.version.as_str().to_owned()),
            terms_accepted_at: terms.map(|terms| time(terms.at)),
            suspended_at: suspended.map(|suspension| time(suspension.at)),
            suspended_reason: suspended.map(|suspension| suspension.reason.as_str().to_owned()),
            withdrawn_at: withdrawn.map(|withdrawal| time(withdrawal.at)),
            erased_from: withdrawn.map(|withdrawal| time(withdrawal.until)),
            passkey_declined_at: account.passkey_declined.map(time),
            withdrawn_methods: withdrawn.map(|withdrawal| ExportedMethods::of(&withdrawal.methods)),
            provider_lost_address: lost.map(|lost| lost.email.as_stored().to_owned()),
            provider_lost_from: lost.map(|lost| time(lost.from)),
        }
    }
}

impl ExportedMethods {
    fn of_account(account: &Account) -> Vec<ExportedMethod> {
        let email = account.email.iter().map(ExportedMethod::of_email);
        email.chain(account.links.iter().map(ExportedMethod::of_link)).collect()
    }

    fn of(methods: &Methods) -> Self {
        let email = methods.email.iter().map(ExportedMethod::of_kept);
        Self {
            contact: methods.contact.name().to_owned(),
            contact_since: time(methods.contact_since),
            methods: email.chain(methods.links.iter().map(ExportedMethod::of_link)).collect(),
            passkeys: methods.passkeys.iter().map(ExportedPasskey::of).collect(),
        }
    }
}

impl ExportedMethod {
    fn of_email(method: &EmailMethod) -> Self {
        let EmailMethod { email, proven_at, added, password, unreachable_at } = method;
        let kept = KeptEmail { email: email.clone(), proven_at: *proven_at, added: *added };
        let password_set_at = password.as_ref().map(|password| time(password.set_at));
        let unreachable_at = unreachable_at.map(time);
        Self { password_set_at, unreachable_at, ..Self::of_kept(&kept) }
    }

    fn of_kept(method: &KeptEmail) -> Self {
        Self {
            method: "email".to_owned(),
            address: Some(method.email.as_stored().to_owned()),
            address_proven_at: Some(time(method.proven_at)),
            address_relayed: false,
            unreachable_at: None,
            issuer: None,
            subject: None,
            added_at: time(method.added.at),
            added_by: method.added.by.map(ids::session),
            password_set_at: None,
            held_at: None,
        }
    }

    fn of_link(link: &Link) -> Self {
        let address = link.address.as_ref();
        Self {
            method: link.provider.as_str().to_owned(),
            address: address.map(|address| address.email.as_stored().to_owned()),
            address_proven_at: address.map(|address| time(address.proven_at)),
            address_relayed: address.is_some_and(|address| address.relay == Relay::Private),
            unreachable_at: address.and_then(|address| address.unreachable_at).map(time),
            issuer: Some(link.identity.issuer().to_owned()),
            subject: Some(link.identity.subject().to_owned()),
            added_at: time(link.added.at),
            added_by: link.added.by.map(ids::session),
            password_set_at: None,
            held_at: link.held_at.map(time),
        }
    }
}

impl ExportedSession {
    fn of(session: &Session, current: bool) -> Self {
        Self {
            id: ids::session(session.id),
            kind: kind_name(session.kind).to_owned(),
            device_id: ids::device(session.device),
            device: session.origin.label.as_str().to_owned(),
            network: session.origin.address.as_str().to_owned(),
            method: session.method.name().to_owned(),
            created_at: time(session.started_at),
            last_used_at: time(session.seen_at),
            proved_at: time(session.proved_at),
            proved_by: session.proved_by.name().to_owned(),
            current,
        }
    }
}

impl ExportedConnected {
    fn of(grant: &ClientGrant) -> Self {
        Self {
            client: grant.client.as_str().to_owned(),
            scope: grant.scope.as_str().to_owned(),
            session: ids::session(grant.session),
            connected_at: time(grant.started_at),
            last_used_at: time(grant.seen_at),
        }
    }
}

impl ExportedDevice {
    fn of(device: &Device) -> Self {
        Self {
            id: ids::device(device.id),
            device: device.label.as_str().to_owned(),
            first_used_at: time(device.first_at),
            last_used_at: time(device.last_at),
        }
    }
}

impl ExportedChange {
    fn of(change: &Change) -> Self {
        let (kind, method) = match &change.kind {
            ChangeKind::Password => ("password-changed", None),
            ChangeKind::Email => ("email-changed", None),
            ChangeKind::Added(method) => ("method-added", Some(method.method())),
            ChangeKind::Removed(method) => ("method-removed", Some(method.method())),
            ChangeKind::PasskeyAdded(id) => ("method-added", Some(Method::Passkey(*id))),
            ChangeKind::PasskeyRemoved(id) => ("method-removed", Some(Method::Passkey(*id))),
            ChangeKind::Contact => ("contact-changed", None),
        };
        Self {
            kind: kind.to_owned(),
            method: method.map(|method| method.name().to_owned()),
            passkey: method.and_then(passkeys::id_of),
            at: time(change.at),
            until: time(change.until),
            session: change.by.map(ids::session),
            before: ExportedMethods::of(&change.before),
        }
    }
}

impl ExportedActivity {
    fn of(line: &Activity) -> Self {
        Self {
            at: time(line.at),
            kind: line.kind.name().to_owned(),
            actor: actor_name(line.actor).to_owned(),
            method: line.method.as_ref().map(|method| method.name().to_owned()),
            passkey: line.method.and_then(passkeys::id_of),
            session: line.session.map(ids::session),
            device: line.origin.label.as_str().to_owned(),
            network: line.origin.address.as_str().to_owned(),
        }
    }
}
