//! An account with all that belongs to it, and the session that was presented.
//!
//! An account is read after it was locked, by statements of their own: on PostgreSQL a join that waits for a lock would
//! show the locked row as it is and the others as they were.

use accounts::{
    Account, AccountId, Added, ClientGrant, Device, DeviceId, Digest, EmailMethod, Instant, Link, Lost,
    Methods, Numbers, Origin, Passkey, PasswordRecord, Session, SessionId, Suspension, TermsAccepted,
    Withdrawal,
};

use super::number::ReadChange;
use super::{grant, identity, locking, number, passkey};
use crate::driver::{Row, Statement};
use crate::fault::Fault;
use crate::questions::{Answers, Asked, Questions, each, first};
use crate::sql;
use crate::text::{self, Read, bytes};

/// Keeps others from deciding about the account until the end of the transaction.
pub(super) fn lock(asking: &mut Questions, id: AccountId) {
    // It is locked, and what it holds is read by statements of their own.
    drop(asking.ask(&LOCK, [bytes(&id.0)], |_| Ok(())));
}

/// An account that was asked for with its sessions and devices. All is asked before it is known whether there is such an
/// account: see `snapshot`.
pub(super) struct AskedAccount {
    account: Asked<Option<Account>>,
    sessions: Asked<Vec<Session>>,
    devices: Asked<Vec<Device>>,
    grants: Asked<Vec<ClientGrant>>,
    methods: Asked<(Vec<Link>, Vec<Passkey>)>,
    changes: Option<Asked<Vec<ReadChange>>>,
}

/// The account with its sessions and devices, and with its changes where numbers that undo them are asked for: those that are
/// not over, as of `now` at the earliest.
pub(super) fn whole(
    asking: &mut Questions,
    id: AccountId,
    (numbers, now): (Numbers, Instant),
) -> AskedAccount {
    let key = [bytes(&id.0)];
    AskedAccount {
        account: asking.ask(&ACCOUNT, key.clone(), first(read_account)),
        sessions: asking.ask(&SESSIONS, key.clone(), each(read_session)),
        devices: asking.ask(&DEVICES, key, each(read_device)),
        grants: grant::of_account(asking, id),
        methods: methods(asking, id),
        changes: match numbers {
            Numbers::Undo | Numbers::NotMe => Some(number::changes(asking, id, now)),
            Numbers::Unasked | Numbers::Lost => None,
        },
    }
}

impl AskedAccount {
    pub(super) fn read(self, answers: &Answers, now: Instant) -> Result<Option<Account>, Fault> {
        let (links, passkeys) = answers.read(self.methods)?;
        let changes = answers.maybe(self.changes)?.unwrap_or_default();
        let Some(account) = answers.read(self.account)? else {
            return Ok(None);
        };
        let account = Account { links, passkeys, ..account };
        let changes = number::whole_changes(changes, &account, now);
        let (sessions, devices) = (answers.read(self.sessions)?, answers.read(self.devices)?);
        let grants = answers.read(self.grants)?;
        Ok(Some(Account { sessions, devices, changes, grants, ..account }))
    }
}

/// The login methods of an account, for a letter that tells them.
pub(crate) struct AskedMethods {
    account: Asked<Option<Account>>,
    methods: Asked<(Vec<Link>, Vec<Passkey>)>,
}

/// The login methods of an account, for a letter that tells them.
pub(crate) fn methods_of(asking: &mut Questions, id: AccountId) -> AskedMethods {
    let account = asking.ask(&ACCOUNT, [bytes(&id.0)], first(read_account));
    AskedMethods { account, methods: methods(asking, id) }
}

impl AskedMethods {
    pub(crate) fn read(self, answers: &Answers) -> Result<Option<Methods>, Fault> {
        let (links, passkeys) = answers.read(self.methods)?;
        let account = answers.read(self.account)?;
        Ok(account.map(|account| Methods::of(&Account { links, passkeys, ..account })))
    }
}

/// The login methods of an account's providers, and its passkeys, oldest first.
fn methods(asking: &mut Questions, id: AccountId) -> Asked<(Vec<Link>, Vec<Passkey>)> {
    asking.ask(&METHODS, [bytes(&id.0)], |rows| {
        let (mut links, mut passkeys) = (Vec::new(), Vec::new());
        for row in rows {
            links.extend(identity::read_maybe_link(row)?);
            passkeys.extend(passkey::read_maybe(row)?);
        }
        Ok((links, passkeys))
    })
}

/// The session with this digest, live or not.
pub(super) fn session(asking: &mut Questions, digest: &Digest) -> Asked<Option<Session>> {
    asking.ask(&SESSION, [bytes(&digest.0)], first(read_session))
}

