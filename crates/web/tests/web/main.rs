//! The routes over a real engine, a real SQLite database and a mailbox in the process.
//!
//! Every request goes through the whole router, as a browser or an app would send it. Rows of the catalogue of
//! published flaws are named in the tests' names (E1, A16, H1 ...).

mod account_scope;
mod api;
mod app_versions;
mod authenticator;
mod challenge;
mod challenge_attacks;
mod challenge_keys;
mod challenge_strangers;
mod challenge_ways;
mod connected;
mod contact;
mod email;
mod first_party;
mod gate;
mod glance;
mod headers;
mod held;
mod hooks;
mod hooks_of_relays;
#[path = "../../../verifiers/tests/federated/hostile.rs"]
#[expect(dead_code, reason = "shared with the tests of the relying party, which need more of it")]
mod hostile;
mod logged;
mod methods;
mod native;
mod native_tokens;
mod native_trips;
mod numbers;
mod oidf;
mod oidf_basic;
mod oidf_logout;
mod openapi;
mod openid;
mod openid_attacks;
mod openid_dpop;
mod openid_pushed;
mod own_ways;
mod pages;
mod parsing;
mod passkey_calls;
mod passkeys;
mod provider_accounts;
mod providers;
mod reset;
mod reset_calls;
mod secrets;
mod serving;
#[path = "../../../verifiers/tests/federated/signing.rs"]
#[expect(dead_code, reason = "shared with the tests of the relying party, which need more of it")]
mod signing;
mod site;
mod strangers;
mod support;
mod trips;
mod upstream;
mod way_back;
mod well_known;
mod withdraw;
