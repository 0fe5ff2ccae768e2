//! `genkan db restore`, `restored` and `drill`: a backup in the place of the database, and whether that would work.
//!
//! What had ended since the backup was made would be alive again, so it ends once more, unless the operator says otherwise.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use engine::Clock;
use serde_json::{Value as Json, json};
use store::{Database, Replaced, Restored, Role};

use crate::command::{Answer, Output};
use crate::house::Trouble;
use crate::settings::{DatabasePlace, Settings};

const SERVER: &str = "This database is a PostgreSQL server. Restore it with its own tools (pg_restore, or the server's \
     archive), while no genkan runs, and then end what was open: genkan db restored.";

/// Puts a backup in place.
pub(super) async fn restore(
    settings: &Settings,
    (from, keep_open): (&Path, bool),
    output: Output,
) -> Result<Answer, Trouble> {
    let DatabasePlace::Sqlite(file) = &settings.database.place else { return Err(SERVER.to_owned()) };
    let clock = Clock::system();
    let replaced = store::restore(from, file, keep_open, Arc::new(move || clock.now().0)).await;
    let Replaced { before, ended } = replaced.map_err(|fault| fault.to_string())?;
    let old = before.as_ref().map(|old| format!(" The old file is {}.", old.display()));
    let text = format!(
        "{} is restored.{} {}",
        file.display(),
        old.unwrap_or_default(),
        ended.map_or_else(|| "What was open is as it was.".to_owned(), told)
    );
    Ok(Answer::done(
        output,
        &text,
        &json!({ "file": file, "before": before, "ended": ended.map(counts) }),
    ))
}

/// Ends what was open.
pub(super) async fn restored(database: &Database, output: Output) -> Result<Answer, Trouble> {
    let ended = store::restored(database).await.map_err(|fault| fault.to_string())?;
    Ok(Answer::done(output, &told(ended), &json!({ "ended": counts(ended) })))
}

/// Makes a backup, restores it beside the database, looks into it and removes both.
pub(super) async fn drill(
    settings: &Settings,
    database: &Database,
    output: Output,
) -> Result<Answer, Trouble> {
    let DatabasePlace::Sqlite(file) = &settings.database.place else { return Err(SERVER.to_owned()) };
    let copy = beside(file, "backup");
    let scratch = beside(file, "restored");
    let done = drilled(database, (&copy, &scratch)).await;
    for path in [
        &copy,
        &scratch,
        &ending(&scratch, ".lock"),
        &ending(&scratch, "-wal"),
        &ending(&scratch, "-shm"),
    ] {
        let _absent = std::fs::remove_file(path);
    }
    let Drilled { bytes, accounts, backup, restore } = done?;
    let text = format!(
        "A backup of now can be restored: {accounts} accounts, {bytes} bytes, copied in {backup} ms and restored in \
         {restore} ms. Nothing was changed."
    );
    let fields = json!({
        "accounts": accounts, "bytes": bytes, "backup_milliseconds": backup, "restore_milliseconds": restore,
    });
    Ok(Answer::done(output, &text, &fields))
}

struct Drilled {
    bytes: u64,
    accounts: i64,
    backup: u128,
    restore: u128,
}

async fn drilled(database: &Database, (copy, scratch): (&Path, &Path)) -> Result<Drilled, Trouble> {
    let began = std::time::Instant::now();
    store::backup(database, copy).await.map_err(|fault| fault.to_string())?;
    let backup = began.elapsed().as_millis();
    let bytes = std::fs::metadata(copy).map_err(|fault| fault.to_string())?.len();
    let began = std::time::Instant::now();
    let clock = Clock::system();
    let time: store::Clock = Arc::new(move || clock.now().0);
    let done = store::restore(copy, scratch, false, Arc::clone(&time)).await;
    done.map_err(|fault| fault.to_string())?;
    let restore = began.elapsed().as_millis();
    let restored =
        Database::open_sqlite(scratch, Role::Command, time).map_err(|fault| fault.to_string())?;
    let accounts = store::accounts(&restored).await;
    restored.close().await;
    let accounts = accounts.map_err(|fault| fault.to_string())?;
    Ok(Drilled { bytes, accounts, backup, restore })
}

fn beside(file: &Path, what: &str) -> PathBuf {
    ending(file, &format!(".drill-{}-{what}", std::process::id()))
}

fn ending(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

fn told(ended: Restored) -> String {
    let Restored { sessions, codes, flows } = ended;
    format!("Ended: {sessions} sessions, {codes} codes, {flows} flows. Everybody signs in anew.")
}

fn counts(ended: Restored) -> Json {
    json!({ "sessions": ended.sessions, "codes": ended.codes, "flows": ended.flows })
}
