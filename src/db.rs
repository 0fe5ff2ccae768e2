//! `genkan db …`: the tables' version, and a copy of the database while it runs.

mod restoring;

use std::process::ExitCode;

use engine::Clock;
use serde_json::json;
use store::Role;

use crate::carried_out::{carried_out, settings};
use crate::command::{Answer, DbCommand, Output};
use crate::house::{self, Trouble};

/// Carries out a database command.
pub(crate) fn run(command: &DbCommand, output: Output) -> ExitCode {
    carried_out(output, carry_out(command, output)).print()
}

async fn carry_out(command: &DbCommand, output: Output) -> Result<Answer, Trouble> {
    let config = match command {
        DbCommand::Migrate(config)
        | DbCommand::Status(config)
        | DbCommand::Restored(config)
        | DbCommand::Drill(config)
        | DbCommand::Restore { config, .. }
        | DbCommand::Backup { config, .. } => config,
    };
    let settings = settings(config)?;
    if let DbCommand::Restore { from, keep_open, .. } = command {
        return restoring::restore(&settings, (from, *keep_open), output).await;
    }
    let database = house::open_database(&settings, Role::Command, &Clock::system()).await?;
    let answer = match command {
        DbCommand::Migrate(_) => migrate(&database, output).await,
        DbCommand::Status(_) => status(&database, output).await,
        DbCommand::Restored(_) => restoring::restored(&database, output).await,
        DbCommand::Drill(_) => restoring::drill(&settings, &database, output).await,
        DbCommand::Restore { .. } => Err("a restoration opens no database".to_owned()),
        DbCommand::Backup { out, .. } => match store::backup(&database, out).await {
            Ok(()) => {
                let text = format!("The copy is {}.", out.display());
                Ok(Answer::done(output, &text, &json!({ "file": out })))
            }
            Err(fault) => Err(fault.to_string()),
        },
    };
    database.close().await;
    answer
}

async fn migrate(database: &store::Database, output: Output) -> Result<Answer, Trouble> {
    let applied = store::migrate(database).await.map_err(|fault| fault.to_string())?;
    let names =
        applied.iter().map(|step| format!("{:04} {}", step.number, step.name)).collect::<Vec<_>>();
    let text = if names.is_empty() {
        "Nothing to do: the tables have this version.".to_owned()
    } else {
        format!("Applied:\n{}", names.join("\n"))
    };
    Ok(Answer::done(output, &text, &json!({ "applied": names })))
}

async fn status(database: &store::Database, output: Output) -> Result<Answer, Trouble> {
    let status = store::status(database).await.map_err(|fault| fault.to_string())?;
    let schema = status.applied.last().map_or(0, |step| step.number);
    if !status.pending.is_empty() {
        let text = format!("Schema {schema}. Still to be applied: {}.", status.pending.join(", "));
        let fields = json!({ "schema": schema, "pending": status.pending });
        return Ok(Answer::done(output, &text, &fields));
    }
    let mails = store::Store::new(database.clone()).mail_counts().await.map_err(|f| f.to_string())?;
    let text = format!(
        "Schema {schema}, which is this version's.\nMails: {} waiting, {} sent, {} given up, {} dropped.",
        mails.waiting, mails.sent, mails.given_up, mails.dropped
    );
    let counts = json!({
        "waiting": mails.waiting, "sent": mails.sent, "given_up": mails.given_up, "dropped": mails.dropped,
    });
    let fields = json!({ "schema": schema, "pending": status.pending, "mails": counts });
    Ok(Answer::done(output, &text, &fields))
}
