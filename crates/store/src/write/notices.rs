//! What follows from a decision: lines of an activity list, and mails for the outbox.
//!
//! Both are numbered under the decision's id, so that none can be written twice. A mail holds the id of its code, never
//! the code (R-RESET-9).

use accounts::{Activity, DecisionId, Email, Instant, Line, Mail, Method};

use crate::driver::{Statement, Tx};
use crate::fault::Fault;
use crate::sql;
use crate::text::{Word, bytes, maybe_at};

pub(super) async fn activity(
    tx: &mut dyn Tx,
    id: DecisionId,
    n: i64,
    activity: &Activity,
) -> Result<(), Fault> {
    let values = [
        bytes(&activity.account.0),
        activity.at.0.into(),
        bytes(&id.0),
        n.into(),
        activity.kind.word().into(),
        activity.actor.word().into(),
        activity.session.as_ref().map(|session| session.0.as_slice()).into(),
        activity.method.as_ref().map(Method::key).into(),
        activity.origin.address.as_str().into(),
        activity.origin.label.as_str().into(),
    ];
    tx.tell(&ACTIVITY, &values).await
}

pub(super) async fn mail(
    tx: &mut dyn Tx,
    id: DecisionId,
    n: i64,
    now: Instant,
    mail: &Mail,
) -> Result<(), Fault> {
    let values = [
        bytes(&id.0),
        n.into(),
        mail.kind.word().into(),
        mail.to.as_stored().into(),
        mail.locale.word().into(),
        mail.account.as_ref().map(|account| account.0.as_slice()).into(),
        mail.challenge.as_ref().map(|challenge| challenge.0.as_slice()).into(),
        mail.at.0.into(),
        maybe_at(mail.useless_at),
        mail.method.as_ref().map(Method::key).into(),
        mail.origin.address.as_str().into(),
        mail.origin.label.as_str().into(),
        now.0.into(),
        mail.number.as_ref().map(|number| number.0.as_slice()).into(),
        maybe_at(mail.until),
        mail.before.as_ref().map(Email::as_stored).into(),
        mail.after.as_ref().map(Email::as_stored).into(),
        mail.passkey.as_ref().map(Line::as_str).into(),
    ];
    tx.tell(&MAIL, &values).await
}

pub(super) const STATEMENTS: &[Statement] = &[ACTIVITY, MAIL];

const ACTIVITY: Statement =
    sql!("activity/write", [Bytes, Int, Bytes, Int, Text, Text, Bytes, Text, Text, Text]);
const MAIL: Statement = sql!(
    "mail/write",
    [
        Bytes, Int, Text, Text, Text, Bytes, Bytes, Int, Int, Text, Text, Text, Int, Bytes, Int, Text,
        Text, Text
    ]
);
