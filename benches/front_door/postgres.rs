//! A database of the bench's own on a PostgreSQL server, made for a run and dropped after it.

use std::io::{Error, Result};

use tokio_postgres::NoTls;

/// A database on a server.
pub(crate) struct Made {
    pub(crate) url: String,
    server: String,
    name: String,
}

/// Makes a database on the server of that URL.
pub(crate) async fn make(server: &str) -> Result<Made> {
    let name = format!("genkan_bench_{}", std::process::id());
    run(server, &format!("create database {name}")).await?;
    let (place, query) = server
        .split_once('?')
        .map_or((server, String::new()), |(place, query)| (place, format!("?{query}")));
    let place = place.rsplit_once('/').map_or(place, |(place, _)| place);
    Ok(Made { url: format!("{place}/{name}{query}"), server: server.to_owned(), name })
}

impl Made {
    pub(crate) async fn drop(self) -> Result<()> {
        run(&self.server, &format!("drop database {} with (force)", self.name)).await
    }
}

async fn run(server: &str, statement: &str) -> Result<()> {
    let (client, connection) = tokio_postgres::connect(server, NoTls).await.map_err(Error::other)?;
    let talking = tokio::spawn(connection);
    let done = client.batch_execute(statement).await.map_err(Error::other);
    drop(client);
    talking.await?.map_err(Error::other)?;
    done
}
