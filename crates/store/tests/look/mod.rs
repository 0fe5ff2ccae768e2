//! Plans as either engine tells them, and what is wrong with them.
//!
//! What may read a whole table or sort is listed here with its reason; everything else may not. The lists are held as
//! well: an exception that no plan needs any more is an error.

mod postgres;
mod sqlite;

use std::collections::{BTreeMap, BTreeSet};

use store::{Engine, Kind, MIGRATION_STATEMENTS, Statement, migrate, row_statements};

use crate::support::House;
use crate::town::{NOW, Town};

/// Tables that grow with members or visits.
const GROWING: [&str; 26] = [
    "account_changes",
    "accounts",
    "activity",
    "address_guards",
    "announcement_lines",
    "announcements",
    "challenges",
    "changes",
    "devices",
    "emails",
    "flows",
    "former_identities",
    "identities",
    "identity_tokens",
    "mails",
    "network_tries",
    "numbers",
    "paces",
    "grants",
    "passkeys",
    "passwords",
    "provider_reports",
    "sessions",
    "spent_ceremonies",
    "suppressed",
    "trips",
];

/// Tables that may be read from end to end.
pub(crate) const SMALL: [(&str, &str); 6] = [
    ("migrations", "a row for each step of the schema"),
    ("migration_lease", "one row"),
    ("meta", "a few rows by name"),
    ("signing_keys", "a few keys of each method: what is over is deleted"),
    ("clients", "the service's own sites and apps"),
    ("pg_class", "the server's own catalogue"),
];

/// Statements that may read all of a table that grows.
const WHOLE: [(&str, &str); 10] = [
    ("mail/hasten", "mails due later than any wait: none, but after a clock was set back"),
    ("suppressed/counts", "up to a hundred thousand, for a reading of figures"),
    ("mail/counts", "an operator's look at the outbox (`genkan db status`), no visitor's"),
    (
        "mail/kept_to",
        "an operator's look at what went to an address (`genkan mail list --to`), no visitor's",
    ),
    ("restored/accounts", "an operator's drill (`genkan db drill`), no visitor's"),
    ("restored/codes", "all that is open ends after a restoration, while nothing serves"),
    ("restored/grants", "all that is open ends after a restoration, while nothing serves"),
    ("restored/flows", "all that is open ends after a restoration, while nothing serves"),
    ("restored/sessions", "all that is open ends after a restoration, while nothing serves"),
    ("restored/trips", "all that is open ends after a restoration, while nothing serves"),
];

/// Statements that may sort: what they sort has a bound.
const SORTING: [(&str, &str); 13] = [
    ("account/methods", "at most 20 passkeys (R-PASSKEY) and a method for each provider"),
    ("announcement/kept", "those of one instant among those that stand so last: the rest is in order"),
    ("announcement/kept_of", "what happened to one account within the time that is kept"),
    ("announcement/waiting", "the few endpoints among what waits longest, up to a limit"),
    ("change/of_account", "what one account has changed in 72 hours"),
    ("device/of_account", "at most ten devices stay known"),
    ("grant/hanging", "at most a hundred grants of one account"),
    ("grant/of_account", "at most a hundred grants of one account"),
    ("identity/of_address", "a method for each provider and account that has the address"),
    ("mail/kept", "mails of one instant among those due last: the rest is in order"),
    ("mail/reported", "the four things that are said of mails, up to a limit"),
    ("mail/waiting", "the few kinds of mail among what is due first, up to a limit"),
    ("session/of_account", "at most 50 sessions"),
];

/// Statements that take what is due first, from the front of an index, up to a limit. Nothing else may lean on a limit:
/// one that first passes rows over is no bound.
const QUEUES: [&str; 35] = [
    "account/changes_since",
    "account/due",
    "account/sweep_changes",
    "announcement/claim",
    "announcement/hasten",
    "announcement/kept",
    "announcement/next_due",
    "announcement/sweep",
    "announcement/waiting",
    "ceremony/sweep",
    "challenge/sweep",
    "change/sweep",
    "flow/sweep",
    "grant/sweep_ended",
    "grant/sweep_unused",
    "grant/unused",
    "former/sweep",
    "guard/sweep",
    "mail/claim",
    "mail/claim_newest",
    "mail/kept",
    "mail/next_due",
    "mail/reported",
    "mail/sweep",
    "mail/waiting",
    "network/sweep",
    "number/sweep",
    "pace/sweep",
    "report/sweep",
    "session/lapsed",
    "session/sweep",
    "suppressed/page",
    "suppressed/sweep",
    "token/lease",
    "trip/sweep",
];

