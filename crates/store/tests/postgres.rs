//! What only the server engine promises: retries, lost connections, a pooler in between, fail-over, TLS.
//!
//! Each test is skipped, visibly, without a server. Where two transactions must meet, a barrier makes them.

mod support;

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use store::{
    Database, Fault, Kind, OpenFault, Outage, PostgresOptions, Statement, Value, migrate_list,
};
use support::{ADD, COUNT, count, make_numbers, postgres, statement};
use tokio::sync::Barrier;

const TOUCH: Statement =
    statement("test/touch", "update numbers set note = 'touched' where number = $1", &[Kind::Int]);

#[tokio::test(flavor = "multi_thread")]
async fn a_deadlock_is_retried_and_both_sides_get_through() {
    let Some(house) = postgres().await else {
        return;
    };
    make_numbers(&house).await;
    for number in [1_i64, 2] {
        let add = house.database.write(move |tx| {
            Box::pin(async move { tx.execute(&ADD, &[number.into(), Value::Null]).await })
        });
        add.await.unwrap();
    }
    let both_hold_one = Arc::new(Barrier::new(2));
    let runs = Arc::new(AtomicU32::new(0));
    let tasks: Vec<_> = [[1_i64, 2], [2, 1]]
        .into_iter()
        .map(|[first, second]| {
            let (barrier, runs) = (Arc::clone(&both_hold_one), Arc::clone(&runs));
            let database = house.database.clone();
            tokio::spawn(async move {
                let write = database.write(move |tx| {
                    let (barrier, runs) = (Arc::clone(&barrier), Arc::clone(&runs));
                    Box::pin(async move {
                        let run = runs.fetch_add(1, Ordering::SeqCst);
                        tx.execute(&TOUCH, &[first.into()]).await?;
                        if run < 2 {
                            barrier.wait().await;
                        }
                        tx.execute(&TOUCH, &[second.into()]).await
                    })
                });
                write.await
            })
        })
        .collect();
    for task in tasks {
        assert_eq!(task.await.unwrap(), Ok(1));
    }
    assert!(runs.load(Ordering::SeqCst) >= 3, "there was no deadlock");
    house.leave().await;
}

/// Fails as CockroachDB or a serializable transaction would.
const FAIL_40001: Statement = statement(
    "test/fail_40001",
    "do $$ begin raise exception 'on purpose' using errcode = '40001'; end $$",
    &[],
);

#[tokio::test]
async fn a_serialization_failure_is_retried_and_the_failed_run_leaves_nothing() {
    let Some(house) = postgres().await else {
        return;
    };
    make_numbers(&house).await;
    let runs = Arc::new(AtomicU32::new(0));
    let counted = Arc::clone(&runs);
    let write = house.database.write(move |tx| {
        let run = counted.fetch_add(1, Ordering::SeqCst);
        Box::pin(async move {
            tx.execute(&ADD, &[i64::from(run).into(), Value::Null]).await?;
            if run < 3 {
                tx.execute(&FAIL_40001, &[]).await?;
            }
            Ok(run)
        })
    });
    assert_eq!(write.await, Ok(3));
    assert_eq!(house.count(&COUNT).await, 1);
    house.leave().await;
}

#[tokio::test]
async fn contention_without_end_is_given_up_within_about_two_seconds() {
    let Some(house) = postgres().await else {
        return;
    };
    let runs = Arc::new(AtomicU32::new(0));
    let counted = Arc::clone(&runs);
    let write = house.database.write(move |tx| {
        counted.fetch_add(1, Ordering::SeqCst);
        Box::pin(async move { tx.execute(&FAIL_40001, &[]).await })
    });
    let answer = tokio::time::timeout(Duration::from_secs(4), write).await;
    assert!(matches!(answer, Ok(Err(Fault::Contention(_)))), "{answer:?}");
    assert!((4..=12).contains(&runs.load(Ordering::SeqCst)));
    house.leave().await;
}

