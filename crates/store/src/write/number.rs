//! What events change of numbers in mails and of changes that can be undone.
//!
//! A number that was used or taken away stays so: no later event gives it back.

use accounts::{Change, ChangeKind, Email, Event, Method, Number, NumberKind};

use crate::driver::{Statement, Tx};
use crate::fault::Fault;
use crate::sql;
use crate::text::{self, LOST, NOT_ME, RESTORE, UNDO, bytes, maybe_at};

/// Writes those events that `write` sends here.
#[expect(clippy::wildcard_enum_match_arm, reason = "`write` lists the events that come here")]
pub(super) async fn write(tx: &mut dyn Tx, event: &Event) -> Result<(), Fault> {
    match event {
        Event::NumberIssued { email, number } => issued(tx, email, number).await,
        Event::NumberSpent { number, at } => tx.tell(&SPENT, &[at.0.into(), bytes(&number.0)]).await,
        Event::NumbersVoided { account, since, at } => {
            tx.tell(&VOIDED, &[at.0.into(), bytes(&account.0), since.0.into()]).await
        }
        Event::ChangeNoted { account, change, told: _ } => noted(tx, &account.0, change).await,
        Event::ChangesUndone { account, changes } => {
            for change in changes {
                tx.tell(&UNDONE, &[bytes(&account.0), bytes(&change.0)]).await?;
            }
            Ok(())
        }
        Event::PicturesCut { account, changes, withdrawn } => {
            for (change, methods) in changes {
                let values = [text::methods(methods).into(), bytes(&account.0), bytes(&change.0)];
                tx.tell(&CUT, &values).await?;
            }
            let Some(methods) = withdrawn else {
                return Ok(());
            };
            tx.tell(&WITHDRAWAL_CUT, &[text::methods(methods).into(), bytes(&account.0)]).await
        }
        _ => Err(Fault::Bug("an event came to the wrong place".to_owned())),
    }
}

async fn issued(tx: &mut dyn Tx, email: &Email, number: &Number) -> Result<(), Fault> {
    let (kind, about) = match &number.kind {
        NumberKind::NotMe(session) => (NOT_ME, session.0.as_slice()),
        NumberKind::Undo(change) => (UNDO, change.0.as_slice()),
        NumberKind::Restore => (RESTORE, &[][..]),
        NumberKind::Lost => (LOST, &[][..]),
    };
    let values = [
        bytes(&number.id.0),
        email.key().into(),
        bytes(&number.account.0),
        kind.into(),
        bytes(about),
        i64::from(number.key).into(),
        number.issued_at.0.into(),
        number.expires_at.0.into(),
        maybe_at(number.spent_at),
    ];
    tx.tell(&ISSUED, &values).await
}

async fn noted(tx: &mut dyn Tx, account: &[u8], change: &Change) -> Result<(), Fault> {
    let (kind, method) = match &change.kind {
        ChangeKind::Password => ("password", None),
        ChangeKind::Email => ("email", None),
        ChangeKind::Added(method) => ("added", Some(method.method())),
        ChangeKind::Removed(method) => ("removed", Some(method.method())),
        ChangeKind::PasskeyAdded(passkey) => ("added", Some(Method::Passkey(*passkey))),
        ChangeKind::PasskeyRemoved(passkey) => ("removed", Some(Method::Passkey(*passkey))),
        ChangeKind::Contact => ("contact", None),
    };
    let values = [
        bytes(account),
        bytes(&change.id.0),
        kind.into(),
        change.at.0.into(),
        change.until.0.into(),
        method.map(|method| method.key()).into(),
        change.by.as_ref().map(|session| session.0.as_slice()).into(),
        text::methods(&change.before).into(),
    ];
    tx.tell(&NOTED, &values).await
}

pub(super) const STATEMENTS: &[Statement] =
    &[ISSUED, SPENT, VOIDED, NOTED, UNDONE, CUT, WITHDRAWAL_CUT];

const ISSUED: Statement = sql!("number/issue", [Bytes, Text, Bytes, Text, Bytes, Int, Int, Int, Int]);
const SPENT: Statement = sql!("number/spend", [Int, Bytes]);
const VOIDED: Statement = sql!("number/void", [Int, Bytes, Int]);
const NOTED: Statement = sql!("change/note", [Bytes, Bytes, Text, Int, Int, Text, Bytes, Text]);
const UNDONE: Statement = sql!("change/undo", [Bytes, Bytes]);
const CUT: Statement = sql!("change/cut", [Text, Bytes, Bytes]);
const WITHDRAWAL_CUT: Statement = sql!("account/cut", [Text, Bytes]);
