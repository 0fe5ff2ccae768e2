//! What a node remembers of session checks (R-SESSION-2): what it has ended itself is refused at once, what another has ended
//! as soon as its notes were read, and nothing is believed that was not read in time.
//!
//! Two nodes are two stores with pools of their own; on SQLite the second one is a command beside the server. The steady
//! clock stands still unless a test moves it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use accounts::*;
use store::{Database, PostgresOptions, Role, Store};

use crate::parting::{Member, members};
use crate::rows::{Dice, Rows, both_with_rows, say};
use crate::support::ticking;

struct Nodes {
    rows: Rows,
    here: Store,
    there: Store,
    /// Milliseconds of the steady clock of both.
    steady: Arc<AtomicU64>,
    dice: Dice,
}

impl Nodes {
    /// On each engine that there is; nothing was read yet.
    async fn all() -> Vec<Self> {
        let mut all = Vec::new();
        for rows in both_with_rows().await {
            let steady = Arc::new(AtomicU64::new(1_000_000));
            let clock = || {
                let steady = Arc::clone(&steady);
                Arc::new(move || Duration::from_millis(steady.load(Ordering::SeqCst)))
            };
            let here = Store::with_steady_clock(rows.house.database.clone(), clock());
            let there = Store::with_steady_clock(another(&rows).await, clock());
            all.push(Self { rows, here, there, steady, dice: Dice::new() });
        }
        all
    }

    async fn both_read(&self) {
        for node in [&self.here, &self.there] {
            node.read_changes().await.unwrap();
        }
    }

    fn pass(&self, millis: u64) {
        self.steady.fetch_add(millis, Ordering::SeqCst);
    }

    async fn member(&self) -> Member {
        members(&self.rows, &Dice::new(), 1).await.remove(0)
    }

    /// Signs a member out by a decision on one node.
    async fn sign_out(&self, node: &Store, member: &Member) {
        let scope = Scope { session: Some(member.session), ..Scope::default() };
        let told = say(node, scope, Command::SignOut, self.dice.draws()).await;
        assert_eq!(told.decision.outcome, Outcome::Done);
    }

    /// Takes the row away without a decision: only who remembers still knows.
    async fn lose(&self, member: &Member) {
        let hex = member.session.0.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        let text = format!("delete from sessions where digest = X'{hex}'");
        self.rows.house.script(text.leak()).await;
    }

    async fn leave(self) {
        drop((self.here, self.there));
        self.rows.leave().await;
    }
}

async fn another(rows: &Rows) -> Database {
    if let Some(url) = &rows.house.url {
        let mut options = PostgresOptions::new(url);
        options.clock_offset_ms = Arc::clone(&rows.house.clock);
        return Database::open_postgres(options).await.unwrap();
    }
    Database::open_sqlite(&rows.house.file(), Role::Command, ticking(&rows.house.clock)).unwrap()
}

async fn sees(node: &Store, member: &Member) -> bool {
    let sighting = node.sighting(member.session).await.unwrap();
    let own = |seen: &Seen| seen.account.id == member.account.id;
    assert!(sighting.as_ref().is_none_or(|(seen, _)| own(seen)));
    sighting.is_some()
}

#[tokio::test]
async fn r_session_2_a_check_is_remembered_only_while_the_notes_are_read() {
    for nodes in Nodes::all().await {
        let member = nodes.member().await;
        assert!(sees(&nodes.here, &member).await);
        nodes.lose(&member).await;
        assert!(!sees(&nodes.here, &member).await, "nothing was read yet: the database is asked");

        let member = nodes.member().await;
        nodes.both_read().await;
        assert!(sees(&nodes.here, &member).await);
        nodes.lose(&member).await;
        nodes.pass(899);
        assert!(sees(&nodes.here, &member).await, "it is remembered");
        nodes.pass(1);
        assert!(!sees(&nodes.here, &member).await, "the notes were not read in time");
        nodes.leave().await;
    }
}

#[tokio::test]
async fn r_session_2_nothing_is_remembered_for_long_whatever_was_read() {
    for nodes in Nodes::all().await {
        let member = nodes.member().await;
        nodes.both_read().await;
        assert!(sees(&nodes.here, &member).await);
        nodes.lose(&member).await;
        for _ in 0..39 {
            nodes.pass(500);
            nodes.both_read().await;
            assert!(sees(&nodes.here, &member).await);
        }
        nodes.pass(500);
        nodes.both_read().await;
        assert!(!sees(&nodes.here, &member).await);
        nodes.leave().await;
    }
}

