//! Writes that are told and may be kept back, and questions that are asked together: on both engines alike.
//!
//! What is kept back must be there before whatever comes after it, must fail as if it had not been, and must never be lost
//! behind a commit that sounds well.

mod support;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use store::{Database, Fault, Kind, PostgresOptions, Question, Statement, Value};
use support::{ADD, COUNT, both, make_numbers, postgres, statement};

const NOTE: Statement = statement(
    "test/note",
    "update numbers set note = note || $1 where number = $2",
    &[Kind::Text, Kind::Int],
);
const READ: Statement =
    statement("test/read", "select note from numbers where number = $1", &[Kind::Int]);
const NOWHERE: Statement =
    statement("test/nowhere", "insert into nowhere (number) values ($1)", &[Kind::Int]);

#[tokio::test]
async fn what_was_told_is_there_for_the_next_question_and_in_its_order() {
    for house in both().await {
        make_numbers(&house).await;
        let told = house.database.write(|tx| {
            Box::pin(async move {
                tx.tell(&ADD, &[1.into(), "a".into()]).await?;
                tx.tell(&NOTE, &["b".into(), 1.into()]).await?;
                tx.tell(&NOTE, &["c".into(), 1.into()]).await?;
                let seen = tx.query(&READ, &[1.into()]).await?[0].text("note")?.to_owned();
                tx.tell(&NOTE, &["d".into(), 1.into()]).await?;
                assert_eq!(tx.execute(&NOTE, &["e".into(), 1.into()]).await?, 1);
                tx.tell(&NOTE, &["f".into(), 1.into()]).await?;
                Ok(seen)
            })
        });
        assert_eq!(told.await, Ok("abc".to_owned()));
        let kept = house.database.read(|tx| {
            Box::pin(async move { Ok(tx.query(&READ, &[1.into()]).await?[0].text(0)?.to_owned()) })
        });
        assert_eq!(kept.await, Ok("abcdef".to_owned()));
        house.leave().await;
    }
}

#[tokio::test]
async fn a_told_write_that_fails_at_the_next_question_spoils_all_and_is_named() {
    for house in both().await {
        make_numbers(&house).await;
        let answer: Result<(), Fault> = house
            .database
            .write(|tx| {
                Box::pin(async move {
                    tx.tell(&ADD, &[1.into(), Value::Null]).await?;
                    // Here or at the next question, as the engine likes.
                    let first = tx.tell(&NOWHERE, &[1.into()]).await;
                    let second = tx.query(&COUNT, &[]).await.map(drop);
                    assert!(first.is_err() || second.is_err());
                    let third = tx.tell(&ADD, &[2.into(), Value::Null]).await;
                    assert_eq!(third, second);
                    Ok(())
                })
            })
            .await;
        assert!(is_nowhere(&answer), "{answer:?}");
        assert_eq!(house.count(&COUNT).await, 0);
        house.leave().await;
    }
}

/// The one that would be lost: nothing is asked after it, and the server answers the commit that undoes it with "done".
#[tokio::test]
async fn a_told_write_that_fails_at_the_commit_is_no_success() {
    for house in both().await {
        make_numbers(&house).await;
        for place in 0..3 {
            let answer: Result<(), Fault> = house
                .database
                .write(move |tx| {
                    Box::pin(async move {
                        for n in 0..3_i64 {
                            let told = if n == place {
                                tx.tell(&NOWHERE, &[n.into()]).await
                            } else {
                                tx.tell(&ADD, &[n.into(), Value::Null]).await
                            };
                            // What SQLite says at once, the server says at the end.
                            let _seen = told;
                        }
                        Ok(())
                    })
                })
                .await;
            assert!(is_nowhere(&answer), "{place}: {answer:?}");
            assert_eq!(house.count(&COUNT).await, 0);
        }
        let taken: Result<(), Fault> = house
            .database
            .write(|tx| {
                Box::pin(async move {
                    tx.tell(&ADD, &[7.into(), Value::Null]).await?;
                    let _seen = tx.tell(&ADD, &[7.into(), Value::Null]).await;
                    Ok(())
                })
            })
            .await;
        assert!(matches!(&taken, Err(Fault::Unique { table, .. }) if table == "numbers"), "{taken:?}");
        assert_eq!(house.count(&COUNT).await, 0);
        house.leave().await;
    }
}

fn is_nowhere(answer: &Result<(), Fault>) -> bool {
    matches!(answer, Err(Fault::Schema(detail)) if detail.starts_with("test/nowhere"))
}

#[tokio::test]
async fn work_that_fails_after_it_told_something_keeps_nothing() {
    for house in both().await {
        make_numbers(&house).await;
        let answer: Result<(), Fault> = house
            .database
            .write(|tx| {
                Box::pin(async move {
                    tx.tell(&ADD, &[1.into(), Value::Null]).await?;
                    Err(Fault::Bug("on purpose".to_owned()))
                })
            })
            .await;
        assert_eq!(answer, Err(Fault::Bug("on purpose".to_owned())));
        assert_eq!(house.count(&COUNT).await, 0);
        house.leave().await;
    }
}

