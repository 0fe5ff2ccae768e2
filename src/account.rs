//! `genkan account …`: what the support desk and operators may do to one account.
//!
//! Every change goes through the rules and leaves a line in the account's activity with the operator named.
//! Nobody here can read or choose a password, or read a code.

pub(crate) mod audit;

use std::process::ExitCode;

use accounts::rules::session;
use accounts::{
    Account, AccountId, Addressed, Backup, Email, GuessLimit, Line, Locale, Millis, Outcome, Passkey,
    Reason, Scope,
};
use engine::{Clock, Desk, Operation, authenticator_of};
use serde_json::{Value, json};
use store::Role;

use crate::carried_out::carried_out;
use crate::command::{AccountArguments, AccountCommand, Answer, Output};
use crate::house::{self, Trouble};
use crate::settings::{Settings, process_environment};
use crate::times::rfc3339;

/// Carries out an account command.
pub(crate) fn run(command: &AccountCommand, output: Output) -> ExitCode {
    carried_out(output, carry_out(command, output)).print()
}

async fn carry_out(command: &AccountCommand, output: Output) -> Result<Answer, Trouble> {
    let arguments = arguments_of(command);
    let settings = load(arguments)?;
    let clock = Clock::system();
    let database = house::open_database(&settings, Role::Command, &clock).await?;
    let desk = house::desk(&settings, database.clone(), &clock);
    let clients = house::clients(&settings, desk.store()).await?;
    let desk = desk.with_clients(clients);
    let answer = with_desk(command, &desk, output).await;
    database.close().await;
    if let (Some(word), Ok((_, account))) = (word_of(command), &answer) {
        let by = audit::operator(arguments.by.as_deref(), |name| std::env::var(name).ok());
        let at = rfc3339(clock.now());
        let id = account.map(id_text);
        let line = audit::line(&at, &by, (word, id.as_deref()), "done", &reason_of(arguments));
        audit::write(&line);
    }
    answer.map(|(answer, _)| answer)
}

/// The word of a command that does something, as the service's own lines have it. Looking is nothing that is done.
fn word_of(command: &AccountCommand) -> Option<&'static str> {
    match command {
        AccountCommand::Show(_) => None,
        AccountCommand::Unlock(_) => Some("unlock"),
        AccountCommand::Suspend(_) => Some("suspend"),
        AccountCommand::Resume(_) => Some("resume"),
        AccountCommand::Signout(_) => Some("sign-out-everywhere"),
        AccountCommand::Export(_) => Some("export"),
        AccountCommand::Withdraw(_) => Some("withdraw-for"),
    }
}

fn reason_of(arguments: &AccountArguments) -> Line {
    Line::clean(arguments.reason.as_deref().unwrap_or_default(), 200)
}

/// The answer, and the account that it is about.
type Done = (Answer, Option<AccountId>);

fn arguments_of(command: &AccountCommand) -> &AccountArguments {
    match command {
        AccountCommand::Show(arguments)
        | AccountCommand::Unlock(arguments)
        | AccountCommand::Suspend(arguments)
        | AccountCommand::Resume(arguments)
        | AccountCommand::Signout(arguments)
        | AccountCommand::Export(arguments)
        | AccountCommand::Withdraw(arguments) => arguments,
    }
}

fn load(arguments: &AccountArguments) -> Result<Settings, Trouble> {
    process_environment()
        .and_then(|env| Settings::load(arguments.config.config.as_deref(), &env))
        .map_err(|problems| problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))
}

/// The account that is meant, an address that nobody has, or both.
struct Named {
    accounts: Vec<AccountId>,
    address: Option<Email>,
}

impl Named {
    /// The one account; `None` where nobody has the address.
    ///
    /// # Errors
    /// An address that several accounts have: which one is meant must be said by its id.
    fn account(&self) -> Result<Option<AccountId>, Trouble> {
        match self.accounts.as_slice() {
            [] => Ok(None),
            [one] => Ok(Some(*one)),
            several => {
                let ids: Vec<String> = several.iter().map(|id| id_text(*id)).collect();
                Err(format!(
                    "Several accounts have this address; name one by its id: {}.",
                    ids.join(", ")
                ))
            }
        }
    }
}

fn id_text(id: AccountId) -> String {
    uuid::Uuid::from_bytes(id.0).to_string()
}

