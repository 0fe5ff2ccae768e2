//! The routes, one file for each feature: pages here, the API's calls in `api`.

pub(crate) mod account;
pub(crate) mod activity;
pub(crate) mod api;
pub(crate) mod assets;
pub(crate) mod health;
pub(crate) mod language;
pub(crate) mod password;
pub(crate) mod profile;
pub(crate) mod proof;
pub(crate) mod sessions;
pub(crate) mod signin;
pub(crate) mod signup;
pub(crate) mod terms;
pub(crate) mod well_known;
