//! What only the embedded engine promises: group commit, one server a file, survival of a kill, a backup in use.
//!
//! Nothing here sleeps; where an order of events matters, the test makes it.

mod support;

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::sync::{Arc, Mutex};
use std::task::{Context, Waker};

use store::{BackupFault, Database, Fault, Kind, OpenFault, Role, Statement, Value, backup};
use support::{ADD, COUNT, count, make_numbers, sqlite, statement};

#[tokio::test(flavor = "multi_thread")]
async fn writes_that_wait_together_are_committed_together_and_answered_afterwards() {
    let house = sqlite();
    make_numbers(&house).await;
    let (open_gate, gate) = mpsc::channel::<()>();
    let (at_gate, is_at_gate) = mpsc::channel::<()>();
    let gate = Mutex::new(gate);
    let holder = house.database.clone();
    let held = tokio::spawn(async move {
        let held = holder.write(move |_tx| {
            at_gate.send(()).unwrap();
            gate.lock().unwrap().recv().unwrap();
            Box::pin(async { Ok(()) })
        });
        held.await
    });
    tokio::task::spawn_blocking(move || is_at_gate.recv().unwrap()).await.unwrap();
    // The writer stands at the gate: all of these wait, and so come into one batch.
    let mut tasks = Vec::new();
    for number in 0..40_i64 {
        let database = house.database.clone();
        let beside = house.database.clone();
        let mut write = Box::pin(async move {
            let write = database.write(move |tx| {
                let beside = beside.clone();
                Box::pin(async move {
                    assert!(number != 13, "on purpose");
                    tx.execute(&ADD, &[number.into(), Value::Null]).await?;
                    if number == 7 {
                        return Err(Fault::Bug("on purpose".to_owned()));
                    }
                    // Another connection must not see what the batch has not yet committed.
                    Ok(count(&beside, &COUNT).await)
                })
            });
            write.await
        });
        // One poll hands the job in.
        let mut context = Context::from_waker(Waker::noop());
        assert!(write.as_mut().poll(&mut context).is_pending());
        tasks.push(tokio::spawn(write));
    }
    open_gate.send(()).unwrap();
    held.await.unwrap().unwrap();
    for (number, task) in tasks.into_iter().enumerate() {
        let answer = task.await.unwrap();
        match number {
            7 => assert_eq!(answer, Err(Fault::Bug("on purpose".to_owned()))),
            13 => assert!(matches!(&answer, Err(Fault::Bug(text)) if text.contains("panicked"))),
            _ => assert_eq!(answer, Ok(0)),
        }
    }
    assert_eq!(house.count(&COUNT).await, 38);
    house.leave().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_that_fails_or_panics_harms_no_other() {
    let house = sqlite();
    make_numbers(&house).await;
    let tasks: Vec<_> = (0..300_i64)
        .map(|number| {
            let database = house.database.clone();
            tokio::spawn(async move {
                let write = database.write(move |tx| {
                    Box::pin(async move {
                        tx.execute(&ADD, &[number.into(), Value::Null]).await?;
                        assert!(number % 50 != 0, "on purpose");
                        if number % 30 == 1 {
                            // A key that is taken, in the same job.
                            tx.execute(&ADD, &[number.into(), Value::Null]).await?;
                        }
                        Ok(())
                    })
                });
                write.await
            })
        })
        .collect();
    for (number, task) in tasks.into_iter().enumerate() {
        let answer = task.await.unwrap();
        match number {
            _ if number % 50 == 0 => assert!(matches!(answer, Err(Fault::Bug(_)))),
            _ if number % 30 == 1 => assert!(matches!(answer, Err(Fault::Unique { .. }))),
            _ => assert_eq!(answer, Ok(())),
        }
    }
    assert_eq!(house.count(&COUNT).await, 300 - 6 - 10);
    house.leave().await;
}

const ORPHAN: Statement =
    statement("test/orphan", "insert into children (parent) values ($1)", &[Kind::Int]);

#[tokio::test]
async fn a_commit_that_fails_is_the_answer_of_every_job_in_it() {
    let house = sqlite();
    make_numbers(&house).await;
    house
        .script(
            "create table children (parent integer not null
             references numbers (number) deferrable initially deferred) strict",
        )
        .await;
    // The foreign key is looked at only when the batch commits.
    let write =
        house.database.write(|tx| Box::pin(async move { tx.execute(&ORPHAN, &[99.into()]).await }));
    assert!(matches!(write.await, Err(Fault::Bug(_))));
    let next = house
        .database
        .write(|tx| Box::pin(async move { tx.execute(&ADD, &[1.into(), Value::Null]).await }));
    assert_eq!(next.await, Ok(1));
    house.leave().await;
}

