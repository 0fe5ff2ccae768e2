//! Deletes rows that mean nothing any more, a few at a time.
//!
//! Only what the rules themselves pass over may go: a flow that is over, a code that no bound counts any more, a session
//! that serves nobody, a count that is forgotten. Each delete says its condition twice, to find rows and to look again at
//! those it had to wait for, so that a row that was just used anew stays. A lock and a paid guess stay for ever.

use std::collections::BTreeSet;

use accounts::{AccountId, Instant, Millis, Policy, SessionKind};

use crate::changed;
use crate::database::Database;
use crate::driver::{Statement, Tx, Value};
use crate::fault::Fault;
use crate::kept_announcement::AnnouncementState;
use crate::load::day_before;
use crate::outbox::State;
use crate::text::Word;
use crate::{Store, sql};

/// How many rows were deleted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Swept {
    /// Flows that were over.
    pub flows: u64,
    /// Mailed codes of more than 24 hours ago.
    pub challenges: u64,
    /// Counts of networks whose window was over.
    pub networks: u64,
    /// Lapsed sessions.
    pub sessions: u64,
    /// Grants that were over or not used any more.
    pub grants: u64,
    /// Guards of addresses that were at rest.
    pub guards: u64,
    /// Numbers of mails that had been over for a day.
    pub numbers: u64,
    /// Changes that can not be undone any more.
    pub changes: u64,
    /// Trips to providers that were over.
    pub trips: u64,
    /// Answered challenges that are over anyway.
    pub ceremonies: u64,
    /// Reports of providers that are too old to be heard again.
    pub reports: u64,
    /// Identities that cannot be had back any more.
    pub formers: u64,
    /// Notes of changed accounts that every node has read.
    pub account_changes: u64,
    /// Addresses that are tried as any other again.
    pub suppressed: u64,
    /// Receivers of whom nothing need be known any more.
    pub paces: u64,
    /// Mails that were sent, dropped or given up long ago.
    pub mails: u64,
    /// What endpoints were told long ago.
    pub announcements: u64,
}

impl Swept {
    /// What was deleted, by a word for the kind of row.
    #[must_use]
    pub fn by_table(&self) -> [(&'static str, u64); 16] {
        [
            ("flows", self.flows),
            ("challenges", self.challenges),
            ("networks", self.networks),
            ("sessions", self.sessions),
            ("grants", self.grants),
            ("guards", self.guards),
            ("numbers", self.numbers),
            ("changes", self.changes),
            ("trips", self.trips),
            ("ceremonies", self.ceremonies),
            ("reports", self.reports),
            ("formers", self.formers),
            ("mails", self.mails),
            ("suppressed", self.suppressed),
            ("paces", self.paces),
            ("announcements", self.announcements),
        ]
    }

    /// The greatest of the counts.
    #[must_use]
    pub fn most(&self) -> u64 {
        let short = [self.flows, self.challenges, self.networks, self.numbers, self.changes];
        let long = [self.sessions, self.guards, self.mails, self.suppressed, self.paces];
        let ways_in = [
            self.grants,
            self.trips,
            self.ceremonies,
            self.reports,
            self.formers,
            self.account_changes,
        ];
        let all = short.into_iter().chain(long).chain(ways_in).chain([self.announcements]);
        all.max().unwrap_or(0)
    }
}

impl Store {
    /// Accounts of sessions that are over and that something hangs from, and of grants that nobody uses any more: their ends are
    /// decided before the rows go, so that whoever is to hear of them does. Looks at no more rows than a sweep takes.
    ///
    /// # Errors
    /// See [`Store::load`].
    pub async fn lapsed(&self, policy: &Policy, limit: i64) -> Result<BTreeSet<AccountId>, Fault> {
        let rests = [policy.browser_idle, policy.app_idle];
        self.database.read(move |tx| Box::pin(lapsed(tx, rests, limit))).await
    }
}

async fn lapsed(
    tx: &mut dyn Tx,
    [browser_idle, app_idle]: [Millis; 2],
    limit: i64,
) -> Result<BTreeSet<AccountId>, Fault> {
    let now = tx.now().await.map(Instant)?;
    let kinds = [(SessionKind::Browser, browser_idle), (SessionKind::App, app_idle)];
    let mut rows = Vec::new();
    for (kind, idle) in kinds {
        let values = [kind.word().into(), now.minus(idle).0.into(), limit.into()];
        rows.extend(tx.query(&LAPSED, &values).await?);
    }
    rows.extend(tx.query(&UNUSED, &[now.minus(app_idle).0.into(), limit.into()]).await?);
    rows.iter().map(|row| row.array("account_id").map(AccountId)).collect()
}

/// Deletes at most `limit` rows of each kind.
pub(crate) async fn all(database: &Database, policy: &Policy, limit: i64) -> Result<Swept, Fault> {
    let now = database.read(|tx| Box::pin(async move { tx.now().await.map(Instant) })).await?;
    let step = Step { database, limit };
    step.run(&HASTEN, vec![now.0.into(), now.plus(LONGER_THAN_ANY_WAIT).0.into()]).await?;
    let (browser, app) = (SessionKind::Browser.word(), SessionKind::App.word());
    let sessions = [(browser, now.minus(policy.browser_idle)), (app, now.minus(policy.app_idle))];
    let (sent, failed) = (now.minus(SENT_KEPT), now.minus(FAILED_KEPT));
    let mails = [(State::Sent, sent), (State::Dropped, failed), (State::GivenUp, failed)];
    let mails = mails.map(|(state, until)| (state.word(), until));
    let (received, unheard) = (AnnouncementState::Received, AnnouncementState::GivenUp);
    let kept = policy.announcements_kept;
    let told = [(received.word(), kept), (unheard.word(), kept.max(FAILED_KEPT))];
    let told = told.map(|(state, kept)| (state, now.minus(kept)));
    Ok(Swept {
        flows: step.until(&FLOWS, now).await?,
        challenges: step.until(&CHALLENGES, day_before(now)).await?,
        networks: step.until(&NETWORKS, now.minus(policy.tries_window)).await?,
        numbers: step.until(&NUMBERS, day_before(now)).await?,
        changes: step.until(&CHANGES, now).await?,
        trips: step.until(&TRIPS, now).await?,
        ceremonies: step.until(&CEREMONIES, now).await?,
        reports: step.until(&REPORTS, now.minus(REPORTS_KEPT)).await?,
        formers: step.until(&FORMERS, now).await?,
        account_changes: step.until(&ACCOUNT_CHANGES, now.minus(changed::KEPT)).await?,
        // A browser's session that is too old in all is not seen any more, and so it lapses by rest as well.
        sessions: step.each(&SESSIONS, &sessions).await?,
        grants: step.until(&GRANTS_ENDED, now.minus(ENDED_KEPT)).await?
            + step.until(&GRANTS_UNUSED, now.minus(policy.app_idle)).await?,
        guards: step.until(&GUARDS, now.minus(at_rest(policy))).await?,
        suppressed: step.until(&SUPPRESSED, now).await?,
        paces: step.until(&PACES, now).await?,
        mails: step.each(&MAILS, &mails).await?,
        announcements: step.each(&ANNOUNCEMENTS, &told).await?,
    })
}

/// After this long without a change, all counts of an address are forgotten by the rules and its waits are over.
fn at_rest(policy: &Policy) -> Millis {
    let waits = policy.lock_told_gap.max(policy.reset_cooldown);
    policy.guesses_forgotten.max(waits).max(Millis::days(2))
}

struct Step<'d> {
    database: &'d Database,
    limit: i64,
}

