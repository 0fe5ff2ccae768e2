//! What is wrong with the settings, where, and what to do.
//!
//! Every check of the settings answers with these, all of them at once, so that a file is put right in one go.
//! A problem must never contain the value of a secret, nor a line of the file (which may hold one).

use std::fmt;
use std::path::{Path, PathBuf};

/// One thing that is wrong, in words for the operator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Problem {
    /// Where it was found.
    pub place: Place,
    /// The setting it is about, such as `mail.smtp.url`, where it is about one.
    pub key: Option<String>,
    /// What is wrong, as a sentence without its full stop.
    pub what: String,
    /// What to do about it.
    pub advice: Option<String>,
}

/// Where a value or a problem comes from.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Place {
    /// Nobody has set it.
    Default,
    /// A line of a file, counted from 1.
    File(PathBuf, usize),
    /// An environment variable.
    Environment(String),
}

impl Problem {
    pub(crate) fn new(place: Place, what: impl Into<String>) -> Self {
        Self { place, key: None, what: what.into(), advice: None }
    }

    pub(crate) fn of(mut self, key: &str) -> Self {
        self.key = Some(key.to_owned());
        self
    }

    pub(crate) fn advice(mut self, advice: impl Into<String>) -> Self {
        self.advice = Some(advice.into());
        self
    }

    /// The same for programs.
    pub(crate) fn json(&self) -> serde_json::Value {
        let (file, line, variable) = match &self.place {
            Place::Default => (None, None, None),
            Place::File(file, line) => (Some(file.display().to_string()), Some(*line), None),
            Place::Environment(name) => (None, None, Some(name.clone())),
        };
        serde_json::json!({
            "key": self.key, "file": file, "line": line, "environment": variable,
            "problem": self.what, "advice": self.advice,
        })
    }
}

impl Place {
    pub(super) fn file(path: &Path, line: usize) -> Self {
        Self::File(path.to_owned(), line)
    }
}

impl fmt::Display for Place {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => out.write_str("default"),
            Self::File(file, line) => write!(out, "{}:{line}", file.display()),
            Self::Environment(name) => write!(out, "environment {name}"),
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.place != Place::Default {
            write!(out, "{}: ", self.place)?;
        }
        if let Some(key) = &self.key {
            write!(out, "{key}: ")?;
        }
        out.write_str(&self.what)?;
        match &self.advice {
            Some(advice) => write!(out, "\n    {advice}"),
            None => Ok(()),
        }
    }
}