#[tokio::test]
async fn work_that_waits_for_something_else_is_refused_and_not_waited_for() {
    let house = sqlite();
    let write = house
        .database
        .write(|_tx| Box::pin(async { std::future::pending::<Result<(), Fault>>().await }));
    assert!(matches!(write.await, Err(Fault::Bug(_))));
    let read = house
        .database
        .read(|_tx| Box::pin(async { std::future::pending::<Result<(), Fault>>().await }));
    assert!(matches!(read.await, Err(Fault::Bug(_))));
    house.leave().await;
}

#[tokio::test]
async fn a_second_server_is_refused_by_name_and_a_command_is_let_in() {
    let house = sqlite();
    make_numbers(&house).await;
    let second = Database::open_sqlite(&house.file(), Role::Server, support::ticking(&house.clock));
    let Err(fault) = second.map(drop) else {
        panic!("two servers on one file");
    };
    let file = house.file().canonicalize().unwrap();
    let pid = std::process::id().to_string();
    assert_eq!(fault, OpenFault::InUse { file: file.clone(), pid: pid.clone() });
    let sentence = fault.to_string();
    assert!(sentence.contains(&pid) && sentence.contains(file.to_str().unwrap()));
    // Another name of the same file is the same file.
    let link = house.folder().join("link.db");
    std::os::unix::fs::symlink(house.file(), &link).unwrap();
    let second = Database::open_sqlite(&link, Role::Server, support::ticking(&house.clock));
    assert!(matches!(second.map(drop), Err(OpenFault::InUse { .. })));
    let command =
        Database::open_sqlite(&house.file(), Role::Command, support::ticking(&house.clock)).unwrap();
    let write =
        command.write(|tx| Box::pin(async move { tx.execute(&ADD, &[1.into(), Value::Null]).await }));
    assert_eq!(write.await, Ok(1));
    assert_eq!(house.count(&COUNT).await, 1);
    command.close().await;
    house.database.close().await;
    let next = Database::open_sqlite(&house.file(), Role::Server, support::ticking(&house.clock));
    next.unwrap().close().await;
    house.leave().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_and_a_command_that_write_at_once_lose_nothing() {
    let house = sqlite();
    make_numbers(&house).await;
    let command =
        Database::open_sqlite(&house.file(), Role::Command, support::ticking(&house.clock)).unwrap();
    let tasks: Vec<_> = (0..100_i64)
        .map(|number| {
            let database = if number % 2 == 0 { &command } else { &house.database };
            let database = database.clone();
            tokio::spawn(async move {
                let write = database.write(move |tx| {
                    Box::pin(async move { tx.execute(&ADD, &[number.into(), Value::Null]).await })
                });
                write.await
            })
        })
        .collect();
    for task in tasks {
        assert_eq!(task.await.unwrap(), Ok(1));
    }
    assert_eq!(house.count(&COUNT).await, 100);
    command.close().await;
    house.leave().await;
}

#[tokio::test]
async fn the_files_are_for_their_owner_only() {
    use std::os::unix::fs::PermissionsExt;
    let house = sqlite();
    make_numbers(&house).await;
    let copy = house.folder().join("copy.db");
    backup(&house.database, &copy).await.unwrap();
    for entry in std::fs::read_dir(house.folder()).unwrap() {
        let entry = entry.unwrap();
        let mode = entry.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600, "{}", entry.path().display());
    }
    house.leave().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_made_in_use_is_whole_and_overwrites_nothing() {
    let house = sqlite();
    make_numbers(&house).await;
    let add = |database: Database, number: i64| async move {
        let write = database.write(move |tx| {
            Box::pin(async move {
                tx.execute(&ADD, &[(2 * number).into(), Value::Null]).await?;
                tx.execute(&ADD, &[(2 * number + 1).into(), Value::Null]).await
            })
        });
        write.await
    };
    for number in 0..50 {
        add(house.database.clone(), number).await.unwrap();
    }
    let writing: Vec<_> =
        (50..150).map(|number| tokio::spawn(add(house.database.clone(), number))).collect();
    let copy = house.folder().join("copy.db");
    backup(&house.database, &copy).await.unwrap();
    for task in writing {
        task.await.unwrap().unwrap();
    }
    let again = backup(&house.database, &copy).await;
    assert!(matches!(&again, Err(BackupFault::Exists(path)) if *path == copy));
    let names: Vec<_> = std::fs::read_dir(house.folder())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.starts_with("copy"))
        .collect();
    assert_eq!(names, ["copy.db"]);
    let opened = Database::open_sqlite(&copy, Role::Server, support::ticking(&house.clock)).unwrap();
    let rows = count(&opened, &COUNT).await;
    assert!(rows >= 100 && rows % 2 == 0, "{rows}");
    opened.close().await;
    house.leave().await;
}

