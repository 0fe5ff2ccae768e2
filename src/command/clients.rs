//! The words of `genkan client …`.
//!
//! Only the words are here, as in `command`; what they do is in `clients`.

use clap::{Args, Subcommand};

use super::ConfigFile;

#[derive(Debug, Subcommand)]
pub(crate) enum ClientCommand {
    /// List all clients: those of the settings, and those that were added here
    List {
        #[command(flatten)]
        config: ConfigFile,
    },
    /// Show one client's settings
    Show {
        /// Its client_id
        #[arg(value_name = "NAME")]
        name: String,
        #[command(flatten)]
        config: ConfigFile,
    },
    /// Add a client and draw its secret, which is shown this once
    Add {
        #[command(flatten)]
        client: ClientArguments,
        /// It is an app, which can keep no secret
        #[arg(long)]
        public: bool,
    },
    /// Change settings of a client that was added here; a setting without a value goes back to its default
    Set {
        #[command(flatten)]
        client: ClientArguments,
    },
    /// Draw another secret of a client; the one before is good until you say --only
    Secret {
        /// Its client_id
        #[arg(value_name = "NAME")]
        name: String,
        /// No other secret is good from now on
        #[arg(long)]
        only: bool,
        /// Who does it, for the log [default: the user]
        #[arg(long, value_name = "NAME")]
        by: Option<String>,
        #[command(flatten)]
        config: ConfigFile,
    },
    /// Take away a client that was added here; what it holds of members gives nothing any more
    Remove {
        /// Its client_id
        #[arg(value_name = "NAME")]
        name: String,
        /// Who does it, for the log [default: the user]
        #[arg(long, value_name = "NAME")]
        by: Option<String>,
        #[command(flatten)]
        config: ConfigFile,
    },
}

#[derive(Debug, Args)]
pub(crate) struct ClientArguments {
    /// Its client_id: small letters, digits and hyphens
    #[arg(value_name = "NAME")]
    pub name: String,
    /// Settings of the client, as `genkan config new` explains them under [client.NAME]; several values with commas between them
    #[arg(value_name = "SETTING=VALUE", required = true, value_parser = setting)]
    pub settings: Vec<(String, String)>,
    /// Who does it, for the log [default: the user]
    #[arg(long, value_name = "NAME")]
    pub by: Option<String>,
    #[command(flatten)]
    pub config: ConfigFile,
}

fn setting(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("write it as SETTING=VALUE, such as redirect_uris=https://novel.example.jp/callback"
            .to_owned()),
    }
}
