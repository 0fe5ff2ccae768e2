//! reader-app: an app of the service's own, on the command line. It signs its members in without a browser, stays signed in, and
//! leaves nothing behind when they sign out (docs/apps.md).
//!
//! `house` is the way to genkan and what its answers mean, `kept` what stays on this machine, `talk` what is asked and said.
//! `way` is the heart: it does what the answers say can be done next, and knows no order of steps of its own.

mod house;
mod kept;
mod talk;
mod way;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use house::House;
use kept::Kept;
use talk::Talk;
use way::Wish;

/// An app of the service's own.
#[derive(Parser)]
#[command(name = "reader-app", version)]
struct Arguments {
    /// Where genkan is.
    #[arg(long, global = true, default_value = "http://localhost:7878")]
    server: String,
    /// Where the tokens are kept; else in the folder for such things.
    #[arg(long, global = true)]
    file: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Register with an e-mail address.
    Signup,
    /// Sign in with address and password.
    Signin,
    /// Set a new password with the code from a mail, and be signed in.
    Reset,
    /// Say who is signed in.
    Whoami {
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
    /// Change the tokens for new ones; other commands do so by themselves.
    Refresh,
    /// Give the tokens back.
    Signout,
}

/// What went wrong, in words for whoever sits there.
pub(crate) type Outcome<T> = Result<T, String>;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let mut talk = Talk::begin();
    match run(arguments, &mut talk).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            talk.complain(&why);
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Arguments, talk: &mut Talk) -> Outcome<()> {
    let house = House::at(&arguments.server, talk.language)?;
    let mut kept = Kept::open(arguments.file)?;
    match arguments.command {
        Command::Signup => way::walk(&house, &mut kept, talk, Wish::Signup).await,
        Command::Signin => way::walk(&house, &mut kept, talk, Wish::Signin).await,
        Command::Reset => way::walk(&house, &mut kept, talk, Wish::Reset).await,
        Command::Whoami { json } => {
            let who = house.who(&mut kept, talk).await?;
            talk.introduce(&who, json);
            Ok(())
        }
        Command::Refresh => {
            house.refresh(&mut kept, talk).await?;
            talk.say("トークンを更新しました。", "The tokens are new.");
            Ok(())
        }
        Command::Signout => {
            house.sign_out(&mut kept).await?;
            talk.say("ログアウトしました。", "Signed out.");
            Ok(())
        }
    }
}
