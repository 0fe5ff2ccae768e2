//! Words and layout: every page, every mail and every sentence a member meets, in Japanese and English.
//!
//! A page is a plain struct in `views`, a template in `templates` and its texts in `locales`. The
//! routes fill the struct, [`Pages::render`] does the rest.
//! This crate knows no rule and no domain type: a template cannot decide, it can only say.
//! Nothing here may let text from outside reach a page or a mail without being escaped.

mod locale;
pub mod views;

pub use locale::Locale;
