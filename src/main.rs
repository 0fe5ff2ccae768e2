//! genkan: accounts and sign-in for a web service with apps.
//!
//! The binary only reads the command line and puts the parts together; everything it does is in the crates.

#![cfg_attr(
    not(test),
    deny(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)
)]

mod account;
mod carried_out;
mod clients;
mod command;
mod db;
mod dev;
mod doctor;
mod files;
mod house;
mod keys;
mod logging;
mod mails;
mod serve;
mod settings;
mod times;
mod traced;
mod watch;
mod webhooks;

use std::process::ExitCode;

use clap::Parser as _;

use crate::command::{Arguments, Command};

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let output = arguments.output();
    match &arguments.command {
        Command::Dev(dev) => dev::run(dev),
        Command::Serve(file) => serve::run(file.config.as_deref()),
        Command::Config(command) => settings::run(command, output),
        Command::Keys(command) => keys::run(command, output),
        Command::Db(command) => db::run(command, output),
        Command::Account(command) => account::run(command, output),
        Command::Mail(command) => mails::run(command, output),
        Command::Client(command) => clients::run(command, output),
        Command::Webhook(command) => webhooks::run(command, output),
        Command::Doctor(file) => doctor::run(file, output),
    }
}