/// An account without its lists.
pub(crate) fn read_account(row: &Row) -> Result<Account, Fault> {
    let (password_version, password) = read_password(row)?;
    Ok(Account {
        id: AccountId(row.array("account_id")?),
        created_at: row.instant("created_at")?,
        display_name: row.line("display_name")?,
        locale: row.word("locale")?,
        email: read_email(row, password)?,
        password_version,
        links: Vec::new(),
        passkeys: Vec::new(),
        passkey_declined: row.maybe_instant("passkey_declined_at")?,
        contact: row.addressed("contact")?,
        contact_since: row.instant("contact_since")?,
        withdrawn: read_withdrawal(row)?,
        lost: read_lost(row)?,
        suspended: read_suspension(row)?,
        terms: read_terms(row)?,
        epoch: row.int("epoch")?,
        changes: Vec::new(),
        sessions: Vec::new(),
        devices: Vec::new(),
        grants: Vec::new(),
    })
}

fn read_email(row: &Row, password: Option<PasswordRecord>) -> Result<Option<EmailMethod>, Fault> {
    let Some(proven_at) = row.maybe_instant("proven_at")? else {
        return Ok(None);
    };
    let by = row.maybe_array("email_added_by")?.map(SessionId);
    let added = Added { at: row.instant("email_added_at")?, by };
    let unreachable_at = row.maybe_instant("email_unreachable_at")?;
    Ok(Some(EmailMethod { email: row.email("stored")?, proven_at, added, password, unreachable_at }))
}

fn read_withdrawal(row: &Row) -> Result<Option<Withdrawal>, Fault> {
    let Some(at) = row.maybe_instant("withdrawn_at")? else {
        return Ok(None);
    };
    let methods = text::read_methods(row.text("withdrawn_methods")?);
    let methods = methods.ok_or_else(|| row.fault("withdrawn_methods", "not a list of methods"))?;
    Ok(Some(Withdrawal { at, until: row.instant("withdrawn_until")?, methods }))
}

fn read_lost(row: &Row) -> Result<Option<Lost>, Fault> {
    let Some(from) = row.maybe_instant("lost_from")? else {
        return Ok(None);
    };
    Ok(Some(Lost { email: row.email("lost_stored")?, from }))
}

/// The number of the newest password, and the password: none where it is void.
fn read_password(row: &Row) -> Result<(i64, Option<PasswordRecord>), Fault> {
    let Some(version) = row.maybe_int("version")? else {
        return Ok((0, None));
    };
    let Some(hash) = text::read_hash(row)? else {
        return Ok((version, None));
    };
    Ok((version, Some(PasswordRecord { version, hash, set_at: row.instant("set_at")? })))
}

fn read_suspension(row: &Row) -> Result<Option<Suspension>, Fault> {
    let Some(at) = row.maybe_instant("suspended_at")? else {
        return Ok(None);
    };
    Ok(Some(Suspension { at, reason: row.line("suspended_reason")? }))
}

fn read_terms(row: &Row) -> Result<Option<TermsAccepted>, Fault> {
    let Some(at) = row.maybe_instant("terms_at")? else {
        return Ok(None);
    };
    Ok(Some(TermsAccepted { version: row.line("terms_version")?, at }))
}

pub(crate) fn read_session(row: &Row) -> Result<Session, Fault> {
    Ok(Session {
        id: SessionId(row.array("session_id")?),
        account: AccountId(row.array("account_id")?),
        digest: Digest(row.array("digest")?),
        kind: row.word("kind")?,
        device: DeviceId(row.array("device_id")?),
        method: row.method("method")?,
        started_at: row.instant("started_at")?,
        seen_at: row.instant("seen_at")?,
        proved_at: row.instant("proved_at")?,
        proved_by: row.method("proved_by")?,
        origin: Origin { address: row.line("address")?, label: row.line("label")? },
    })
}

fn read_device(row: &Row) -> Result<Device, Fault> {
    Ok(Device {
        id: DeviceId(row.array("id")?),
        digest: Digest(row.array("digest")?),
        label: row.line("label")?,
        first_at: row.instant("first_at")?,
        last_at: row.instant("last_at")?,
    })
}

pub(super) const STATEMENTS: &[Statement] = &[LOCK, ACCOUNT, METHODS, SESSIONS, DEVICES, SESSION];

const LOCK: Statement = locking!("account/lock", [Bytes]);
const ACCOUNT: Statement = sql!("account/find", [Bytes]);
const METHODS: Statement = sql!("account/methods", [Bytes]);
const SESSIONS: Statement = sql!("session/of_account", [Bytes]);
const DEVICES: Statement = sql!("device/of_account", [Bytes]);
const SESSION: Statement = sql!("session/find", [Bytes]);
