//! The account rules, one test a clause, on the production `decide` and `apply`.
//!
//! Each test cites the rule it guards by name (R-LOCK-4) or security property (I14). `house` plays the part
//! of the engine: it pays, checks and settles guesses, and compares typed codes. No rule may be decided in
//! these files: they ask, and compare the answer with the law.

mod support;

mod rules {
    mod address;
    mod admin;
    mod announcements;
    mod apply;
    mod apps;
    mod attack;
    mod codes;
    mod contact;
    mod email_change;
    mod federated;
    mod found_by_the_model;
    mod grants;
    mod grants_walk;
    mod guess_limit;
    pub(crate) mod house;
    mod linking;
    mod lock;
    mod locked_and_suspended;
    mod logouts;
    mod lost;
    mod not_me;
    mod notices;
    mod notices_way_back;
    mod numbers;
    mod offer;
    mod pace;
    mod passkey_back;
    mod passkey_lock;
    mod passkey_shown;
    mod passkeys;
    mod password;
    mod prehijack;
    mod public_answers;
    mod registration;
    mod reports;
    mod reset;
    mod reset_codes;
    mod reset_grant;
    mod reset_ticks;
    mod sessions_and_devices;
    mod sign_in;
    mod strangers;
    mod suppression;
    mod terms;
    mod thief;
    mod trips;
    mod undo;
    mod undo_methods;
    mod values;
    mod withdraw;
}
