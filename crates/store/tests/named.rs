//! Statements that a PostgreSQL server keeps by name: kept, made anew when their tables change, and never somebody else's.
//!
//! Each test is skipped, visibly, without a server. The pooler is a real PgBouncer in transaction mode.

mod support;

use store::{Database, Fault, Kind, OpenFault, Outage, PostgresOptions, Statement, Statements, Value};
use support::{ADD, COUNT, House, count, make_numbers, postgres, statement};

const KEPT: Statement =
    statement("test/kept", "select count(*) as n from pg_prepared_statements where not from_sql", &[]);
const READ: Statement =
    statement("test/read", "select note from numbers where number = $1", &[Kind::Int]);
const NOTE: Statement = statement(
    "test/note",
    "update numbers set note = $1 where number = $2 returning note",
    &[Kind::Text, Kind::Int],
);

fn named(house: &House) -> PostgresOptions {
    let mut options = PostgresOptions::new(house.url.clone().unwrap());
    options.statements = Statements::Named;
    options.pool_size = 2;
    options
}

async fn note(database: &Database) -> Result<Option<String>, Fault> {
    let read = database.read(|tx| {
        Box::pin(async move {
            let rows = tx.query(&READ, &[1.into()]).await?;
            rows.first().map(|row| row.text("note").map(str::to_owned)).transpose()
        })
    });
    read.await
}

#[tokio::test]
async fn a_statement_is_kept_once_for_each_connection() {
    let Some(house) = postgres().await else {
        return;
    };
    make_numbers(&house).await;
    let database = Database::open_postgres(named(&house)).await.unwrap();
    for number in 0..10_i64 {
        let write = database.write(move |tx| {
            Box::pin(async move {
                tx.tell(&ADD, &[number.into(), "a".into()]).await?;
                tx.query(&READ, &[number.into()]).await.map(drop)
            })
        });
        write.await.unwrap();
    }
    assert_eq!(count(&database, &COUNT).await, 10);
    let kept = count(&database, &KEPT).await;
    assert!((2..=6).contains(&kept), "{kept} statements");
    assert_eq!(count(&house.database, &KEPT).await, 0, "nobody asked for names here");
    database.close().await;
    house.leave().await;
}

/// A newer node changes the type of a column while older ones run.
#[tokio::test]
async fn a_column_of_another_type_is_met_by_preparing_anew() {
    let Some(house) = postgres().await else {
        return;
    };
    make_numbers(&house).await;
    let database = Database::open_postgres(named(&house)).await.unwrap();
    let add =
        database.write(|tx| Box::pin(async move { tx.tell(&ADD, &[1.into(), "a".into()]).await }));
    add.await.unwrap();
    let rewrite = || {
        database.write(|tx| {
            Box::pin(async move {
                let rows = tx.query(&NOTE, &["b".into(), 1.into()]).await?;
                rows[0].text("note").map(str::to_owned)
            })
        })
    };
    for kind in ["varchar(80)", "text"] {
        // Every connection has both.
        for _ in 0..4 {
            assert!(note(&database).await.unwrap().is_some());
            assert_eq!(rewrite().await.as_deref(), Ok("b"));
        }
        support::on_server(
            &house.url.clone().unwrap(),
            &format!("alter table numbers alter column note type {kind}"),
        )
        .await;
        for _ in 0..4 {
            assert_eq!(rewrite().await.as_deref(), Ok("b"));
            assert_eq!(note(&database).await, Ok(Some("b".to_owned())));
        }
    }
    database.close().await;
    house.leave().await;
}

#[tokio::test]
async fn behind_a_pooler_that_swaps_connections_names_are_refused_and_texts_are_not() {
    let Ok(pooler) = std::env::var("GENKAN_TEST_PGBOUNCER") else {
        eprintln!("skipped: GENKAN_TEST_PGBOUNCER is not set");
        return;
    };
    let Some(house) = postgres().await else {
        return;
    };
    let (_, name) = house.url.as_ref().unwrap().rsplit_once('/').unwrap();
    let (server, _) = pooler.rsplit_once('/').unwrap();
    let url = format!("{server}/{name}");
    let options = PostgresOptions { url: url.clone(), ..named(&house) };
    let refused = Database::open_postgres(options).await.err();
    assert!(
        matches!(&refused, Some(OpenFault::Settings(text)) if text.contains("database.statements") && text.contains("unnamed")),
        "{refused:?}"
    );
    let pooled = Database::open_postgres(PostgresOptions::new(url)).await.unwrap();
    assert_eq!(pooled.is_pooled().await, Ok(Some(true)));
    assert_eq!(house.database.is_pooled().await, Ok(Some(false)));
    pooled.close().await;
    house.leave().await;
}

#[tokio::test]
async fn names_need_two_connections_to_be_watched() {
    let Some(house) = postgres().await else {
        return;
    };
    let options = PostgresOptions { pool_size: 1, ..named(&house) };
    let refused = Database::open_postgres(options).await.err();
    assert!(
        matches!(&refused, Some(OpenFault::Settings(text)) if text.contains("database.pool")),
        "{refused:?}"
    );
    house.leave().await;
}

/// A pooler that comes in between later: the connection is another process's, or the names are gone.
#[tokio::test]
async fn a_connection_that_became_anothers_is_a_clear_fault_and_nothing_is_done_on_it() {
    let Some(house) = postgres().await else {
        return;
    };
    make_numbers(&house).await;
    for script in ["set genkan.process = 'another'", "deallocate all"] {
        let database = Database::open_postgres(named(&house)).await.unwrap();
        for _ in 0..4 {
            assert!(note(&database).await.is_ok());
        }
        let spoil = database.write(move |tx| Box::pin(async move { tx.script(script).await }));
        spoil.await.unwrap();
        let mut faults = Vec::new();
        for _ in 0..2 {
            let write = database.write(|tx| {
                Box::pin(async move {
                    tx.query(&READ, &[1.into()]).await?;
                    tx.tell(&ADD, &[Value::Null, Value::Null]).await
                })
            });
            faults.push(write.await.unwrap_err());
        }
        let clear = |fault: &Fault| {
            matches!(fault, Fault::Unavailable { outage: Outage::Refused, detail }
                if detail.contains("database.statements"))
        };
        assert!(faults.iter().any(clear), "{script}: {faults:?}");
        assert_eq!(house.count(&COUNT).await, 0);
        database.close().await;
    }
    house.leave().await;
}
