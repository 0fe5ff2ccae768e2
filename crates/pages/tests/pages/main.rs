//! The tests of pages and mails, over one set of samples.
//!
//! One program rather than several, so that the samples are one and each of them is used.

mod letters;
mod methods;
mod passkeys;
mod providers;
mod rendering;
mod samples;
mod words;
