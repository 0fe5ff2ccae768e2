//! The log: one line a request and one a decision, as text for people or JSON for machines, on standard
//! error. Secrets cannot get in: their types cannot be printed.

mod json;
mod stamp;
mod writer;

use std::io::IsTerminal as _;

use tracing::Level;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::prelude::*;
use tracing_subscriber::{EnvFilter, Layer};

use crate::settings::{LogFormat, LogLevel, Settings};

pub(crate) use writer::Guard;

/// Starts the log as the settings say, and beside it what listens to traces. What waits to be written is, when the guard is
/// dropped.
pub(crate) fn start(settings: &Settings, traced: Option<traces::Layer>) -> Guard {
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
    let filter = EnvFilter::new(filter);
    let colours = settings.log.format == LogFormat::Text && std::io::stderr().is_terminal();
    let Some(traced) = traced else {
        let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(out);
        let lines = lines.with_ansi(colours).with_target(false);
        match settings.log.format {
            LogFormat::Json => lines.fmt_fields(json::Fields).event_format(json::Lines).init(),
            LogFormat::Text => lines.init(),
        }
        return guard;
    };
    // Both listen to the same spans, each to its own: what is traced is no line, and what is logged no span.
    let lines = tracing_subscriber::fmt::layer().with_writer(out);
    let lines = lines.with_ansi(colours).with_target(false);
    let lines = match settings.log.format {
        LogFormat::Json => {
            lines.fmt_fields(json::Fields).event_format(json::Lines).with_filter(filter).boxed()
        }
        LogFormat::Text => lines.with_filter(filter).boxed(),
    };
    let spans = Targets::new().with_target(traces::TARGET, Level::TRACE);
    tracing_subscriber::registry().with(lines).with(traced.with_filter(spans)).init();
    guard
}
