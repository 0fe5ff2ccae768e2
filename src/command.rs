//! The commands of `genkan`, as people type them.
//!
//! Only the words are here: what each command does is elsewhere. An answer goes out through `Answer`, so that
//! `--json` and the exit codes (0 done, 1 refused or failed, 2 wrong usage) are the same everywhere. A secret must
//! never be an argument: arguments are seen by everybody on the machine.

use std::io::Write as _;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};
use serde_json::{Value as Json, json};

use crate::settings::CONFIG_VARIABLE;

mod clients;
mod webhooks;

pub(crate) use clients::{ClientArguments, ClientCommand};
pub(crate) use webhooks::{AnnouncementStateWord, ReplayArguments, WebhookCommand};

/// Accounts and sign-in for a web service with apps.
#[derive(Debug, Parser)]
#[command(
    name = "genkan",
    version,
    propagate_version = true,
    arg_required_else_help = true,
    after_help = "New here? `genkan dev` starts everything with nothing to set up."
)]
pub(crate) struct Arguments {
    /// Print the result as JSON
    #[arg(long, global = true)]
    pub json: bool,
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Try it out: everything on this machine, with a mailbox, and nothing to set up
    Dev(DevArguments),
    /// Run the service
    Serve(ConfigFile),
    /// Make, check and explain the settings
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Make the key file, and keys that sign
    #[command(subcommand)]
    Keys(KeysCommand),
    /// Look after the database
    #[command(subcommand)]
    Db(DbCommand),
    /// Look after one member's account
    #[command(subcommand)]
    Account(AccountCommand),
    /// See what became of mails
    #[command(subcommand)]
    Mail(MailCommand),
    /// Add, see and change the sites and apps that may ask who somebody is
    #[command(subcommand)]
    Client(ClientCommand),
    /// See and repeat what the service was told of its accounts
    #[command(subcommand)]
    Webhook(WebhookCommand),
    /// Look for what is wrong with database, mail, keys and clock, and say what to do
    Doctor(DoctorArguments),
}

