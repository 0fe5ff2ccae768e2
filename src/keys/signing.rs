//! `genkan keys signing …`: the keys by which the service signs, seen and changed by hand.
//!
//! They change by themselves; by hand is for a key that leaked, and for drills. A running service reads the new keys
//! within a minute. No private key is shown.

use engine::{Clock, KeyFace, Keyring, OldKeys};
use serde_json::{Value, json};
use store::Role;

use crate::carried_out::{carried_out, settings};
use crate::command::{Answer, Output, SigningCommand};
use crate::house::{self, Trouble};
use crate::times::rfc3339;

/// What a command has to say.
pub(super) fn answer(command: &SigningCommand, output: Output) -> Answer {
    carried_out(output, carry_out(command, output))
}

async fn carry_out(command: &SigningCommand, output: Output) -> Result<Answer, Trouble> {
    let (SigningCommand::List(config) | SigningCommand::Rotate { config, .. }) = command;
    let settings = settings(config)?;
    let clock = Clock::system();
    let database = house::open_database(&settings, Role::Command, &clock).await?;
    let answer = match house::keyring(&settings, database.clone(), &clock) {
        Ok(keyring) => with(&keyring, command, output).await,
        Err(trouble) => Err(trouble),
    };
    database.close().await;
    answer
}

async fn with(keyring: &Keyring, command: &SigningCommand, output: Output) -> Result<Answer, Trouble> {
    let done = match command {
        SigningCommand::List(_) => None,
        SigningCommand::Rotate { revoke, .. } => {
            let old = if *revoke { OldKeys::Revoke } else { OldKeys::Retire };
            keyring.rotate(old).await.map_err(|fault| fault.to_string())?;
            Some(match old {
                OldKeys::Retire => {
                    "New keys sign from now on; a running service knows them within a minute."
                }
                OldKeys::Revoke => {
                    "New keys sign from now on, and nothing that the old ones signed is believed; a running service knows \
                     that within a minute, others when they read the published keys again."
                }
            })
        }
    };
    let keys = keyring.list().await.map_err(|fault| fault.to_string())?;
    let lines = keys.iter().map(text_of);
    let mut text = done.map(str::to_owned).into_iter().chain(lines).collect::<Vec<_>>().join("\n");
    if text.is_empty() {
        text.push_str("There are no keys yet; the service makes them when it starts.");
    }
    Ok(Answer::done(output, &text, &json!({ "keys": keys.iter().map(json_of).collect::<Vec<_>>() })))
}

fn text_of(key: &KeyFace) -> String {
    let end =
        |word, at: Option<_>| at.map(|at| format!(", {word} {}", rfc3339(at))).unwrap_or_default();
    format!(
        "{}  {}  {} (signs from {}{}{})",
        key.algorithm,
        key.id,
        key.state.word(),
        rfc3339(key.signs_from),
        end("until", key.retired_at),
        end("published until", key.gone_at),
    )
}

fn json_of(key: &KeyFace) -> Value {
    json!({
        "kid": key.id,
        "algorithm": key.algorithm,
        "state": key.state.word(),
        "made_at": rfc3339(key.made_at),
        "signs_from": rfc3339(key.signs_from),
        "retired_at": key.retired_at.map(rfc3339),
        "gone_at": key.gone_at.map(rfc3339),
    })
}