const SLEEP: Statement = statement("test/sleep", "select pg_sleep(30)", &[]);
const ACTIVE: Statement = statement(
    "test/active",
    "select count(*) as n from pg_stat_activity
     where datname = current_database() and state <> 'idle' and pid <> pg_backend_pid()",
    &[],
);

#[tokio::test]
async fn a_statement_that_takes_too_long_is_ended_on_the_server_too() {
    let Some(house) = postgres().await else {
        return;
    };
    let mut options = PostgresOptions::new(house.url.clone().unwrap());
    options.statement_limit = Duration::from_millis(200);
    let hasty = Database::open_postgres(options).await.unwrap();
    for answer in [
        hasty.write(|tx| Box::pin(async move { tx.query(&SLEEP, &[]).await })).await,
        hasty.read(|tx| Box::pin(async move { tx.query(&SLEEP, &[]).await })).await,
    ] {
        let timed_out = matches!(&answer, Err(Fault::Unavailable { outage: Outage::TimedOut, .. }));
        assert!(timed_out, "{answer:?}");
    }
    // Long before the 30 seconds are over, nothing runs any more.
    let quiet = async { while house.count(&ACTIVE).await > 0 {} };
    tokio::time::timeout(Duration::from_secs(5), quiet).await.unwrap();
    house.leave().await;
}

const KILL_OTHERS: Statement = statement(
    "test/kill_others",
    "select count(pg_terminate_backend(pid)) as n from pg_stat_activity
     where datname = current_database() and pid <> pg_backend_pid()",
    &[],
);

#[tokio::test]
async fn connections_that_died_at_rest_are_replaced_without_a_fault() {
    let Some(house) = postgres().await else {
        return;
    };
    make_numbers(&house).await;
    let url = house.url.clone().unwrap();
    let killer = Database::open_postgres(PostgresOptions::new(&url)).await.unwrap();
    for number in 0..20_i64 {
        killer.read(|tx| Box::pin(async move { tx.query(&KILL_OTHERS, &[]).await })).await.unwrap();
        let write = house.database.write(move |tx| {
            Box::pin(async move { tx.execute(&ADD, &[number.into(), Value::Null]).await })
        });
        assert_eq!(write.await, Ok(1));
        killer.read(|tx| Box::pin(async move { tx.query(&KILL_OTHERS, &[]).await })).await.unwrap();
        assert_eq!(house.count(&COUNT).await, number + 1);
    }
    killer.close().await;
    house.leave().await;
}

#[tokio::test]
async fn a_connection_lost_in_the_middle_keeps_nothing_and_is_not_retried() {
    let Some(house) = postgres().await else {
        return;
    };
    make_numbers(&house).await;
    let url = house.url.clone().unwrap();
    let killer = Database::open_postgres(PostgresOptions::new(&url)).await.unwrap();
    let hand = killer.clone();
    let answer = house
        .database
        .write(move |tx| {
            let hand = hand.clone();
            Box::pin(async move {
                tx.execute(&ADD, &[1.into(), Value::Null]).await?;
                hand.read(|tx| Box::pin(async move { tx.query(&KILL_OTHERS, &[]).await })).await?;
                tx.execute(&ADD, &[2.into(), Value::Null]).await
            })
        })
        .await;
    let lost = matches!(&answer, Err(Fault::Unavailable { outage: Outage::Lost, .. }));
    assert!(lost, "{answer:?}");
    assert_eq!(house.count(&COUNT).await, 0);
    killer.close().await;
    house.leave().await;
}

#[tokio::test]
async fn a_connection_lost_before_the_commit_leaves_the_caller_uncertain() {
    let Some(house) = postgres().await else {
        return;
    };
    make_numbers(&house).await;
    let url = house.url.clone().unwrap();
    let killer = Database::open_postgres(PostgresOptions::new(&url)).await.unwrap();
    let hand = killer.clone();
    let answer = house
        .database
        .write(move |tx| {
            let hand = hand.clone();
            Box::pin(async move {
                tx.execute(&ADD, &[1.into(), Value::Null]).await?;
                hand.read(|tx| Box::pin(async move { tx.query(&KILL_OTHERS, &[]).await })).await
            })
        })
        .await;
    assert!(matches!(&answer, Err(Fault::Uncertain(_) | Fault::Unavailable { .. })), "{answer:?}");
    assert_eq!(house.count(&COUNT).await, 0);
    killer.close().await;
    house.leave().await;
}