const CHILD: &str = "GENKAN_TEST_CHILD_FILE";
const FIRST: &str = "GENKAN_TEST_CHILD_FIRST";
const ROUNDS: u32 = 20;

/// Not a test of its own: the next one runs it in a process of its own, which it kills.
#[tokio::test(flavor = "multi_thread")]
async fn child_that_writes_until_it_is_killed() {
    let Ok(file) = std::env::var(CHILD) else {
        return;
    };
    let first: i64 = std::env::var(FIRST).unwrap().parse().unwrap();
    let clock: store::Clock = Arc::new(|| 0);
    let database = Database::open_sqlite(file.as_ref(), Role::Server, clock).unwrap();
    let tasks: Vec<_> = (0..8_i64)
        .map(|task| {
            let database = database.clone();
            tokio::spawn(async move {
                for number in (first + task..).step_by(8) {
                    let write = database.write(move |tx| {
                        Box::pin(async move { tx.execute(&ADD, &[number.into(), Value::Null]).await })
                    });
                    write.await.unwrap();
                    println!("kept {number} ");
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
}

const HAS: Statement =
    statement("test/has", "select count(*) as n from numbers where number = $1", &[Kind::Int]);

#[tokio::test]
async fn every_answered_write_survives_a_kill() {
    let house = sqlite();
    make_numbers(&house).await;
    house.database.close().await;
    let mut first = 0;
    let mut kept_in_all = 0;
    for round in 0..ROUNDS {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "child_that_writes_until_it_is_killed", "--nocapture"])
            .env(CHILD, house.file())
            .env(FIRST, first.to_string())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut kept = Vec::new();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let enough = usize::try_from(1 + round * 37 % 211).unwrap();
        let read = |line: String| {
            let number = line.strip_prefix("kept ")?.strip_suffix(' ')?;
            Some(number.parse::<i64>().unwrap())
        };
        while kept.len() < enough {
            kept.extend(read(lines.next().unwrap().unwrap()));
        }
        child.kill().unwrap();
        child.wait().unwrap();
        // What it said between our decision and its end counts as well.
        kept.extend(lines.map_while(Result::ok).filter_map(read));
        let clock = support::ticking(&house.clock);
        let reopened = Database::open_sqlite(&house.file(), Role::Server, clock).unwrap();
        for number in &kept {
            let number = *number;
            let found = reopened
                .read(move |tx| {
                    Box::pin(async move { tx.query(&HAS, &[number.into()]).await?[0].int("n") })
                })
                .await;
            assert_eq!(found, Ok(1), "round {round}: {number} was answered and is gone");
        }
        reopened.close().await;
        kept_in_all += kept.len();
        first += 1_000_000;
    }
    assert!(kept_in_all >= 20, "{kept_in_all}");
    house.leave().await;
}
