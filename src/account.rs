//! `genkan account …`: what the support desk and operators may do to one account.
//!
//! Every change goes through the rules and leaves a line in the account's activity with the operator named.
//! Nobody here can read or choose a password, or read a code.

use std::process::ExitCode;

use accounts::rules::session;
use accounts::{Account, AccountId, Email, GuessLimit, Line, Locale, Outcome, Reason, Scope};
use engine::{Clock, Desk, Operation};
use serde_json::{Value, json};
use store::Role;

use crate::command::{AccountArguments, AccountCommand, Answer, Output};
use crate::house::{self, Trouble};
use crate::settings::{Settings, process_environment};
use crate::times::rfc3339;

/// Carries out an account command.
pub(crate) fn run(command: &AccountCommand, output: Output) -> ExitCode {
    let work = async {
        match carry_out(command, output).await {
            Ok(answer) => answer,
            Err(trouble) => Answer::refused(output, &trouble, &json!({ "code": "failed" })),
        }
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    match runtime {
        Ok(runtime) => runtime.block_on(work).print(),
        Err(fault) => Answer::refused(output, &fault.to_string(), &json!({})).print(),
    }
}

async fn carry_out(command: &AccountCommand, output: Output) -> Result<Answer, Trouble> {
    let arguments = arguments_of(command);
    let settings = load(arguments)?;
    let clock = Clock::system();
    let database = house::open_database(&settings, Role::Command, &clock).await?;
    let desk = house::desk(&settings, database.clone(), &clock);
    let answer = with_desk(command, &desk, output).await;
    database.close().await;
    answer
}

fn arguments_of(command: &AccountCommand) -> &AccountArguments {
    match command {
        AccountCommand::Show(arguments)
        | AccountCommand::Unlock(arguments)
        | AccountCommand::Suspend(arguments)
        | AccountCommand::Resume(arguments)
        | AccountCommand::Signout(arguments) => arguments,
    }
}

fn load(arguments: &AccountArguments) -> Result<Settings, Trouble> {
    process_environment()
        .and_then(|env| Settings::load(arguments.config.config.as_deref(), &env))
        .map_err(|problems| problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))
}

/// An account, an address that nobody has registered, or both.
struct Named {
    account: Option<AccountId>,
    address: Option<Email>,
}

async fn with_desk(command: &AccountCommand, desk: &Desk, output: Output) -> Result<Answer, Trouble> {
    let arguments = arguments_of(command);
    let named = find(desk, &arguments.account).await?;
    let reason = Line::clean(arguments.reason.as_deref().unwrap_or_default(), 200);
    let absent = || "There is no such account.".to_owned();
    let account = || named.account.ok_or_else(absent);
    let (operation, done) = match command {
        AccountCommand::Show(_) => return show(desk, &named, output).await,
        AccountCommand::Unlock(_) => {
            let address = named.address.clone().ok_or("This account has no address to unlock.")?;
            (Operation::Unlock(address), "Unlocked: passwords are taken again.")
        }
        AccountCommand::Suspend(_) if reason.is_empty() => {
            return Err("Say why with --reason; it is kept with the account.".to_owned());
        }
        AccountCommand::Suspend(_) => (
            Operation::Suspend(account()?, reason),
            "Suspended: every sign-in is refused and every session has ended.",
        ),
        AccountCommand::Resume(_) => (Operation::Resume(account()?), "Resumed."),
        AccountCommand::Signout(_) => (Operation::SignOut(account()?), "Every session has ended."),
    };
    let outcome = desk.operate(operation, "genkan account").await.map_err(|f| f.to_string())?;
    match outcome {
        Outcome::Done => Ok(Answer::done(output, done, &json!({ "done": true }))),
        Outcome::Refused(Reason::NotFound) => Err(absent()),
        other => Err(format!("This could not be carried out: {other:?}")),
    }
}

