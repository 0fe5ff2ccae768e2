//! The routes, one file for each feature: pages here, the API's calls in `api`.
//!
//! A route parses, hands over to the engine and writes the answer. No route calls another, and what two of them
//! share beyond parsing is in `answers`.

pub(crate) mod account;
pub(crate) mod activity;
pub(crate) mod api;
pub(crate) mod assets;
pub(crate) mod contact;
pub(crate) mod email;
pub(crate) mod gate;
pub(crate) mod health;
pub(crate) mod hooks;
pub(crate) mod identity;
pub(crate) mod language;
pub(crate) mod methods;
pub(crate) mod numbers;
pub(crate) mod openid;
pub(crate) mod passkeys;
pub(crate) mod password;
pub(crate) mod profile;
pub(crate) mod proof;
pub(crate) mod providers;
pub(crate) mod reset;
pub(crate) mod sessions;
pub(crate) mod signin;
pub(crate) mod signup;
pub(crate) mod terms;
pub(crate) mod well_known;
pub(crate) mod withdraw;
