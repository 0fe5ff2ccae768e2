//! The database of a house, asked past the program, as an operator with SQL could.

use std::path::Path;
use std::time::Duration;

use rusqlite::Connection;
use rusqlite::types::ValueRef;
use tokio_postgres::{NoTls, SimpleQueryMessage};

/// The first column of what a statement brings from a file; an error in the words of the database.
pub(crate) fn ask_file(file: &Path, statement: &str) -> Result<Vec<String>, String> {
    let run = || {
        let database = Connection::open(file)?;
        database.busy_timeout(Duration::from_secs(10))?;
        let mut prepared = database.prepare(statement)?;
        let mut rows = prepared.query([])?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            found.push(match row.get_ref(0)? {
                ValueRef::Null => String::new(),
                ValueRef::Integer(number) => number.to_string(),
                ValueRef::Real(number) => number.to_string(),
                ValueRef::Text(text) | ValueRef::Blob(text) => {
                    String::from_utf8_lossy(text).into_owned()
                }
            });
        }
        Ok(found)
    };
    run().map_err(|error: rusqlite::Error| error.to_string())
}

/// The same from a server.
pub(crate) fn ask_server(url: &str, statement: &str) -> Result<Vec<String>, String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let run = async {
        let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
        let (told, ended) = tokio::join!(
            async move {
                // The connection ends with the client.
                let client = client;
                client.simple_query(statement).await
            },
            connection
        );
        let told = told?;
        ended?;
        Ok(told)
    };
    let told = runtime.map_err(|error| error.to_string())?.block_on(run);
    let told = told.map_err(|error: tokio_postgres::Error| {
        error.as_db_error().map_or_else(|| error.to_string(), |told| told.message().to_owned())
    })?;
    let first = |message| match message {
        SimpleQueryMessage::Row(row) => Some(row.get(0).unwrap_or_default().to_owned()),
        _ => None,
    };
    Ok(told.into_iter().filter_map(first).collect())
}
