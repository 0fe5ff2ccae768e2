//! What both engines promise alike, asked of both by one text.
//!
//! Values go in and come out, faults have the same names, a failed statement keeps nothing, reads change nothing.

mod support;

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use store::{
    Engine, Fault, Kind, MIGRATION_STATEMENTS, Statement, Value, check_placeholders, migrate_list,
};
use support::{ADD, BROKEN, COUNT, both, count, make_numbers, statement};

const ECHO: Statement = statement(
    "test/echo",
    "select cast($1 as bigint) as number, cast($2 as text) as words, $3 as bytes",
    &[Kind::Int, Kind::Text, Kind::Bytes],
);

#[tokio::test]
async fn values_come_back_as_they_went_in_and_null_fits_every_kind() {
    for house in both().await {
        let row = house
            .database
            .read(|tx| {
                Box::pin(async move {
                    let values = [i64::MIN.into(), "玄関'\"$1".into(), vec![0_u8, 255].into()];
                    Ok(tx.query(&ECHO, &values).await?.remove(0))
                })
            })
            .await
            .unwrap();
        assert_eq!(row.int("number"), Ok(i64::MIN));
        assert_eq!(row.text(1), Ok("玄関'\"$1"));
        assert_eq!(row.array::<2>("bytes"), Ok([0, 255]));
        assert_eq!(row.maybe_int("number"), Ok(Some(i64::MIN)));
        let nothing = house
            .database
            .read(|tx| {
                Box::pin(async move {
                    let values = [Value::Null, Value::Null, Value::Null];
                    Ok(tx.query(&ECHO, &values).await?.remove(0))
                })
            })
            .await
            .unwrap();
        assert_eq!(nothing.maybe_int(0), Ok(None));
        assert_eq!(nothing.maybe_text("words"), Ok(None));
        assert_eq!(nothing.maybe_bytes("bytes"), Ok(None));
        house.leave().await;
    }
}

#[tokio::test]
async fn a_row_read_as_something_else_is_a_fault_that_names_the_column_and_not_the_value() {
    for house in both().await {
        let fault = house
            .database
            .read(|tx| {
                Box::pin(async move {
                    let values = [1.into(), "secret".into(), Value::Null];
                    tx.query(&ECHO, &values).await?[0].int("words")
                })
            })
            .await
            .unwrap_err();
        let Fault::Inconsistent { statement, column, .. } = &fault else {
            panic!("{fault:?}");
        };
        assert_eq!((*statement, column.as_str()), ("test/echo", "words"));
        assert!(!format!("{fault} {fault:?}").contains("secret"));
        let missing = house
            .database
            .read(|tx| {
                Box::pin(async move {
                    let values = [1.into(), "secret".into(), Value::Null];
                    tx.query(&ECHO, &values).await?[0].array::<4>("absent")
                })
            })
            .await;
        assert!(matches!(missing, Err(Fault::Inconsistent { .. })));
        house.leave().await;
    }
}

#[tokio::test]
async fn a_taken_key_is_a_unique_fault_with_the_table_and_without_the_value() {
    for house in both().await {
        make_numbers(&house).await;
        let add = |note: &'static str| {
            house.database.write(move |tx| {
                Box::pin(async move { tx.execute(&ADD, &[7.into(), note.into()]).await })
            })
        };
        assert_eq!(add("first").await, Ok(1));
        let fault = add("secret").await.unwrap_err();
        assert!(
            matches!(&fault, Fault::Unique { table, constraint } if table == "numbers" && !constraint.is_empty()),
            "{fault:?}"
        );
        assert!(!format!("{fault} {fault:?}").contains('7'));
        house.leave().await;
    }
}

#[tokio::test]
async fn a_missing_table_is_a_schema_fault_and_wrong_parameters_are_a_bug() {
    for house in both().await {
        make_numbers(&house).await;
        let broken =
            house.database.read(|tx| Box::pin(async move { tx.query(&BROKEN, &[]).await })).await;
        assert!(matches!(broken, Err(Fault::Schema(_))), "{broken:?}");
        for values in [
            vec![],
            vec![Value::Int(1)],
            vec![Value::Int(1), Value::Int(2)],
            vec![Value::Int(1), Value::Text("a\0b".to_owned())],
        ] {
            let wrong = house
                .database
                .write(move |tx| {
                    let values = values.clone();
                    Box::pin(async move { tx.execute(&ADD, &values).await })
                })
                .await;
            assert!(matches!(wrong, Err(Fault::Bug(_))), "{wrong:?}");
        }
        assert_eq!(house.count(&COUNT).await, 0);
        house.leave().await;
    }
}

