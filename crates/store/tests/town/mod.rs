//! A town of members: the rows of many accounts, made by the database itself, a thousand or a million of them.
//!
//! Every row is one that the program could have written and can read: ids begin with their time as real ones do, digests
//! and addresses are scattered over their indexes, lines of the activity list lie in the order in which they happened.
//! Nothing is drawn: the same number gives the same member, on both engines.

pub(crate) mod spelling;
pub(crate) mod tables;

use spelling::Spelling;
use store::Engine;

/// The instant at which the town was looked at: that of the tests' clock.
pub(crate) const NOW: i64 = 1_800_000_000_000;

/// Members and passing rows are numbered up to here.
pub(crate) const MAX: i64 = 1_000_000;

/// How large a town is.
#[derive(Clone, Copy)]
pub(crate) struct Town {
    /// Members, numbered from 1 on. Every fifth has a passkey, every third a link.
    pub(crate) accounts: i64,
    /// One in so many has left lately.
    pub(crate) left: i64,
    /// Lines in the activity list of each.
    pub(crate) lines: i64,
    /// Rows of each kind that passes (flows, codes, mails and the like), half of them over.
    pub(crate) passing: i64,
}

impl Town {
    /// The statements that make it, in order.
    pub(crate) fn statements(self, engine: Engine) -> Vec<String> {
        let spelling = Spelling(engine);
        let mut all = Vec::new();
        for line in 1..=self.lines {
            all.push(tables::activity(spelling, (1, self.accounts), line));
        }
        all.extend(tables::accounts(spelling, self.accounts, self.left));
        let spread = format!("({NOW} + n * 7919000 % 5184000000 - 2592000000)");
        all.extend(tables::passing(spelling, (1, self.passing), &spread));
        let later = format!("{}", NOW + 864_000_000);
        let waiting = (MAX + 1, MAX + self.passing / 50);
        all.push(tables::mails(spelling, waiting, ("n", &later), "'waiting'"));
        all
    }
}
