//! The page for what went wrong: one clear sentence and the one thing to do.
//!
//! It carries a reference that the operator can look up, and never what failed inside.

use serde::Serialize;

use super::{Arg, Args, View};

/// An error page. Kinds: `not-found`, `method-not-allowed`, `too-large`, `rate-limited` (`minutes`),
/// `internal`, `overloaded` and `unfinished` (`seconds`), `cross-origin`, `flow-expired`, `invalid-request`.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Problem {
    pub kind: String,
    title: String,
    /// What the operator can find in the log; empty when there is none.
    pub reference: String,
    /// Where the one button leads: `/signin`, `/signup/email` ...; empty for `/`.
    pub next: String,
    pub args: Args,
}

impl Problem {
    /// An error page of that kind with no reference and the way to `/`.
    pub fn new(kind: &str) -> Problem {
        Problem { kind: kind.to_owned(), title: format!("problem-{kind}-title"), ..Problem::default() }
    }

    /// Adds the reference that the operator can look up.
    #[must_use]
    pub fn reference(mut self, reference: &str) -> Problem {
        self.reference = reference.to_owned();
        self
    }

    /// Sets where the one button leads.
    #[must_use]
    pub fn next(mut self, path: &str) -> Problem {
        self.next = path.to_owned();
        self
    }

    /// Adds a value the sentence needs: `seconds` or `minutes`.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Arg>) -> Problem {
        self.args.insert(name.to_owned(), value.into());
        self
    }
}

impl View for Problem {
    const TEMPLATE: &'static str = "problem/problem.html";

    fn title_key(&self) -> &str {
        &self.title
    }
}