#[tokio::test]
async fn r_session_2_what_a_node_has_ended_it_refuses_at_once_and_another_when_it_has_read() {
    for nodes in Nodes::all().await {
        for node in [&nodes.here, &nodes.there] {
            let member = nodes.member().await;
            nodes.both_read().await;
            assert!(sees(&nodes.here, &member).await && sees(&nodes.there, &member).await);
            nodes.sign_out(node, &member).await;
            assert!(!sees(node, &member).await, "at once");
            nodes.pass(400);
            nodes.both_read().await;
            assert!(!sees(&nodes.here, &member).await && !sees(&nodes.there, &member).await);
        }
        nodes.leave().await;
    }
}

/// A decision reads its clock and may commit seconds later; whoever read the notes in between must find them still.
#[tokio::test]
async fn r_session_2_a_note_that_was_written_before_a_reading_and_committed_after_it_is_found() {
    for nodes in Nodes::all().await {
        let member = nodes.member().await;
        nodes.both_read().await;
        assert!(sees(&nodes.there, &member).await);
        let now = nodes.here.now().await.unwrap();
        nodes.lose(&member).await;
        let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        let (late, id) = (now.0 - 14_000, hex(&member.account.id.0));
        let text = format!("insert into account_changes (at, account_id) values ({late}, X'{id}')");
        nodes.rows.house.script(text.leak()).await;
        nodes.both_read().await;
        assert!(!sees(&nodes.there, &member).await);
        nodes.leave().await;
    }
}

/// The clock of a house in development goes forward by hand, and that of a machine may be set back.
#[tokio::test]
async fn r_session_2_a_moved_clock_hides_no_note() {
    for nodes in Nodes::all().await {
        for days in [400, -400] {
            let member = nodes.member().await;
            nodes.both_read().await;
            assert!(sees(&nodes.there, &member).await);
            nodes.sign_out(&nodes.here, &member).await;
            let now = nodes.here.now().await.unwrap();
            nodes.rows.set_clock(now.plus(Millis::days(days))).await;
            nodes.both_read().await;
            assert!(!sees(&nodes.there, &member).await, "{days}");
        }
        nodes.leave().await;
    }
}

#[tokio::test]
async fn r_session_2_more_notes_than_one_reading_takes_forget_everything() {
    for nodes in Nodes::all().await {
        let member = nodes.member().await;
        nodes.both_read().await;
        assert!(sees(&nodes.there, &member).await);
        nodes.lose(&member).await;
        let now = nodes.here.now().await.unwrap();
        let notes = (0..4_001).map(|n| format!("({}, X'{n:032x}')", now.0)).collect::<Vec<_>>();
        let text = format!("insert into account_changes (at, account_id) values {}", notes.join(", "));
        nodes.rows.house.script(text.leak()).await;
        nodes.both_read().await;
        assert!(!sees(&nodes.there, &member).await);
        nodes.leave().await;
    }
}

/// Checks run all the time on two threads while sessions end: whoever was told that it has ended sees it ended.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r_session_2_no_check_beside_an_end_brings_the_session_back() {
    for nodes in Nodes::all().await {
        nodes.both_read().await;
        for member in members(&nodes.rows, &nodes.dice, 100).await {
            let (over, digest) = (Arc::new(AtomicBool::new(false)), member.session);
            let checks = (0..2).map(|_| {
                let (node, over) = (nodes.here.clone(), Arc::clone(&over));
                tokio::spawn(async move {
                    while !over.load(Ordering::SeqCst) {
                        node.sighting(digest).await.unwrap();
                        tokio::task::yield_now().await;
                    }
                })
            });
            let checks = checks.collect::<Vec<_>>();
            nodes.sign_out(&nodes.here, &member).await;
            for _ in 0..20 {
                assert!(!sees(&nodes.here, &member).await);
            }
            over.store(true, Ordering::SeqCst);
            for check in checks {
                check.await.unwrap();
            }
        }
        nodes.leave().await;
    }
}
