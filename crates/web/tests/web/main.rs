//! The routes over a real engine, a real SQLite database and a mailbox in the process.
//!
//! Every request goes through the whole router, as a browser or an app would send it. Rows of the catalogue of
//! published flaws are named in the tests' names (E1, A16, H1 ...).

mod api;
mod email;
mod headers;
mod logged;
mod methods;
mod numbers;
mod openapi;
mod pages;
mod parsing;
mod provider_accounts;
mod reset;
mod reset_calls;
mod secrets;
mod serving;
mod strangers;
mod support;
mod trips;
mod way_back;
mod withdraw;
