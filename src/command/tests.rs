//! The command line as people type it.

use super::*;
use clap::CommandFactory as _;

#[test]
fn the_commands_are_well_formed() {
    Arguments::command().debug_assert();
}

#[test]
fn development_mode_listens_on_this_machine_alone() {
    let dev = |listen: &str| Arguments::try_parse_from(["genkan", "dev", "--listen", listen]);
    assert!(dev("127.0.0.1").is_ok());
    assert!(dev("::1").is_ok());
    assert!(dev("0.0.0.0").is_err());
    assert!(dev("192.168.0.1").is_err());
}

#[test]
fn wrong_usage_is_exit_code_2() {
    assert_eq!(Arguments::try_parse_from(["genkan", "sreve"]).unwrap_err().exit_code(), 2);
}

#[test]
fn every_command_of_the_surface_is_understood() {
    let lines = [
        "dev --port 7900 --data d",
        "serve --config genkan.toml",
        "config check --config f",
        "config show --json",
        "config schema --markdown",
        "config new --out f",
        "keys new --out f --rotate",
        "db migrate",
        "db status --json",
        "db backup --out f",
        "account show a@example.com",
        "account unlock 0190 --reason x",
        "account suspend 0190",
        "account resume 0190",
        "account signout 0190",
        "account export 0190",
        "account withdraw a@example.com",
        "doctor --json",
    ];
    for line in lines {
        let words = std::iter::once("genkan").chain(line.split(' '));
        assert!(Arguments::try_parse_from(words).is_ok(), "{line}");
    }
}

#[test]
fn json_answers_say_whether_it_worked() {
    let refused = Answer::refused(Output::Json, "no", &json!({ "file": "f" }));
    let read: Json = serde_json::from_str(&refused.result).unwrap();
    assert_eq!(
        (read["ok"].clone(), read["error"].clone(), refused.code),
        (json!(false), json!("no"), 1)
    );
    let done = Answer::done(Output::Text, "yes", &json!({}));
    assert_eq!((done.result.as_str(), done.code), ("yes\n", 0));
}
