//! What every way in shares. Rules may use each other and the nouns; they never use a method.

pub(crate) mod admin;
pub(crate) mod admit;
pub(crate) mod codes;
pub(crate) mod guess_limit;
pub(crate) mod mail_bound;
pub(crate) mod not_me;
pub(crate) mod numbers;
pub(crate) mod profile;
pub(crate) mod revoke;
pub mod session;
pub mod terms;
pub(crate) mod undo;