#[tokio::test]
async fn a_failed_statement_spoils_the_transaction_even_if_the_work_looks_away() {
    for house in both().await {
        make_numbers(&house).await;
        let answer = house
            .database
            .write(|tx| {
                Box::pin(async move {
                    tx.execute(&ADD, &[1.into(), Value::Null]).await?;
                    let first = tx.query(&BROKEN, &[]).await.unwrap_err();
                    let second = tx.execute(&ADD, &[2.into(), Value::Null]).await;
                    assert_eq!(second, Err(first));
                    Ok(())
                })
            })
            .await;
        assert!(matches!(answer, Err(Fault::Schema(_))), "{answer:?}");
        assert_eq!(house.count(&COUNT).await, 0);
        house.leave().await;
    }
}

#[tokio::test]
async fn work_that_fails_keeps_nothing_and_its_fault_is_the_answer() {
    for house in both().await {
        make_numbers(&house).await;
        let answer: Result<(), Fault> = house
            .database
            .write(|tx| {
                Box::pin(async move {
                    tx.execute(&ADD, &[1.into(), Value::Null]).await?;
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
async fn a_read_can_change_nothing() {
    for house in both().await {
        make_numbers(&house).await;
        let answer = house
            .database
            .read(|tx| Box::pin(async move { tx.execute(&ADD, &[1.into(), Value::Null]).await }))
            .await;
        assert!(matches!(answer, Err(Fault::Unavailable { .. })), "{answer:?}");
        assert_eq!(house.count(&COUNT).await, 0);
        house.leave().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_read_sees_one_state_while_others_write() {
    for house in both().await {
        make_numbers(&house).await;
        let writer = house.database.clone();
        let reading = house.database.read(move |tx| {
            let writer = writer.clone();
            Box::pin(async move {
                let before = tx.query(&COUNT, &[]).await?[0].int("n")?;
                write_beside(&writer);
                let after = tx.query(&COUNT, &[]).await?[0].int("n")?;
                Ok((before, after))
            })
        });
        assert_eq!(reading.await, Ok((0, 0)));
        assert_eq!(house.count(&COUNT).await, 1);
        house.leave().await;
    }
}

/// Commits a row from another thread and returns when that is done, without a pause of this task.
fn write_beside(database: &store::Database) {
    let database = database.clone();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(
            database
                .write(|tx| Box::pin(async move { tx.execute(&ADD, &[1.into(), Value::Null]).await })),
        )
    })
    .join()
    .unwrap()
    .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_sees_a_row_as_soon_as_its_write_is_answered() {
    for house in both().await {
        make_numbers(&house).await;
        for number in 1..=100 {
            let write = house.database.write(move |tx| {
                Box::pin(async move { tx.execute(&ADD, &[number.into(), Value::Null]).await })
            });
            assert_eq!(write.await, Ok(1));
            assert_eq!(house.count(&COUNT).await, number);
        }
        house.leave().await;
    }
}

const MAKE_COUNTER: Statement =
    statement("test/make_counter", "insert into numbers (number, note) values (0, '0')", &[]);
const INCREMENT: Statement = statement(
    "test/increment",
    "update numbers set note = cast(cast(note as bigint) + 1 as text) where number = 0",
    &[],
);
const LOOK: Statement = Statement {
    name: "test/look",
    sqlite: "select note from numbers where number = 0",
    postgres: "select note from numbers where number = 0 for update",
    params: &[],
};
const SET: Statement =
    statement("test/set", "update numbers set note = $1 where number = 0", &[Kind::Text]);
const COUNTER: Statement =
    statement("test/counter", "select cast(note as bigint) as n from numbers where number = 0", &[]);

#[tokio::test(flavor = "multi_thread")]
async fn two_hundred_tasks_that_count_at_once_lose_nothing() {
    for house in both().await {
        make_numbers(&house).await;
        let made =
            house.database.write(|tx| Box::pin(async move { tx.execute(&MAKE_COUNTER, &[]).await }));
        made.await.unwrap();
        let tasks: Vec<_> = (0..200)
            .map(|number| {
                let database = house.database.clone();
                tokio::spawn(async move {
                    if number % 2 == 0 {
                        return database
                            .write(|tx| Box::pin(async move { tx.execute(&INCREMENT, &[]).await }))
                            .await;
                    }
                    let read_then_write = database.write(|tx| {
                        Box::pin(async move {
                            let row = tx.query(&LOOK, &[]).await?.remove(0);
                            let seen: i64 = row
                                .text("note")?
                                .parse()
                                .map_err(|_| row.fault("note", "no number"))?;
                            tx.execute(&SET, &[(seen + 1).to_string().into()]).await
                        })
                    });
                    read_then_write.await
                })
            })
            .collect();
        for task in tasks {
            assert_eq!(task.await.unwrap(), Ok(1));
        }
        assert_eq!(house.count(&COUNTER).await, 200);
        house.leave().await;
    }
}

#[tokio::test]
async fn the_clock_is_the_databases_and_can_be_moved() {
    for house in both().await {
        let now = || house.database.read(|tx| Box::pin(async move { tx.now().await }));
        let before = now().await.unwrap();
        match house.database.engine() {
            Engine::Sqlite => {
                assert_eq!(before, 1_000_000);
                house.clock.fetch_add(86_400_000, Ordering::SeqCst);
                assert_eq!(now().await, Ok(87_400_000));
            }
            Engine::Postgres => {
                let mut options = store::PostgresOptions::new(house.url.clone().unwrap());
                options.clock_offset_ms = Arc::new(86_400_000.into());
                let moved = store::Database::open_postgres(options).await.unwrap();
                let later = moved.read(|tx| Box::pin(async move { tx.now().await })).await.unwrap();
                let step = later - before;
                assert!((86_400_000..86_460_000).contains(&step), "{step}");
            }
        }
        house.leave().await;
    }
}

#[tokio::test]
async fn a_closed_database_refuses_and_says_so() {
    for house in both().await {
        make_numbers(&house).await;
        house.database.close().await;
        let read = house.database.read(|tx| Box::pin(async move { tx.query(&COUNT, &[]).await })).await;
        assert!(matches!(read, Err(Fault::Unavailable { .. })), "{read:?}");
        let write = house
            .database
            .write(|tx| Box::pin(async move { tx.execute(&ADD, &[1.into(), Value::Null]).await }))
            .await;
        assert!(matches!(write, Err(Fault::Unavailable { .. })), "{write:?}");
        house.leave().await;
    }
}

#[tokio::test]
async fn work_that_is_not_contended_runs_once() {
    for house in both().await {
        make_numbers(&house).await;
        let runs = Arc::new(AtomicU32::new(0));
        let counted = Arc::clone(&runs);
        let write = house.database.write(move |tx| {
            counted.fetch_add(1, Ordering::SeqCst);
            Box::pin(async move { tx.execute(&ADD, &[1.into(), Value::Null]).await })
        });
        assert_eq!(write.await, Ok(1));
        assert_eq!(runs.load(Ordering::SeqCst), 1);
        house.leave().await;
    }
}

#[tokio::test]
async fn every_statement_prepares_on_both_engines_and_its_placeholders_are_in_order() {
    for house in both().await {
        migrate_list(&house.database, &[]).await.unwrap();
        for statement in MIGRATION_STATEMENTS {
            house.database.prepare(statement).await.unwrap();
            for text in [statement.sqlite, statement.postgres] {
                assert_eq!(check_placeholders(text), Ok(statement.params.len()));
            }
        }
        assert!(house.database.prepare(&BROKEN).await.is_err());
        assert_eq!(count(&house.database, &support::NOUGHT).await, 0);
        house.leave().await;
    }
}

#[test]
fn placeholders_must_first_appear_in_their_order() {
    let good = [
        ("select 1", 0),
        ("select $1, $2, $1, $3", 3),
        ("select '$9', \"$8\", $1 -- $7\n, $2 /* $6 */", 2),
        ("select 'it''s $5', $1", 1),
    ];
    for (text, count) in good {
        assert_eq!(check_placeholders(text), Ok(count), "{text}");
    }
    let bad = [
        "select $2, $1",
        "select $1, $3",
        "select $0",
        "select $a",
        "select ?",
        "select 'open",
        "select /* open $1",
    ];
    for text in bad {
        assert!(check_placeholders(text).is_err(), "{text}");
    }
}
