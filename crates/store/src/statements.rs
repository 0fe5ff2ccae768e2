//! Every statement of the rows, for tests that prepare them, look at their plans, and compare them with the files.

use crate::driver::Statement;
use crate::{
    clients, kept_mail, load, outbox, outgoing, pace, query, restored, signing_keys, suppressed, sweep,
    tokens, write,
};

/// Every statement of the rows, for the test that prepares all of them.
#[must_use]
pub fn row_statements() -> Vec<Statement> {
    let mail =
        [outbox::STATEMENTS, kept_mail::STATEMENTS, suppressed::STATEMENTS, pace::STATEMENTS].concat();
    let upkeep =
        [sweep::STATEMENTS, restored::STATEMENTS, signing_keys::STATEMENTS, clients::STATEMENTS]
            .concat();
    let parts =
        [query::STATEMENTS, &mail, &outgoing::statements(), &upkeep, tokens::STATEMENTS].concat();
    [load::statements(), write::statements(), parts].concat()
}