async fn with_desk(command: &AccountCommand, desk: &Desk, output: Output) -> Result<Done, Trouble> {
    let arguments = arguments_of(command);
    let named = find(desk, &arguments.account).await?;
    let reason = reason_of(arguments);
    let absent = || "There is no such account.".to_owned();
    let account = || named.account()?.ok_or_else(absent);
    let (operation, done) = match command {
        AccountCommand::Show(_) => return Ok((show(desk, &named, output).await?, None)),
        AccountCommand::Export(_) => {
            let account = account()?;
            let noted = desk.operate(Operation::NoteExport(account), "genkan account").await;
            noted.map_err(|f| f.to_string())?;
            return Ok((export(desk, account).await?, Some(account)));
        }
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
        AccountCommand::Withdraw(_) => (
            Operation::Withdraw(account()?),
            "Withdrawn: nobody can sign in, and every session has ended.",
        ),
    };
    let outcome = desk.operate(operation, "genkan account").await.map_err(|f| f.to_string())?;
    let about = named.accounts.first().copied().filter(|_| named.accounts.len() == 1);
    let answer = match outcome {
        Outcome::Done => Ok(Answer::done(output, done, &json!({ "done": true }))),
        Outcome::Withdrawn { until } => {
            let until = rfc3339(until);
            let then = if desk.policy().withdraw_grace == Millis(0) {
                "Everything is erased.".to_owned()
            } else {
                format!("Everything is erased at {until}; a number in a mail undoes it until then.")
            };
            let text = format!("{done}\n{then}");
            Ok(Answer::done(output, &text, &json!({ "done": true, "erased_from": until })))
        }
        Outcome::Refused(Reason::NotFound) => Err(absent()),
        other => Err(format!("This could not be carried out: {other:?}")),
    };
    answer.map(|answer| (answer, about))
}

/// Reads an address or an id.
async fn find(desk: &Desk, text: &str) -> Result<Named, Trouble> {
    if let Ok(id) = uuid::Uuid::try_parse(text) {
        let id = AccountId(*id.as_bytes());
        let scope = Scope { account: Some(id), ..Scope::default() };
        let (snapshot, _) = desk.store().load(&scope).await.map_err(|f| f.to_string())?;
        let account = snapshot.account.ok_or("There is no account with this id.")?;
        let address = account.email.map(|method| method.email);
        return Ok(Named { accounts: vec![id], address });
    }
    let email = Email::parse(text)
        .ok_or_else(|| format!("“{text}” is neither a mail address nor an account's id."))?;
    let accounts = desk.store().accounts_by_address(&email).await.map_err(|f| f.to_string())?;
    Ok(Named { accounts, address: Some(email) })
}

/// What the member can have as a file, for those who ask the operator for it; it tells of itself.
async fn export(desk: &Desk, id: AccountId) -> Result<Answer, Trouble> {
    let record = desk.record(id).await.map_err(|f| f.to_string())?;
    let record = record.ok_or("There is no such account.")?;
    let text = serde_json::to_string_pretty(&web::Export::of(&record)).map_err(|f| f.to_string())?;
    Ok(Answer::plain(format!("{text}\n")))
}

