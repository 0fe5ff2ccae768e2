//! How a command that asks the database is carried out: on a runtime of its own, with the settings that it names, and an answer in
//! every case.

use serde_json::json;

use crate::command::{Answer, ConfigFile, Output};
use crate::house::Trouble;
use crate::settings::{Settings, process_environment};

/// The answer of a command's work, also where it could not be done.
pub(crate) fn carried_out(
    output: Output,
    work: impl Future<Output = Result<Answer, Trouble>>,
) -> Answer {
    let refused = |trouble: &str| Answer::refused(output, trouble, &json!({ "code": "failed" }));
    match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime.block_on(work).unwrap_or_else(|trouble| refused(&trouble)),
        Err(fault) => refused(&fault.to_string()),
    }
}

/// The settings that a command goes by.
///
/// # Errors
/// All that is wrong with them, a line each.
pub(crate) fn settings(config: &ConfigFile) -> Result<Settings, Trouble> {
    process_environment()
        .and_then(|env| Settings::load(config.config.as_deref(), &env))
        .map_err(|problems| problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))
}
