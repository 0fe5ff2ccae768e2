//! What every way in shares. Rules may use each other and the nouns; they never use a method.

pub(crate) mod admin;
pub(crate) mod admit;
pub(crate) mod codes;
pub(crate) mod contact;
pub(crate) mod guess_limit;
pub mod lately;
pub(crate) mod link;
pub(crate) mod lost;
pub(crate) mod mail_bound;
pub(crate) mod not_me;
pub(crate) mod numbers;
pub mod pace;
pub(crate) mod passkeys;
pub(crate) mod pictures;
pub(crate) mod profile;
pub(crate) mod put_back;
pub mod reach;
pub(crate) mod register;
pub(crate) mod reports;
pub(crate) mod revoke;
pub mod session;
pub(crate) mod standing;
pub mod suppression;
pub mod terms;
pub(crate) mod undo;
pub(crate) mod withdraw;