#[tokio::test]
async fn a_read_can_tell_nothing() {
    for house in both().await {
        make_numbers(&house).await;
        let answer = house
            .database
            .read(|tx| Box::pin(async move { tx.tell(&ADD, &[1.into(), Value::Null]).await }))
            .await;
        assert!(matches!(answer, Err(Fault::Unavailable { .. })), "{answer:?}");
        assert_eq!(house.count(&COUNT).await, 0);
        house.leave().await;
    }
}

#[tokio::test]
async fn a_told_write_with_wrong_values_is_a_bug_at_once() {
    for house in both().await {
        make_numbers(&house).await;
        let answer: Result<(), Fault> = house
            .database
            .write(|tx| {
                Box::pin(async move {
                    assert!(matches!(tx.tell(&ADD, &[1.into()]).await, Err(Fault::Bug(_))));
                    Ok(())
                })
            })
            .await;
        assert!(matches!(answer, Err(Fault::Bug(_))), "{answer:?}");
        house.leave().await;
    }
}

#[tokio::test]
async fn questions_that_are_asked_together_see_what_those_before_them_wrote() {
    for house in both().await {
        make_numbers(&house).await;
        let seen = house.database.write(|tx| {
            Box::pin(async move {
                tx.tell(&ADD, &[1.into(), "a".into()]).await?;
                let questions = [
                    Question { statement: COUNT, values: vec![] },
                    Question { statement: NOTE, values: vec!["b".into(), 1.into()] },
                    Question { statement: READ, values: vec![1.into()] },
                    Question { statement: READ, values: vec![2.into()] },
                ];
                let rows = tx.query_all(&questions).await?;
                assert_eq!(rows.iter().map(Vec::len).collect::<Vec<_>>(), [1, 0, 1, 0]);
                Ok((rows[0][0].int("n")?, rows[2][0].text("note")?.to_owned()))
            })
        });
        assert_eq!(seen.await, Ok((1, "ab".to_owned())));
        house.leave().await;
    }
}

#[tokio::test]
async fn of_questions_that_are_asked_together_the_first_that_fails_is_named() {
    for house in both().await {
        make_numbers(&house).await;
        let answer = house
            .database
            .write(|tx| {
                Box::pin(async move {
                    let questions = [
                        Question { statement: ADD, values: vec![1.into(), Value::Null] },
                        Question { statement: NOWHERE, values: vec![1.into()] },
                        Question { statement: ADD, values: vec![1.into(), Value::Null] },
                    ];
                    tx.query_all(&questions).await.map(drop)
                })
            })
            .await;
        assert!(is_nowhere(&answer), "{answer:?}");
        assert_eq!(house.count(&COUNT).await, 0);
        house.leave().await;
    }
}

const KILL_OTHERS: Statement = statement(
    "test/kill_others",
    "select count(pg_terminate_backend(pid)) as n from pg_stat_activity
     where datname = current_database() and pid <> pg_backend_pid()",
    &[],
);

/// A connection that died at rest is noticed when something is told, or asked together with `begin`: done once, on another.
#[tokio::test]
async fn what_was_told_on_a_connection_that_died_at_rest_is_done_once_on_another() {
    let Some(house) = postgres().await else {
        return;
    };
    make_numbers(&house).await;
    let killer =
        Database::open_postgres(PostgresOptions::new(house.url.clone().unwrap())).await.unwrap();
    for number in 0..20_i64 {
        killer.read(|tx| Box::pin(async move { tx.query(&KILL_OTHERS, &[]).await })).await.unwrap();
        let looks = number % 2 == 0;
        let write = house.database.write(move |tx| {
            Box::pin(async move {
                if looks {
                    tx.query(&COUNT, &[]).await?;
                }
                tx.tell(&ADD, &[number.into(), Value::Null]).await
            })
        });
        assert_eq!(write.await, Ok(()));
        killer.read(|tx| Box::pin(async move { tx.query(&KILL_OTHERS, &[]).await })).await.unwrap();
        assert_eq!(house.count(&COUNT).await, number + 1);
    }
    killer.close().await;
    house.leave().await;
}

const FAIL_40001: Statement = statement(
    "test/fail_40001",
    "do $$ begin raise exception 'on purpose' using errcode = '40001'; end $$",
    &[],
);

#[tokio::test]
async fn a_told_write_that_others_were_in_the_way_of_is_tried_again() {
    let Some(house) = postgres().await else {
        return;
    };
    make_numbers(&house).await;
    let runs = Arc::new(AtomicI64::new(0));
    let counted = Arc::clone(&runs);
    let write = house.database.write(move |tx| {
        let run = counted.fetch_add(1, Ordering::SeqCst);
        Box::pin(async move {
            tx.tell(&ADD, &[run.into(), Value::Null]).await?;
            if run < 3 {
                tx.tell(&FAIL_40001, &[]).await?;
            }
            Ok(run)
        })
    });
    assert_eq!(write.await, Ok(3));
    assert_eq!(house.count(&COUNT).await, 1);
    house.leave().await;
}
