//! What all pages share: the frame around them, and errors beside their fields.
//!
//! The frame knows who is signed in and where the reader is, so that the language switch can return
//! there. An error names a field and a text, never a sentence: the sentence belongs to the language.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::Locale;

/// A page: what it shows, which template shows it, and what it is called.
pub trait View: Serialize {
    /// The template's path below `templates/`.
    const TEMPLATE: &'static str;

    /// The id of the page's heading; the window's title is the same words and the service's name.
    fn title_key(&self) -> &str;

    /// What was refused. Not empty: the title begins with 「エラー」 and a summary stands at the top.
    fn errors(&self) -> &[FieldError] {
        &[]
    }
}

/// The frame around a page.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Chrome {
    pub locale: Locale,
    /// Path and query of this page: where the language switch returns to. Begins with `/`.
    pub path: String,
    pub signed_in: Option<SignedIn>,
}

/// Who is signed in, for the top of the page.
#[derive(Clone, Debug, Default, Serialize)]
pub struct SignedIn {
    /// The display name, or the masked address where there is none. May be hostile text.
    pub display: String,
}

/// A value that a sentence needs, such as the minutes to wait. Numbers choose singular and plural.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Arg {
    Number(i64),
    Text(String),
}

/// The values that a sentence needs, by name.
pub type Args = BTreeMap<String, Arg>;

impl From<&str> for Arg {
    fn from(text: &str) -> Arg {
        Arg::Text(text.to_owned())
    }
}

impl From<String> for Arg {
    fn from(text: String) -> Arg {
        Arg::Text(text)
    }
}

impl From<i64> for Arg {
    fn from(number: i64) -> Arg {
        Arg::Number(number)
    }
}

impl From<u32> for Arg {
    fn from(number: u32) -> Arg {
        Arg::Number(i64::from(number))
    }
}

/// One thing that was refused, and the field it is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FieldError {
    /// The form field's name (`email`, `password`, `code` ...); empty when the whole form is meant.
    pub field: String,
    /// What is wrong, such as `invalid-credentials`; the sentence is the text `error-{text_id}`.
    pub text_id: String,
    pub args: Args,
}

impl FieldError {
    /// An error of one field; it is shown under the field and at the top.
    pub fn new(field: &str, text_id: &str) -> FieldError {
        FieldError { field: field.to_owned(), text_id: text_id.to_owned(), args: Args::new() }
    }

    /// An error of the form as a whole; it is shown at the top only.
    pub fn form(text_id: &str) -> FieldError {
        FieldError::new("", text_id)
    }

    /// Adds a value the sentence needs: `seconds`, `minutes`, `minimum`.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Arg>) -> FieldError {
        self.args.insert(name.to_owned(), value.into());
        self
    }
}
