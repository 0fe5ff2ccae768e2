//! The log: one line a request and one a decision, as text for people or JSON for machines, on standard
//! error. Secrets cannot get in: their types cannot be printed.

mod json;
mod writer;

use std::io::IsTerminal as _;

use tracing_subscriber::EnvFilter;

use crate::settings::{LogFormat, LogLevel, Settings};

pub(crate) use writer::Guard;

/// Starts the log as the settings say. What waits to be written is, when the guard is dropped.
pub(crate) fn start(settings: &Settings) -> Guard {
    let (out, guard) = writer::Lines::start(Box::new(std::io::stderr()));
    let level = match settings.log.level {
        LogLevel::Error => "error",
        LogLevel::Warn => "warn",
        LogLevel::Info => "info",
        LogLevel::Debug => "debug",
        LogLevel::Trace => "trace",
    };
    // Libraries speak up only about trouble: at lower levels some of them print what they carry.
    let own = [
        "accounts",
        "delivery",
        "engine",
        "genkan",
        "pages",
        "playground",
        "store",
        "verifiers",
        "web",
    ];
    let filter = own.iter().fold(String::from("warn"), |all, part| format!("{all},{part}={level}"));
    let lines = tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::new(filter))
        .with_writer(out)
        .with_ansi(settings.log.format == LogFormat::Text && std::io::stderr().is_terminal())
        .with_target(false);
    match settings.log.format {
        LogFormat::Json => lines.fmt_fields(json::Fields).event_format(json::Lines).init(),
        LogFormat::Text => lines.init(),
    }
    guard
}
