//! What can be wrong with the words and the layout, told so that an operator can mend it.
//!
//! Nearly all of it is found at start, naming the file and the line. Nothing here may carry text
//! that a member typed: a fault is logged.

use std::fmt;

/// Why the pages cannot be set up, or why one could not be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PagesFault {
    /// The file it is about: an operator's file, or the embedded one's path.
    pub file: String,
    /// The line in that file, counted from 1, when there is one.
    pub line: Option<usize>,
    /// What is wrong, in English, for the operator.
    pub what: String,
}

impl PagesFault {
    pub(crate) fn setting(name: &str, what: impl Into<String>) -> PagesFault {
        PagesFault { file: format!("setting {name}"), line: None, what: what.into() }
    }

    pub(crate) fn file(
        file: impl Into<String>,
        line: Option<usize>,
        what: impl Into<String>,
    ) -> PagesFault {
        PagesFault { file: file.into(), line, what: what.into() }
    }

    /// A template that does not parse or cannot be filled in; `folder` is where it came from.
    pub(crate) fn template(folder: &str, error: &minijinja::Error) -> PagesFault {
        let name = error.name().unwrap_or("template");
        let detail = error.detail().unwrap_or("it cannot be used");
        PagesFault::file(format!("{folder}{name}"), error.line(), format!("{}: {detail}", error.kind()))
    }
}

impl fmt::Display for PagesFault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(out, "{}:{line}: {}", self.file, self.what),
            None => write!(out, "{}: {}", self.file, self.what),
        }
    }
}

impl std::error::Error for PagesFault {}