impl Step<'_> {
    async fn until(&self, statement: &'static Statement, until: Instant) -> Result<u64, Fault> {
        self.run(statement, vec![until.0.into(), self.limit.into()]).await
    }

    async fn each(
        &self,
        statement: &'static Statement,
        kinds: &[(&'static str, Instant)],
    ) -> Result<u64, Fault> {
        let mut deleted = 0;
        for (kind, until) in kinds {
            let values = vec![until.0.into(), (*kind).into(), self.limit.into()];
            deleted += self.run(statement, values).await?;
        }
        Ok(deleted)
    }

    async fn run(&self, statement: &'static Statement, values: Vec<Value>) -> Result<u64, Fault> {
        self.database
            .write(move |tx| {
                let values = values.clone();
                Box::pin(async move { tx.execute(statement, &values).await })
            })
            .await
    }
}

/// How long a grant that is over is remembered: far longer than its code could be redeemed.
const ENDED_KEPT: Millis = Millis::days(1);
/// A report that is older than a week is refused before it is heard.
const REPORTS_KEPT: Millis = Millis::days(8);
/// How long sent mails are kept, for questions that come later.
const SENT_KEPT: Millis = Millis::days(30);
/// How long mails are kept that were not sent.
const FAILED_KEPT: Millis = Millis::days(90);

/// A mail waits for an hour at most, and its lease is shorter.
const LONGER_THAN_ANY_WAIT: Millis = Millis::hours(2);

pub(crate) const STATEMENTS: &[Statement] = &[
    FLOWS,
    CHALLENGES,
    NETWORKS,
    NUMBERS,
    CHANGES,
    TRIPS,
    CEREMONIES,
    REPORTS,
    FORMERS,
    ACCOUNT_CHANGES,
    LAPSED,
    SESSIONS,
    UNUSED,
    GRANTS_ENDED,
    GRANTS_UNUSED,
    GUARDS,
    SUPPRESSED,
    PACES,
    MAILS,
    ANNOUNCEMENTS,
    HASTEN,
];

const FLOWS: Statement = sql!("flow/sweep", [Int, Int]);
const CHALLENGES: Statement = sql!("challenge/sweep", [Int, Int]);
const NETWORKS: Statement = sql!("network/sweep", [Int, Int]);
const NUMBERS: Statement = sql!("number/sweep", [Int, Int]);
const CHANGES: Statement = sql!("change/sweep", [Int, Int]);
const TRIPS: Statement = sql!("trip/sweep", [Int, Int]);
const CEREMONIES: Statement = sql!("ceremony/sweep", [Int, Int]);
const REPORTS: Statement = sql!("report/sweep", [Int, Int]);
const FORMERS: Statement = sql!("former/sweep", [Int, Int]);
const ACCOUNT_CHANGES: Statement = sql!("account/sweep_changes", [Int, Int]);
const LAPSED: Statement = sql!("session/lapsed", [Text, Int, Int]);
const UNUSED: Statement = sql!("grant/unused", [Int, Int]);
const SESSIONS: Statement = sql!("session/sweep", [Int, Text, Int]);
const GRANTS_ENDED: Statement = sql!("grant/sweep_ended", [Int, Int]);
const GRANTS_UNUSED: Statement = sql!("grant/sweep_unused", [Int, Int]);
const GUARDS: Statement = sql!("guard/sweep", [Int, Int]);
const SUPPRESSED: Statement = sql!("suppressed/sweep", [Int, Int]);
const PACES: Statement = sql!("pace/sweep", [Int, Int]);
const MAILS: Statement = sql!("mail/sweep", [Int, Text, Int]);
const ANNOUNCEMENTS: Statement = sql!("announcement/sweep", [Int, Text, Int]);
const HASTEN: Statement = sql!("mail/hasten", [Int, Int]);
