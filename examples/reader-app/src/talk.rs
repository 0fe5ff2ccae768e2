//! What is asked and said, in Japanese or English as LANG wants it. What the server says for people is passed on as it is.
//!
//! On a terminal secrets are typed unseen; where something else is piped in, it is read line by line.

use std::io::{BufRead as _, IsTerminal as _, Write as _};
use std::process::Command;

use serde_json::Value;

use crate::Outcome;

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Language {
    Ja,
    En,
}

impl Language {
    pub(crate) const fn tag(self) -> &'static str {
        match self {
            Self::Ja => "ja",
            Self::En => "en",
        }
    }
}

/// Whether what is typed may be seen.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Seen {
    Yes,
    No,
}

pub(crate) struct Talk {
    pub(crate) language: Language,
}

impl Talk {
    pub(crate) fn begin() -> Self {
        let wish =
            ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().filter_map(|name| std::env::var(name).ok());
        let wish = wish.into_iter().find(|value| !value.is_empty()).unwrap_or_default();
        Self { language: if wish.starts_with("ja") { Language::Ja } else { Language::En } }
    }

    pub(crate) const fn words<'w>(&self, ja: &'w str, en: &'w str) -> &'w str {
        match self.language {
            Language::Ja => ja,
            Language::En => en,
        }
    }

    pub(crate) fn say(&self, ja: &str, en: &str) {
        println!("{}", self.words(ja, en));
    }

    /// Passes on what the server says.
    pub(crate) fn pass_on(&self, message: &str) {
        println!("{message}");
    }

    pub(crate) fn complain(&self, why: &str) {
        eprintln!("{why}");
    }

    /// Asks for one line; an end of what is piped in ends the way.
    pub(crate) fn ask(&mut self, (ja, en): (&str, &str), seen: Seen) -> Outcome<String> {
        let terminal = std::io::stdin().is_terminal();
        let hidden = terminal && seen == Seen::No;
        print!("{}: ", self.words(ja, en));
        std::io::stdout().flush().map_err(|fault| fault.to_string())?;
        if hidden {
            echo("-echo");
        }
        let mut line = String::new();
        let read = std::io::stdin().lock().read_line(&mut line);
        if hidden {
            echo("echo");
        }
        if hidden || !terminal {
            println!();
        }
        match read {
            Ok(0) | Err(_) => Err(self.words("中断しました。", "Stopped.").to_owned()),
            Ok(_) => Ok(line.trim_end_matches(['\r', '\n']).to_owned()),
        }
    }

    pub(crate) fn introduce(&self, who: &Value, json: bool) {
        if json {
            println!("{who}");
            return;
        }
        let text = |name: &str| who[name].as_str().unwrap_or("–").to_owned();
        println!("{} {}", text("name"), text("email"));
        println!("{}", text("sub"));
    }

    pub(crate) fn nobody(&self) -> String {
        let words = self.words(
            "ログインしていません。`reader-app signin` でログインしてください。",
            "Nobody is signed in. Sign in with `reader-app signin`.",
        );
        words.to_owned()
    }

    /// The sign-in has ended elsewhere.
    pub(crate) fn over(&self, why: &str) -> String {
        if why != "invalid_grant" && why != "invalid_token" {
            return why.to_owned();
        }
        let words = self.words(
            "ログインが終了しました。もう一度 `reader-app signin` でログインしてください。",
            "The sign-in has ended. Sign in again with `reader-app signin`.",
        );
        words.to_owned()
    }
}

/// The terminal shows what is typed, or not. One that cannot is left as it is.
fn echo(how: &str) {
    drop(Command::new("stty").arg(how).status());
}