/// More rows than this from one search, without a limit above it, are too many.
pub(crate) const MANY: f64 = 100.0;

/// What is wrong with a plan.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Fault {
    /// A table is read from end to end.
    Scan(String),
    /// A search by a bound or a common word alone, with a limit beside it.
    Queue(String),
    /// Rows are sorted, not found in order.
    Sort(String),
}

/// A town in which a plan that reads a table from end to end is a bad one.
pub(crate) const LARGE: Town = Town { accounts: 9_000, left: 3, lines: 3, passing: 9_000 };
/// A smaller one, in which it is as well.
pub(crate) const SMALLER: Town = Town { accounts: 3_000, left: 3, lines: 3, passing: 3_000 };
/// What stands for a limit: small beside the tables, as it is in a house that has grown.
pub(crate) const LIMIT: f64 = 5.0;

/// Where plans are asked for.
pub(crate) enum Plans {
    Sqlite(sqlite::Plans),
    Postgres(postgres::Plans),
}

impl Plans {
    /// Asks in a house with the rows of a town.
    pub(crate) async fn of(house: &House, town: Town) -> Self {
        migrate(&house.database).await.unwrap();
        let engine = house.database.engine();
        let plans = match engine {
            Engine::Sqlite => Self::Sqlite(sqlite::Plans::of(&house.file())),
            Engine::Postgres => Self::Postgres(postgres::Plans::of(house.url.as_ref().unwrap()).await),
        };
        plans.run("begin").await;
        for statement in town.statements(engine) {
            plans.run(&statement).await;
        }
        plans.run("commit").await;
        if engine == Engine::Postgres {
            plans.run("vacuum analyze").await;
        }
        plans
    }

    pub(crate) async fn leave(self) {
        match self {
            Self::Sqlite(_) => {}
            Self::Postgres(plans) => plans.leave().await,
        }
    }

    pub(crate) async fn run(&self, sql: &str) {
        match self {
            Self::Sqlite(plans) => plans.run(sql),
            Self::Postgres(plans) => plans.run(sql).await,
        }
    }

    /// What is wrong with the plan of a text without parameters.
    pub(crate) async fn faults_of(&self, text: &str) -> Vec<Fault> {
        match self {
            Self::Sqlite(plans) => plans.faults(text),
            Self::Postgres(plans) => plans.faults(text, &[]).await,
        }
    }

    async fn faults(&self, statement: &Statement) -> Vec<Fault> {
        match self {
            Self::Sqlite(plans) => plans.faults(statement.sqlite),
            Self::Postgres(plans) => plans.faults(statement.postgres, statement.params).await,
        }
    }

    async fn tables(&self) -> BTreeSet<String> {
        match self {
            Self::Sqlite(plans) => plans.tables(),
            Self::Postgres(plans) => plans.tables().await,
        }
    }

    async fn indexes(&self) -> Vec<(String, String)> {
        match self {
            Self::Sqlite(plans) => plans.indexes(),
            Self::Postgres(plans) => plans.indexes().await,
        }
    }

    /// Every plan is free of faults but for the listed ones, which it tells.
    pub(crate) async fn are_good(&self) -> BTreeSet<&'static str> {
        let growing = GROWING.map(str::to_owned).into_iter().collect::<BTreeSet<_>>();
        let small = SMALL.map(|(table, _)| table.to_owned()).into_iter().collect::<BTreeSet<_>>();
        for table in self.tables().await {
            assert!(growing.contains(&table) != small.contains(&table), "does {table} grow?");
        }
        let (mut looked, mut excused) = (0, BTreeSet::new());
        for statement in statements() {
            looked += 1;
            for fault in self.faults(&statement).await {
                let excuse = excuse(&statement, &fault);
                assert!(excuse.is_some(), "{}: {fault:?}\n{}", statement.name, statement.postgres);
                excused.extend(excuse);
            }
        }
        assert!(looked > 120, "{looked}");
        excused
    }
}

