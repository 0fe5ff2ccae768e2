//! The real program, started as an operator starts it, attacked and killed from outside.
//!
//! It is here because two promises hold only of a whole process with a real database: that no number of guesses
//! in parallel buys one guess more (R-SIGNIN-3), and that what was answered outlives `kill -9` (Always 1 and 2).
//! Every test's name begins with `process::`, so that a quick run can leave them out. Nothing of the program may
//! be linked in here: only its commands, its HTTP and its mail.

mod process {
    mod apache;
    mod audit;
    mod clients;
    mod crowd;
    mod day;
    mod disk;
    mod dkim;
    #[path = "../../../crates/delivery/tests/support/dnsmasq.rs"]
    mod dnsmasq;
    mod doctor;
    mod earlier;
    mod failover;
    mod figures;
    mod flood;
    mod flood_guesses;
    mod flood_mail;
    mod flood_shapes;
    mod flood_slow;
    mod flood_visits;
    mod gate;
    mod guesses;
    mod hours;
    mod house;
    mod http;
    mod kill;
    mod logouts;
    mod mail;
    mod mails;
    mod openid;
    mod paces;
    mod points;
    mod proxy;
    mod reader_app;
    mod resets;
    mod restore;
    mod returns;
    mod revoking;
    mod sql;
    mod stop;
    mod traces;
    mod way;
    mod webhooks;
}
