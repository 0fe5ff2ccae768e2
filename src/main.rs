mod command;
mod keys;
mod settings;

fn main() {}