#[derive(Debug, Args)]
pub(crate) struct DoctorArguments {
    /// Look at this alone
    #[arg(value_enum, value_name = "PART")]
    pub part: Option<DoctorPart>,
    /// Ask this DNS server instead of the machine's: an IP address, perhaps with a port
    #[arg(long, value_name = "ADDRESS", value_parser = dns_server)]
    pub resolver: Option<SocketAddr>,
    /// IP address that mail leaves from, where it is not the mail server's; may be given several times
    #[arg(long, value_name = "ADDRESS")]
    pub sends_from: Vec<IpAddr>,
    #[command(flatten)]
    pub config: ConfigFile,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum DoctorPart {
    /// The mail server, and what receivers see of the sender's domain: SPF, DKIM, DMARC, PTR
    Mail,
}

#[derive(Debug, Args)]
pub(crate) struct DevArguments {
    /// Port to listen on [default: 7878, or the next free one]
    #[arg(long, value_parser = clap::value_parser!(u16).range(1..))]
    pub port: Option<u16>,
    /// Folder for its data
    #[arg(long, value_name = "DIR", default_value = "genkan-dev")]
    pub data: PathBuf,
    /// IP address to listen on; it must be this machine itself
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1", value_parser = loopback)]
    pub listen: IpAddr,
}

#[derive(Debug, Args)]
pub(crate) struct ConfigFile {
    /// File with the settings; without it, environment variables alone
    #[arg(long, value_name = "FILE", env = CONFIG_VARIABLE)]
    pub config: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ConfigCommand {
    /// Print a commented sample file
    New {
        /// Write it to this file instead, which must not exist
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// Find every mistake in the settings, also what is unsafe
    Check {
        /// File with the settings; without it, environment variables alone
        #[arg(long, value_name = "FILE", env = CONFIG_VARIABLE)]
        config: Option<PathBuf>,
    },
    /// Print the settings in effect and who set them (secrets are not shown)
    Show {
        /// File with the settings; without it, environment variables alone
        #[arg(long, value_name = "FILE", env = CONFIG_VARIABLE)]
        config: Option<PathBuf>,
    },
    /// Print a JSON Schema of the settings, for editors
    Schema {
        #[command(flatten)]
        form: SchemaForm,
    },
}

#[derive(Debug, Args)]
pub(crate) struct SchemaForm {
    /// Print the reference for people instead, in Markdown
    #[arg(long)]
    pub markdown: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum KeysCommand {
    /// Make a key file that only its owner can read
    New {
        /// File to write
        #[arg(long, value_name = "FILE", default_value = "genkan-keys.toml")]
        out: PathBuf,
        /// Add a new key to the file and keep the old ones, so that codes already mailed still work
        #[arg(long)]
        rotate: bool,
    },
    /// Make the two keys that sign mail, and print the DNS records and settings for them
    Dkim {
        /// Domain of the sender address
        #[arg(long, value_name = "DOMAIN")]
        domain: String,
        /// Beginning of the two selectors [default: year and month, such as 202611]
        #[arg(long, value_name = "NAME")]
        selector: Option<String>,
        /// Folder to write them to
        #[arg(long, value_name = "DIR", default_value = ".")]
        out: PathBuf,
    },
    /// See and change the keys by which the service signs, which otherwise change by themselves
    #[command(subcommand)]
    Signing(SigningCommand),
}

#[derive(Debug, Subcommand)]
pub(crate) enum SigningCommand {
    /// List them: what each does, and since when
    List(ConfigFile),
    /// Make new keys that sign from now on; what the old ones signed stays good
    Rotate {
        /// An old key leaked: nothing that any of them signed is believed any more
        #[arg(long)]
        revoke: bool,
        #[command(flatten)]
        config: ConfigFile,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum DbCommand {
    /// Bring the tables up to this version
    Migrate(ConfigFile),
    /// Tell which version the tables have
    Status(ConfigFile),
    /// Write a copy of the database to a file, while the service runs (SQLite)
    Backup {
        #[command(flatten)]
        config: ConfigFile,
        /// File to write, which must not exist
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// Put a backup in the place of the database, while the service is stopped, and end what was open (SQLite)
    Restore {
        #[command(flatten)]
        config: ConfigFile,
        /// The backup
        #[arg(long, value_name = "FILE")]
        from: PathBuf,
        /// Keep sessions, codes and flows as they were when the backup was made
        #[arg(long)]
        keep_open: bool,
    },
    /// End what was open, after the rows were restored by the server's own tools
    Restored(ConfigFile),
    /// Try whether a backup of now could be restored, and say how long it takes; nothing is changed (SQLite)
    Drill(ConfigFile),
}

#[derive(Debug, Subcommand)]
pub(crate) enum AccountCommand {
    /// Show an account: state, login methods, sessions, lock
    Show(AccountArguments),
    /// Lift a lock
    Unlock(AccountArguments),
    /// Refuse every sign-in and end every session, until resumed
    Suspend(AccountArguments),
    /// End a suspension
    Resume(AccountArguments),
    /// End every session
    Signout(AccountArguments),
    /// Print everything that is stored about a member, as JSON
    Export(AccountArguments),
    /// End an account at its member's wish: signed out at once, erased when the grace is over
    Withdraw(AccountArguments),
}

#[derive(Debug, Subcommand)]
pub(crate) enum MailCommand {
    /// List mails, the newest first: to whom, why, and what the mail server said last
    List {
        /// Those to this address
        #[arg(long, value_name = "ADDRESS")]
        to: Option<String>,
        /// Those in this state
        #[arg(long, value_enum)]
        state: Option<MailStateWord>,
        /// At most so many
        #[arg(long, value_name = "NUMBER", default_value = "50", value_parser = clap::value_parser!(u16).range(1..=1000))]
        limit: u16,
        #[command(flatten)]
        config: ConfigFile,
    },
    /// Read a report about a mail from standard input, as a mail server pipes it: who refused it, who complained
    Bounced {
        /// The address that it was delivered to, where the mail server tells it
        #[arg(long, value_name = "ADDRESS")]
        recipient: Option<String>,
        #[command(flatten)]
        config: ConfigFile,
    },
    /// Addresses that are written to with care, since they refused mail or their readers complained
    #[command(subcommand)]
    Suppressed(SuppressedCommand),
    /// Show one mail
    Show {
        /// Its id, as `list` prints it, or its Message-ID
        #[arg(value_name = "ID")]
        id: String,
        #[command(flatten)]
        config: ConfigFile,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum SuppressedCommand {
    /// List them, by address
    List {
        /// Those after this address
        #[arg(long, value_name = "ADDRESS", default_value = "")]
        after: String,
        /// At most so many
        #[arg(long, value_name = "NUMBER", default_value = "100", value_parser = clap::value_parser!(u16).range(1..=1000))]
        limit: u16,
        #[command(flatten)]
        config: ConfigFile,
    },
    /// Take an address off the list: mail goes to it again as to any other
    Lift {
        /// The address
        #[arg(value_name = "ADDRESS")]
        address: String,
        #[command(flatten)]
        config: ConfigFile,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum MailStateWord {
    /// To be sent
    Waiting,
    /// Taken by the mail server
    Sent,
    /// Refused, or tried for too long
    GivenUp,
    /// Useless before it could be sent: its code was over
    Dropped,
}

#[derive(Debug, Args)]
pub(crate) struct AccountArguments {
    /// Mail address or id of the account
    #[arg(value_name = "ADDRESS-OR-ID")]
    pub account: String,
    /// Why; kept with the account's activity
    #[arg(long, value_name = "TEXT")]
    pub reason: Option<String>,
    /// Who does it, for the log [default: $SUDO_USER, or else $USER]
    #[arg(long, value_name = "NAME")]
    pub by: Option<String>,
    #[command(flatten)]
    pub config: ConfigFile,
}

impl Arguments {
    /// The form in which results are wanted.
    pub(crate) fn output(&self) -> Output {
        if self.json { Output::Json } else { Output::Text }
    }
}

/// For whom an answer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Output {
    /// People.
    Text,
    /// Programs (`--json`): one object with `ok`, on standard output, also for refusals.
    Json,
}

/// What a command has to say, and how it ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Answer {
    /// For standard output.
    pub result: String,
    /// For standard error.
    pub complaint: String,
    pub code: u8,
}

impl Answer {
    /// It worked: a text for people, or the fields of an object.
    pub(crate) fn done(output: Output, text: &str, fields: &Json) -> Self {
        let result = match output {
            Output::Text => format!("{text}\n"),
            Output::Json => object(true, text, fields),
        };
        Self { result, complaint: String::new(), code: 0 }
    }

    /// It was refused or failed.
    pub(crate) fn refused(output: Output, text: &str, fields: &Json) -> Self {
        let (result, complaint) = match output {
            Output::Text => (String::new(), format!("{text}\n")),
            Output::Json => (object(false, text, fields), String::new()),
        };
        Self { result, complaint, code: 1 }
    }

    /// It worked, and the result is a document whatever the form.
    pub(crate) fn plain(result: String) -> Self {
        Self { result, complaint: String::new(), code: 0 }
    }

    /// Writes it out. A closed pipe is not an error (`genkan config new | head`).
    pub(crate) fn print(&self) -> ExitCode {
        let written = std::io::stdout().write_all(self.result.as_bytes());
        let complained = std::io::stderr().write_all(self.complaint.as_bytes());
        for outcome in [written, complained] {
            if outcome.is_err_and(|error| error.kind() != std::io::ErrorKind::BrokenPipe) {
                return ExitCode::from(1);
            }
        }
        ExitCode::from(self.code)
    }
}

fn object(ok: bool, text: &str, fields: &Json) -> String {
    let mut object = json!({ "ok": ok });
    if let (Some(object), Some(fields)) = (object.as_object_mut(), fields.as_object()) {
        if !ok {
            object.insert("error".to_owned(), json!(text));
        }
        object.extend(fields.clone());
    }
    format!("{object:#}\n")
}

/// DNS servers listen at port 53.
fn dns_server(text: &str) -> Result<SocketAddr, String> {
    let with_port = || text.parse::<SocketAddr>();
    text.parse::<IpAddr>().map(|ip| SocketAddr::new(ip, 53)).or_else(|_| with_port()).map_err(|_| {
        "must be an IP address such as 1.1.1.1, or with a port such as 127.0.0.1:5353".to_owned()
    })
}

/// Development mode has no secrets of its own and must not be reachable from outside.
fn loopback(text: &str) -> Result<IpAddr, String> {
    match text.parse::<IpAddr>() {
        Ok(address) if address.is_loopback() => Ok(address),
        Ok(_) => {
            Err("development mode can only listen on this machine itself (127.0.0.1 or ::1)".to_owned())
        }
        Err(_) => Err("not an IP address".to_owned()),
    }
}

#[cfg(test)]
mod tests;
