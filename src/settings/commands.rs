//! `genkan config new | check | show | schema`.
//!
//! Each answers with text for people or JSON for programs; a problem is an answer too, with exit code 1. Nothing
//! here may start anything, write to the database, or print a secret.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;
use std::process::ExitCode;

use serde_json::json;

use super::load::{self, Environment, process_environment};
use super::problem::Problem;
use super::{Settings, print, reference};
use crate::command::{Answer, ConfigCommand, Output, SchemaForm};

/// Carries out a `config` command on this process's environment.
pub(crate) fn run(command: &ConfigCommand, output: Output) -> ExitCode {
    match process_environment() {
        Ok(environment) => answer(command, output, &environment).print(),
        Err(problems) => refused(&problems, output).print(),
    }
}

/// The same, without printing.
pub(super) fn answer(command: &ConfigCommand, output: Output, environment: &Environment) -> Answer {
    match command {
        ConfigCommand::New { out } => new(out.as_deref(), output),
        ConfigCommand::Check { config } => {
            match Settings::load_to_serve(config.as_deref(), environment) {
                Ok(_) => Answer::done(
                    output,
                    "The settings are right, and `genkan serve` can start with them.",
                    &json!({}),
                ),
                Err(problems) => refused(&problems, output),
            }
        }
        ConfigCommand::Show { config } => match load::load(config.as_deref(), environment) {
            Ok(values) => Answer::done(
                output,
                print::shown(&values).trim_end(),
                &json!({ "settings": print::shown_json(&values) }),
            ),
            Err(problems) => refused(&problems, output),
        },
        ConfigCommand::Schema { form } => Answer::plain(match form {
            SchemaForm { markdown: true } => reference::markdown(),
            SchemaForm { markdown: false } => format!("{:#}\n", reference::schema()),
        }),
    }
}

/// What every command answers when the settings are wrong: each problem, and exit code 1.
pub(crate) fn refused(problems: &[Problem], output: Output) -> Answer {
    let mut text = match problems.len() {
        1 => "The settings have a problem:\n".to_owned(),
        count => format!("The settings have {count} problems:\n"),
    };
    for problem in problems {
        text.push_str(&format!("\n  {}", problem.to_string().replace('\n', "\n  ")));
    }
    let list: Vec<_> = problems.iter().map(Problem::json).collect();
    Answer::refused(output, &text, &json!({ "problems": list }))
}

fn new(out: Option<&Path>, output: Output) -> Answer {
    let Some(path) = out else {
        return match output {
            Output::Text => Answer::plain(print::sample()),
            Output::Json => Answer::done(output, "", &json!({ "sample": print::sample() })),
        };
    };
    // Others may come to write a password into it, so it is not for all to read.
    let opened = OpenOptions::new().write(true).create_new(true).mode(0o640).open(path);
    let shown = path.display().to_string();
    match opened.and_then(|mut file| file.write_all(print::sample().as_bytes())) {
        Ok(()) => {
            let text = format!(
                "Wrote {shown}. Fill in the lines without #, then run `genkan config check --config {shown}`."
            );
            Answer::done(output, &text, &json!({ "file": shown }))
        }
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Answer::refused(
            output,
            &format!("{shown} exists and is left as it is."),
            &json!({ "file": shown }),
        ),
        Err(error) => Answer::refused(
            output,
            &format!("{shown} cannot be written: {error}"),
            &json!({ "file": shown }),
        ),
    }
}