/// Reads an address or an id.
async fn find(desk: &Desk, text: &str) -> Result<Named, Trouble> {
    if let Ok(id) = uuid::Uuid::try_parse(text) {
        let id = AccountId(*id.as_bytes());
        let scope = Scope { account: Some(id), ..Scope::default() };
        let (snapshot, _) = desk.store().load(&scope).await.map_err(|f| f.to_string())?;
        let account = snapshot.account.ok_or("There is no account with this id.")?;
        let address = account.email.map(|method| method.email);
        return Ok(Named { account: Some(id), address });
    }
    let email = Email::parse(text)
        .ok_or_else(|| format!("“{text}” is neither a mail address nor an account's id."))?;
    let account = desk.store().account_by_address(&email).await.map_err(|f| f.to_string())?;
    Ok(Named { account, address: Some(email) })
}

async fn show(desk: &Desk, named: &Named, output: Output) -> Result<Answer, Trouble> {
    let scope = Scope { account: named.account, address: named.address.clone(), ..Scope::default() };
    let (snapshot, now) = desk.store().load(&scope).await.map_err(|f| f.to_string())?;
    let (guesses, cooling) = match snapshot.address {
        Some(address) => (address.guesses, address.cooling_until.filter(|until| now < *until)),
        None => (GuessLimit::default(), None),
    };
    let Some(account) = snapshot.account else {
        let text = format!("Nobody has registered this address.\n{}", lock_text(&guesses));
        let fields = json!({ "account": Value::Null, "lock": lock_json(&guesses) });
        return Ok(Answer::done(output, &text, &fields));
    };
    let policy = desk.policy();
    let live = account.sessions.iter().filter(|s| session::is_live(s, now, policy)).count();
    let fields = json!({
        "account": account_json(&account, live),
        "lock": lock_json(&guesses),
        "reset": { "new_code_from": cooling.map(rfc3339) },
    });
    let text = account_text(&account, live, &guesses);
    let reset = cooling
        .map(|until| format!("\nReset     a code was entered; a new one from {}", rfc3339(until)));
    Ok(Answer::done(output, &format!("{text}{}", reset.unwrap_or_default()), &fields))
}

fn account_text(account: &Account, live: usize, guesses: &GuessLimit) -> String {
    let address = account.contact_address().map_or("none", Email::as_stored);
    let state = account.suspended.as_ref().map_or("active".to_owned(), |suspension| {
        let (at, why) = (rfc3339(suspension.at), suspension.reason.as_str());
        format!("suspended since {at} ({why})")
    });
    let (id, since) = (uuid::Uuid::from_bytes(account.id.0), rfc3339(account.created_at));
    format!(
        "Account   {id}\nAddress   {address}\nSince     {since}\nState     {state}\n\
         Password  {}\nSessions  {live}\nDevices   {}\n{}",
        password_text(account),
        account.devices.len(),
        lock_text(guesses)
    )
}

/// Whether a password lets in; one that was reset, reported or undone is void until a new one is set.
fn password_text(account: &Account) -> String {
    match (account.password(), account.email.as_ref()) {
        (Some(password), _) => format!("set {}", rfc3339(password.set_at)),
        (None, Some(_)) => "void: a new one has to be set through the reset".to_owned(),
        (None, None) => "none".to_owned(),
    }
}

fn lock_text(guesses: &GuessLimit) -> String {
    match guesses.locked_at {
        Some(at) => {
            format!("Lock      locked since {} ({} wrong passwords)", rfc3339(at), guesses.wrong)
        }
        None => format!("Lock      none ({} wrong passwords)", guesses.wrong),
    }
}

fn account_json(account: &Account, live: usize) -> Value {
    json!({
        "id": uuid::Uuid::from_bytes(account.id.0).to_string(),
        "contact": account.contact_address().map(Email::as_stored),
        "display_name": account.display_name.as_str(),
        "locale": match account.locale { Locale::Ja => "ja", Locale::En => "en" },
        "created_at": rfc3339(account.created_at),
        "suspended_at": account.suspended.as_ref().map(|s| rfc3339(s.at)),
        "suspended_reason": account.suspended.as_ref().map(|s| s.reason.as_str()),
        "login_methods": account.email.iter().map(|_| "email").collect::<Vec<_>>(),
        "password_set_at": account.password().map(|password| rfc3339(password.set_at)),
        "sessions": live,
        "known_devices": account.devices.len(),
    })
}

fn lock_json(guesses: &GuessLimit) -> Value {
    json!({
        "locked_at": guesses.locked_at.map(rfc3339),
        "wrong_passwords": guesses.wrong,
        "guesses_in_flight": guesses.tickets.len(),
    })
}