#[tokio::test]
async fn a_caller_that_goes_away_in_the_middle_leaves_no_open_transaction() {
    let Some(house) = postgres().await else {
        return;
    };
    make_numbers(&house).await;
    let mut options = PostgresOptions::new(house.url.clone().unwrap());
    options.pool_size = 1;
    let narrow = Database::open_postgres(options).await.unwrap();
    let reached = Arc::new(Barrier::new(2));
    let inside = Arc::clone(&reached);
    let leaving = narrow.clone();
    let task = tokio::spawn(async move {
        let write = leaving.write(move |tx| {
            let inside = Arc::clone(&inside);
            Box::pin(async move {
                tx.execute(&ADD, &[1.into(), Value::Null]).await?;
                inside.wait().await;
                std::future::pending::<Result<(), Fault>>().await
            })
        });
        write.await
    });
    reached.wait().await;
    task.abort();
    assert!(task.await.unwrap_err().is_cancelled());
    // The same key: this waits until the server has undone the first, and would fail had it been kept.
    let again =
        narrow.write(|tx| Box::pin(async move { tx.execute(&ADD, &[1.into(), Value::Null]).await }));
    assert_eq!(again.await, Ok(1));
    narrow.close().await;
    house.leave().await;
}

#[tokio::test]
async fn of_several_hosts_the_one_that_answers_is_used() {
    let Some(house) = postgres().await else {
        return;
    };
    let url = house.url.clone().unwrap();
    let (before, after) = url.split_once("127.0.0.1").unwrap();
    let dead = free_port();
    let url = format!("{before}127.0.0.1:{dead},127.0.0.1{after}?target_session_attrs=read-write");
    let database = Database::open_postgres(PostgresOptions::new(url)).await.unwrap();
    assert_eq!(count(&database, &ONE).await, 1);
    database.close().await;
    house.leave().await;
}

const ONE: Statement = statement("test/one", "select 1 as n", &[]);