/// The statements that are listed with a reason.
pub(crate) fn excused() -> BTreeSet<&'static str> {
    let reasoned = WHOLE.iter().chain(&SORTING).map(|(name, _)| *name);
    reasoned.chain(QUEUES).collect()
}

fn excuse(statement: &Statement, fault: &Fault) -> Option<&'static str> {
    let listed = |list: &[(&'static str, &str)]| {
        list.iter().map(|(name, _)| *name).find(|name| *name == statement.name)
    };
    match fault {
        Fault::Scan(_) => listed(&WHOLE),
        Fault::Queue(_) => {
            let queue = QUEUES.into_iter().find(|name| *name == statement.name);
            queue.or_else(|| listed(&WHOLE))
        }
        Fault::Sort(_) => listed(&SORTING),
    }
}

pub(crate) fn is_small(table: &str) -> bool {
    SMALL.iter().any(|(small, _)| *small == table)
}

/// The indexes without which every plan is as good as before. Keys of tables are left.
pub(crate) async fn indexes_without_need(plans: &Plans) -> Vec<String> {
    let mut without = Vec::new();
    let indexes = plans.indexes().await;
    assert!(indexes.len() > 15, "{indexes:?}");
    for (index, table) in indexes {
        assert!(!is_any_bad(plans, &table).await, "a plan about {table} is bad as it is");
        plans.run("begin").await;
        plans.run(&format!("drop index {index}")).await;
        let needed = is_any_bad(plans, &table).await;
        plans.run("rollback").await;
        if !needed {
            without.push(index);
        }
    }
    without
}

/// Whether the plan of a statement about that table has a fault that is not listed.
async fn is_any_bad(plans: &Plans, table: &str) -> bool {
    let about = |s: &Statement| s.sqlite.contains(table) || s.postgres.contains(table);
    for statement in statements().into_iter().filter(about) {
        let faults = plans.faults(&statement).await;
        if faults.iter().any(|fault| excuse(&statement, fault).is_none()) {
            return true;
        }
    }
    false
}

/// For each statement with a limit: how much it visits where nothing is due, and where all is. Nothing of it stays.
pub(crate) async fn visited(plans: &Plans) -> BTreeMap<&'static str, [f64; 2]> {
    let mut all = BTreeMap::new();
    let limited =
        |s: &&Statement| s.sqlite.contains("limit $") && WHOLE.iter().all(|(name, _)| *name != s.name);
    for statement in statements().iter().filter(limited) {
        let mut visited = [0.0; 2];
        for (at, visited) in [0, 2 * NOW].into_iter().zip(&mut visited) {
            plans.run("begin").await;
            *visited = match plans {
                Plans::Sqlite(plans) => plans.visited(statement, at),
                Plans::Postgres(plans) => plans.visited(statement, at).await,
            };
            plans.run("rollback").await;
        }
        all.insert(statement.name, visited);
    }
    all
}

/// A value like those that the program binds, as an SQL text.
fn value(text: &str, n: usize, kind: Kind, at: i64) -> String {
    let stands_in = |before: &str| text.contains(&format!("{before}${n}"));
    match kind {
        Kind::Int if stands_in("limit ") => LIMIT.to_string(),
        Kind::Int => at.to_string(),
        Kind::Text if stands_in("endpoint = ") => "'web'".to_owned(),
        Kind::Text if stands_in("state = ") && text.contains("announcements") => {
            "'received'".to_owned()
        }
        Kind::Text if stands_in("state = ") => "'sent'".to_owned(),
        Kind::Text if stands_in("kind = ") => "'browser'".to_owned(),
        Kind::Text => "'somebody@example.jp'".to_owned(),
        Kind::Bytes => "'\\x0192f0c0000070008000000000000001'".to_owned(),
    }
}

fn statements() -> Vec<Statement> {
    [row_statements(), MIGRATION_STATEMENTS.to_vec()].concat()
}
