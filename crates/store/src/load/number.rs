//! Numbers that were mailed, and the changes that some of them undo.
//!
//! They are read where a decision asks for them alone, for a busy account can have many. A number that is over is still
//! known for a day, so that its owner hears that it is too old and not that it is wrong.

use accounts::{
    Account, AccountId, Added, Addressed, Change, ChangeId, ChangeKind, Email, Instant, KeptEmail,
    Method, Methods, Number, NumberId, NumberKind, Numbers, SessionId,
};

use super::day_before;
use crate::driver::{Row, Statement};
use crate::fault::Fault;
use crate::questions::{Answers, Asked, Questions, each, first};
use crate::sql;
use crate::text::{self, LOST, NOT_ME, RESTORE, Read, UNDO, bytes};

/// The numbers of the asked kinds that were mailed to an address.
pub(super) struct AskedNumbers(Vec<Asked<Vec<Number>>>);

/// The numbers of the asked kind that were mailed to an address and are not over for a day, as of `now` at the earliest.
pub(super) fn of_address(
    asking: &mut Questions,
    email: &Email,
    numbers: Numbers,
    now: Instant,
) -> AskedNumbers {
    let kinds: &[&str] = match numbers {
        Numbers::Unasked => &[],
        Numbers::Undo => &[UNDO, RESTORE],
        Numbers::NotMe => &[NOT_ME],
        Numbers::Lost => &[LOST],
    };
    let ask = |kind: &&str| {
        let values = [email.key().into(), (*kind).into(), day_before(now).0.into(), MOST.into()];
        asking.ask(&OF_ADDRESS, values, each(read_number))
    };
    AskedNumbers(kinds.iter().map(ask).collect())
}

impl AskedNumbers {
    /// Oldest first.
    pub(super) fn read(self, answers: &Answers, now: Instant) -> Result<Vec<Number>, Fault> {
        let mut found = Vec::new();
        for asked in self.0 {
            found.extend(answers.read(asked)?.into_iter().rev());
        }
        found.retain(|number: &Number| number.expires_at > day_before(now));
        found.sort_by_key(|number| (number.issued_at, number.id));
        Ok(found)
    }
}

/// One number by its id.
pub(crate) fn find(asking: &mut Questions, id: NumberId) -> Asked<Option<Number>> {
    asking.ask(&FIND, [bytes(&id.0)], first(read_number))
}

/// What can still be undone of an account, oldest first.
pub(super) fn changes(asking: &mut Questions, id: AccountId, now: Instant) -> Asked<Vec<ReadChange>> {
    asking.ask(&CHANGES, [bytes(&id.0), now.0.into()], each(read_change))
}

/// A change as its row has it.
pub(super) struct ReadChange {
    change: Change,
    kept: Kept,
}

/// What a change keeps of the methods before it.
enum Kept {
    /// All.
    Methods,
    /// The address alone: it was noted before accounts had several methods.
    Email(Email, Instant),
    /// Nothing: it was noted then, and changed no method.
    Nothing,
}

/// Completes the changes that were noted before accounts had several methods, without those that are over.
pub(super) fn whole_changes(read: Vec<ReadChange>, account: &Account, now: Instant) -> Vec<Change> {
    let whole = |ReadChange { change, kept }| {
        let now = Methods::of(account);
        let before = match kept {
            Kept::Methods => return change,
            Kept::Nothing => now,
            Kept::Email(email, proven_at) => {
                let added = now.email.as_ref().map(|method| method.added);
                let added = added.unwrap_or(Added { at: account.created_at, by: None });
                Methods { email: Some(KeptEmail { email, proven_at, added }), ..now }
            }
        };
        Change { before, ..change }
    };
    let live = read.into_iter().filter(|read| read.change.until > now);
    live.map(whole).collect()
}

fn read_number(row: &Row) -> Result<Number, Fault> {
    let kind = match row.text("kind")? {
        NOT_ME => NumberKind::NotMe(SessionId(row.array("about")?)),
        UNDO => NumberKind::Undo(ChangeId(row.array("about")?)),
        RESTORE => NumberKind::Restore,
        LOST => NumberKind::Lost,
        _ => return Err(row.fault("kind", "an unknown word")),
    };
    Ok(Number {
        id: NumberId(row.array("id")?),
        kind,
        account: AccountId(row.array("account_id")?),
        key: row.count("key_id")?,
        issued_at: row.instant("issued_at")?,
        expires_at: row.instant("expires_at")?,
        spent_at: row.maybe_instant("spent_at")?,
    })
}

fn read_change(row: &Row) -> Result<ReadChange, Fault> {
    let kind = match (row.text("kind")?, row.maybe_method("method")?) {
        ("password", None) => ChangeKind::Password,
        ("email", None) => ChangeKind::Email,
        ("contact", None) => ChangeKind::Contact,
        ("added", Some(Method::Email)) => ChangeKind::Added(Addressed::Email),
        ("added", Some(Method::Provider(provider))) => ChangeKind::Added(Addressed::Provider(provider)),
        ("added", Some(Method::Passkey(passkey))) => ChangeKind::PasskeyAdded(passkey),
        ("removed", Some(Method::Email)) => ChangeKind::Removed(Addressed::Email),
        ("removed", Some(Method::Provider(provider))) => {
            ChangeKind::Removed(Addressed::Provider(provider))
        }
        ("removed", Some(Method::Passkey(passkey))) => ChangeKind::PasskeyRemoved(passkey),
        _ => return Err(row.fault("kind", "an unknown word")),
    };
    let (kept, before) = match row.maybe_text("before")? {
        Some(text) => {
            let methods = text::read_methods(text);
            (Kept::Methods, methods.ok_or_else(|| row.fault("before", "not a list of methods"))?)
        }
        None => (read_former_email(row)?, nothing()),
    };
    let change = Change {
        id: ChangeId(row.array("id")?),
        kind,
        at: row.instant("at")?,
        until: row.instant("until_at")?,
        by: row.maybe_array("by_session")?.map(SessionId),
        before,
    };
    Ok(ReadChange { change, kept })
}

fn read_former_email(row: &Row) -> Result<Kept, Fault> {
    match row.maybe_instant("from_proven_at")? {
        Some(proven_at) => Ok(Kept::Email(row.email("from_stored")?, proven_at)),
        None => Ok(Kept::Nothing),
    }
}

const fn nothing() -> Methods {
    Methods {
        email: None,
        links: Vec::new(),
        passkeys: Vec::new(),
        contact: Addressed::Email,
        contact_since: Instant(0),
    }
}

/// How many numbers of one kind are looked at. Whoever signs in more often than this in a week has newer ones in
/// the mailbox; undo numbers are bounded by the rules.
const MOST: i64 = 500;

pub(super) const STATEMENTS: &[Statement] = &[OF_ADDRESS, FIND, CHANGES];

const OF_ADDRESS: Statement = sql!("number/of_address", [Text, Text, Int, Int]);
const FIND: Statement = sql!("number/find", [Bytes]);
const CHANGES: Statement = sql!("change/of_account", [Bytes, Int]);