#[tokio::test]
async fn what_cannot_be_reached_is_said_without_the_password() {
    let port = free_port();
    let urls = [
        format!("postgres://genkan:hidden-word@127.0.0.1:{port}/x"),
        format!(
            "postgres://genkan:hidden-word@127.0.0.1:{port}/x?sslmode=verify-full&sslrootcert=%2Fnot%2Fthere"
        ),
        format!("postgres://genkan:hidden-word@127.0.0.1:{port}/x?sslmode=maybe"),
        format!(
            "postgres://genkan:hidden-word@127.0.0.1:{port}/x?hidden=hidden-word2&connect_timeout=hidden-word"
        ),
        "mysql://genkan:hidden-word@127.0.0.1/x".to_owned(),
        "postgres://genkan:hidden-word@127.0.0.1:hidden-word/x".to_owned(),
    ];
    for (position, url) in urls.into_iter().enumerate() {
        let fault = Database::open_postgres(PostgresOptions::new(url)).await.map(drop).unwrap_err();
        assert!(!format!("{fault} {fault:?}").contains("hidden-word"), "{fault}");
        match fault {
            OpenFault::Database(Fault::Unavailable { .. }) => assert_eq!(position, 0),
            OpenFault::Settings(_) => assert_ne!(position, 0),
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_works_behind_a_pooler_in_transaction_mode() {
    let Some(house) = postgres().await else {
        return;
    };
    let Some(pooler) = Pooler::start(house.url.as_ref().unwrap(), house.folder()) else {
        house.leave().await;
        return;
    };
    let database = Database::open_postgres(PostgresOptions::new(&pooler.url)).await.unwrap();
    migrate_list(&database, &[]).await.unwrap();
    make_numbers(&house).await;
    let tasks: Vec<_> = (0..500_i64)
        .map(|number| {
            let database = database.clone();
            tokio::spawn(async move {
                let write = database.write(move |tx| {
                    Box::pin(async move {
                        tx.execute(&ADD, &[number.into(), "x".into()]).await?;
                        tx.now().await?;
                        tx.execute(&TOUCH, &[number.into()]).await
                    })
                });
                let changed = write.await?;
                let seen =
                    database.read(|tx| Box::pin(async move { tx.query(&COUNT, &[]).await?[0].int(0) }));
                assert!(seen.await? >= 1);
                Ok::<_, Fault>(changed)
            })
        })
        .collect();
    for task in tasks {
        assert_eq!(task.await.unwrap(), Ok(1));
    }
    assert_eq!(count(&database, &COUNT).await, 500);
    database.close().await;
    drop(pooler);
    house.leave().await;
}

/// A PgBouncer of two server connections in front of one database.
struct Pooler {
    process: std::process::Child,
    url: String,
}

impl Pooler {
    fn start(url: &str, folder: &std::path::Path) -> Option<Self> {
        let (server, name) = url.rsplit_once('/').unwrap();
        let address = server.rsplit_once(['@', '/']).unwrap().1;
        let (host, server_port) = address.split_once(':').unwrap();
        let port = free_port();
        let settings = format!(
            "[databases]\n{name} = host={host} port={server_port} dbname={name} user=postgres\n\
             [pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\nauth_type = any\n\
             pool_mode = transaction\ndefault_pool_size = 2\nunix_socket_dir =\n"
        );
        let file = folder.join("pgbouncer.ini");
        std::fs::write(&file, settings).unwrap();
        let mut command = Command::new("/usr/sbin/pgbouncer");
        command.arg(&file).stdout(Stdio::null()).stderr(Stdio::piped());
        if let Some(user) = user_if_root() {
            command.uid(user);
        }
        let Ok(mut process) = command.spawn() else {
            eprintln!("skipped: there is no pgbouncer on this machine");
            return None;
        };
        let mut lines = BufReader::new(process.stderr.take().unwrap()).lines();
        let mut said = Vec::new();
        while !said.last().is_some_and(|line: &String| line.contains("process up")) {
            said.push(lines.next().unwrap_or_else(|| panic!("{said:?}")).unwrap());
        }
        // It must not stop because nobody listens to it.
        std::thread::spawn(move || lines.count());
        let url = format!("postgres://postgres@127.0.0.1:{port}/{name}");
        Some(Self { process, url })
    }
}

impl Drop for Pooler {
    fn drop(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

/// PgBouncer refuses to run as root.
fn user_if_root() -> Option<u32> {
    let id = |arguments: &[&str]| {
        let output = Command::new("id").args(arguments).output().unwrap();
        String::from_utf8(output.stdout).unwrap().trim().parse::<u32>().ok()
    };
    if id(&["-u"]) == Some(0) { id(&["-u", "postgres"]) } else { None }
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// Not every engine that speaks the language can name a transaction. A commit that is asked for its number there is undone and
/// done again without; nothing that was answered is lost.
#[tokio::test]
async fn a_server_that_keeps_no_number_of_a_transaction_loses_no_commit() {
    let Some(house) = postgres().await else {
        return;
    };
    make_numbers(&house).await;
    let runs = Arc::new(AtomicU32::new(0));
    let counted = Arc::clone(&runs);
    // From within: the number of this very transaction is asked for when the function is gone.
    let taken = house.database.write(move |tx| {
        counted.fetch_add(1, Ordering::SeqCst);
        Box::pin(async move {
            tx.script("alter function pg_walfile_name(pg_lsn) rename to gone").await?;
            tx.execute(&ADD, &[1_i64.into(), Value::Null]).await
        })
    });
    assert_eq!(taken.await.unwrap(), 1);
    assert_eq!(runs.load(Ordering::SeqCst), 2, "the first was undone");
    assert_eq!(house.count(&COUNT).await, 1);
    house.leave().await;
}