async fn show(desk: &Desk, named: &Named, output: Output) -> Result<Answer, Trouble> {
    let scope = Scope { account: named.account()?, address: named.address.clone(), ..Scope::default() };
    let (snapshot, now) = desk.store().load(&scope).await.map_err(|f| f.to_string())?;
    let (guesses, cooling) = match snapshot.address {
        Some(address) => (address.guesses, address.cooling_until.filter(|until| now < *until)),
        None => (GuessLimit::default(), None),
    };
    let Some(account) = snapshot.account else {
        let text = format!("Nobody has this address.\n{}", lock_text(&guesses));
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
    let contact = account.contact_address().map_or("none", Email::as_stored);
    let (id, since) = (id_text(account.id), rfc3339(account.created_at));
    let methods = method_lines(account).join("\n          ");
    format!(
        "Account   {id}\nContact   {contact}\nSince     {since}\nState     {}\n\
         Methods   {methods}\nSessions  {live}\nDevices   {}\n{}",
        state_text(account),
        account.devices.len(),
        lock_text(guesses)
    )
}

fn state_text(account: &Account) -> String {
    let suspended = account.suspended.as_ref().map(|suspension| {
        let (at, why) = (rfc3339(suspension.at), suspension.reason.as_str());
        format!("suspended since {at} ({why})")
    });
    let withdrawn = account.withdrawn.as_ref().map(|withdrawal| {
        format!("withdrawn {}, erased at {}", rfc3339(withdrawal.at), rfc3339(withdrawal.until))
    });
    let lost = account.lost.as_ref().map(|lost| {
        let (address, from) = (lost.email.as_stored(), rfc3339(lost.from));
        format!("a provider cannot be used; a code to {address} sets a password from {from}")
    });
    let told: Vec<String> = [suspended, withdrawn, lost].into_iter().flatten().collect();
    if told.is_empty() { "active".to_owned() } else { told.join("; ") }
}

/// A line for each login method; of a withdrawn account there are none.
fn method_lines(account: &Account) -> Vec<String> {
    let mark = |method: Addressed| if account.contact == method { ", contact" } else { "" };
    let email = account.email.iter().map(|method| {
        let (address, since) = (method.email.as_stored(), rfc3339(method.added.at));
        let password = password_text(account);
        let away = method.unreachable_at;
        let away = away.map(|at| format!(", mail does not arrive since {}", rfc3339(at)));
        let (contact, away) = (mark(Addressed::Email), away.unwrap_or_default());
        format!("email {address} since {since}{contact}{away}, password {password}")
    });
    let linked = account.links.iter().map(|link| {
        let address = link.address.as_ref().map_or("without an address", |a| a.email.as_stored());
        let away = link.address.as_ref().and_then(|address| address.unreachable_at);
        let away = away.map(|at| format!(", mail does not arrive since {}", rfc3339(at)));
        let held = link.held_at.map(|at| format!(", closed by the provider since {}", rfc3339(at)));
        let (name, since) = (link.provider.as_str().to_owned(), rfc3339(link.added.at));
        let contact = mark(Addressed::Provider(link.provider));
        let (away, held) = (away.unwrap_or_default(), held.unwrap_or_default());
        format!("{name} {address} since {since}{contact}{away}{held}")
    });
    let lines: Vec<String> =
        email.chain(linked).chain(account.passkeys.iter().map(passkey_line)).collect();
    if lines.is_empty() { vec!["none".to_owned()] } else { lines }
}

/// Never the credential id or the key: an operator needs neither.
fn passkey_line(passkey: &Passkey) -> String {
    let (name, since) = (passkey.name.as_str(), rfc3339(passkey.added.at));
    let made = authenticator_of(passkey).unwrap_or("an unknown authenticator");
    let kept = match passkey.backup {
        Backup::Single => "on one device",
        Backup::Eligible => "not synced yet",
        Backup::BackedUp => "synced",
    };
    let used = passkey.used_at.map_or("never used".to_owned(), |at| format!("used {}", rfc3339(at)));
    let id = passkey_id(passkey);
    format!("passkey “{name}” since {since}, {made}, {kept}, {used}, id {id}")
}

fn passkey_id(passkey: &Passkey) -> String {
    uuid::Uuid::from_bytes(passkey.id.0).to_string()
}

/// Whether a password lets in; one that was reset, reported or undone is void until a new one is set.
fn password_text(account: &Account) -> String {
    match account.password() {
        Some(password) => format!("set {}", rfc3339(password.set_at)),
        None => "void: a new one has to be set through the reset".to_owned(),
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
        "id": id_text(account.id),
        "contact": account.contact_address().map(Email::as_stored),
        "display_name": account.display_name.as_str(),
        "locale": match account.locale { Locale::Ja => "ja", Locale::En => "en" },
        "created_at": rfc3339(account.created_at),
        "suspended_at": account.suspended.as_ref().map(|s| rfc3339(s.at)),
        "suspended_reason": account.suspended.as_ref().map(|s| s.reason.as_str()),
        "withdrawn_at": account.withdrawn.as_ref().map(|w| rfc3339(w.at)),
        "erased_from": account.withdrawn.as_ref().map(|w| rfc3339(w.until)),
        "login_methods": methods_json(account),
        "password_set_at": account.password().map(|password| rfc3339(password.set_at)),
        "sessions": live,
        "known_devices": account.devices.len(),
    })
}

fn methods_json(account: &Account) -> Vec<Value> {
    let email = account.email.iter().map(|method| {
        json!({
            "method": "email",
            "address": method.email.as_stored(),
            "contact": account.contact == Addressed::Email,
            "added_at": rfc3339(method.added.at),
            "unreachable_at": method.unreachable_at.map(rfc3339),
        })
    });
    let linked = account.links.iter().map(|link| {
        let address = link.address.as_ref();
        json!({
            "method": link.provider.as_str(),
            "address": address.map(|address| address.email.as_stored()),
            "contact": account.contact == Addressed::Provider(link.provider),
            "added_at": rfc3339(link.added.at),
            "unreachable_at": address.and_then(|address| address.unreachable_at).map(rfc3339),
            "held_at": link.held_at.map(rfc3339),
        })
    });
    let passkeys = account.passkeys.iter().map(|passkey| {
        json!({
            "method": "passkey",
            "id": passkey_id(passkey),
            "name": passkey.name.as_str(),
            "authenticator": authenticator_of(passkey),
            "synced": passkey.backup == Backup::BackedUp,
            "added_at": rfc3339(passkey.added.at),
            "used_at": passkey.used_at.map(rfc3339),
        })
    });
    email.chain(linked).chain(passkeys).collect()
}

fn lock_json(guesses: &GuessLimit) -> Value {
    json!({
        "locked_at": guesses.locked_at.map(rfc3339),
        "wrong_passwords": guesses.wrong,
        "guesses_in_flight": guesses.tickets.len(),
    })
}

#[cfg(test)]
mod tests;
