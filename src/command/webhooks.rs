//! The words of `genkan webhook …`.
//!
//! Only the words are here, as in `command`; what they do is in `webhooks`.

use clap::{Args, Subcommand};

use super::ConfigFile;

#[derive(Debug, Subcommand)]
pub(crate) enum WebhookCommand {
    /// List what endpoints are told, the newest first: what, about whom, and what the endpoint said last
    List {
        /// What is about this account
        #[arg(long, value_name = "ID")]
        account: Option<String>,
        /// What is in this state
        #[arg(long, value_enum)]
        state: Option<AnnouncementStateWord>,
        /// At most so many
        #[arg(long, value_name = "NUMBER", default_value = "50", value_parser = clap::value_parser!(u16).range(1..=1000))]
        limit: u16,
        #[command(flatten)]
        config: ConfigFile,
    },
    /// Show one event as it is sent
    Show {
        /// Its id, as `list` prints it: the header webhook-id
        #[arg(value_name = "ID")]
        id: String,
        #[command(flatten)]
        config: ConfigFile,
    },
    /// Send events once more that were received or given up, in their order, behind what waits
    Replay(ReplayArguments),
    /// Send a signed genkan.test to an endpoint now, and say what it answers
    Test {
        /// The endpoint's name in the settings
        #[arg(value_name = "NAME")]
        name: String,
        #[command(flatten)]
        config: ConfigFile,
    },
}

#[derive(Debug, Args)]
pub(crate) struct ReplayArguments {
    /// This one
    #[arg(value_name = "ID", required_unless_present_any = ["since", "until", "endpoint"], conflicts_with_all = ["since", "until", "endpoint"])]
    pub id: Option<String>,
    /// What happened from this time on, such as 2026-11-26T09:00:00Z
    #[arg(long, value_name = "TIME")]
    pub since: Option<String>,
    /// What happened up to this time
    #[arg(long, value_name = "TIME")]
    pub until: Option<String>,
    /// To this endpoint alone
    #[arg(long, value_name = "NAME")]
    pub endpoint: Option<String>,
    /// Who does it, for the log [default: $SUDO_USER, or else $USER]
    #[arg(long, value_name = "NAME")]
    pub by: Option<String>,
    #[command(flatten)]
    pub config: ConfigFile,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum AnnouncementStateWord {
    /// To be sent
    Waiting,
    /// The endpoint has it
    Received,
    /// Tried for too long
    GivenUp,
}
