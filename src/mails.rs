//! `genkan mail …`: what became of mails, for whoever is asked "where is my code?".
//!
//! `list` and `show` only look; `bounced` and `suppressed` are beside this file. What must never happen: a code or
//! number on the screen. None is in the outbox; but a relay may quote a mail that it refuses, so digits enough for one
//! are covered in its words.

mod bounced;
mod suppressed;

use std::process::ExitCode;

use accounts::Email;
use engine::{Clock, mail_id};
use serde_json::{Value, json};
use store::{KeptMail, MailId, MailState, Role, Store};

use crate::carried_out::settings;
use crate::command::{Answer, MailCommand, MailStateWord, Output, SuppressedCommand};
use crate::house::{self, Trouble};
use crate::times::rfc3339;

/// Digits of the shortest code (R-CODE).
const FEWEST_DIGITS: usize = 12;

/// Carries out a mail command.
pub(crate) fn run(command: &MailCommand, output: Output) -> ExitCode {
    let work = async {
        match carry_out(command, output).await {
            Ok(answer) => answer,
            Err(trouble) if matches!(command, MailCommand::Bounced { .. }) => {
                bounced::later(output, &trouble)
            }
            Err(trouble) => Answer::refused(output, &trouble, &json!({ "code": "failed" })),
        }
    };
    match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime.block_on(work).print(),
        Err(fault) => Answer::refused(output, &fault.to_string(), &json!({})).print(),
    }
}

async fn carry_out(command: &MailCommand, output: Output) -> Result<Answer, Trouble> {
    let (MailCommand::List { config, .. }
    | MailCommand::Show { config, .. }
    | MailCommand::Suppressed(
        SuppressedCommand::List { config, .. } | SuppressedCommand::Lift { config, .. },
    )
    | MailCommand::Bounced { config, .. }) = command;
    let settings = settings(config)?;
    let database = house::open_database(&settings, Role::Command, &Clock::system()).await?;
    let store = Store::new(database.clone());
    let answer = match command {
        MailCommand::List { to, state, limit, .. } => {
            list(&store, to.as_deref(), *state, (*limit, output)).await
        }
        MailCommand::Show { id, .. } => show(&store, id, output).await,
        MailCommand::Suppressed(command) => suppressed::run(&store, command, output).await,
        MailCommand::Bounced { recipient, .. } => {
            let returns = house::returns(&settings, database.clone(), &Clock::system());
            bounced::run(returns, recipient.as_deref(), output).await
        }
    };
    database.close().await;
    answer
}

async fn list(
    store: &Store,
    to: Option<&str>,
    state: Option<MailStateWord>,
    (limit, output): (u16, Output),
) -> Result<Answer, Trouble> {
    let read = |text: &str| Email::parse(text).ok_or_else(|| format!("“{text}” is no mail address."));
    let to = to.map(read).transpose()?;
    let states = state.map_or(MailState::ALL.to_vec(), |word| vec![state_of(word)]);
    let mut mails = Vec::new();
    for state in states {
        let found = store.mails(state, to.as_ref(), i64::from(limit)).await;
        mails.extend(found.map_err(|fault| fault.to_string())?);
    }
    mails.sort_by_key(|mail| std::cmp::Reverse((mail.written_at, mail.id)));
    mails.truncate(usize::from(limit));
    let lines = mails.iter().map(text_of).collect::<Vec<_>>().join("\n");
    let text = if lines.is_empty() { "There is no such mail.".to_owned() } else { lines };
    let fields = json!({ "mails": mails.iter().map(json_of).collect::<Vec<_>>() });
    Ok(Answer::done(output, &text, &fields))
}

async fn show(store: &Store, text: &str, output: Output) -> Result<Answer, Trouble> {
    let id = mail_id(text)
        .ok_or_else(|| format!("“{text}” is no id of a mail, as `genkan mail list` prints it."))?;
    let found = store.mail(id).await.map_err(|fault| fault.to_string())?;
    let mail = found.ok_or("There is no such mail; sent ones are kept for 30 days, others for 90.")?;
    Ok(Answer::done(output, &text_of(&mail), &json!({ "mail": json_of(&mail) })))
}

fn state_of(word: MailStateWord) -> MailState {
    match word {
        MailStateWord::Waiting => MailState::Waiting,
        MailStateWord::Sent => MailState::Sent,
        MailStateWord::GivenUp => MailState::GivenUp,
        MailStateWord::Dropped => MailState::Dropped,
    }
}

/// The left part of its Message-ID.
fn id_text(id: MailId) -> String {
    format!("{}.{}", uuid::Uuid::from_bytes(id.decision.0).simple(), id.n)
}

fn text_of(mail: &KeptMail) -> String {
    let tries = match mail.tries {
        1 => "1 try".to_owned(),
        tries => format!("{tries} tries"),
    };
    let (at, written) = (rfc3339(mail.due_at), rfc3339(mail.written_at));
    let state = match mail.state {
        MailState::Waiting if mail.on_its_way => {
            format!("on its way; again at {at} if nothing comes of it")
        }
        MailState::Waiting => format!("waiting, due {at}"),
        MailState::Sent => format!("sent {at}"),
        MailState::GivenUp => format!("given up {at}"),
        MailState::Dropped if mail.reply.is_some() => format!("dropped {at}"),
        MailState::Dropped => format!("dropped {at}, useless by then"),
    };
    let (id, kind, to) = (id_text(mail.id), mail.kind.name(), mail.to.as_stored());
    let mut text = format!("{id}  {kind} to {to}\n    written {written}, {tries}, {state}");
    if let Some(reply) = &mail.reply {
        text.push_str(&format!("\n    {}", covered(reply)));
    }
    if let Some((report, at, words)) = &mail.report {
        let (report, at, words) = (report.word(), rfc3339(*at), covered(words));
        text.push_str(&format!("\n    {report} {at}: {words}"));
    }
    text
}

fn json_of(mail: &KeptMail) -> Value {
    let waits = mail.state == MailState::Waiting;
    let at = rfc3339(mail.due_at);
    json!({
        "id": id_text(mail.id),
        "kind": mail.kind.name(),
        "to": mail.to.as_stored(),
        "locale": mail.locale.tag(),
        "account": mail.account.map(|id| uuid::Uuid::from_bytes(id.0).to_string()),
        "state": mail.state.word(),
        "written_at": rfc3339(mail.written_at),
        "tries": mail.tries,
        "on_its_way": waits && mail.on_its_way,
        "due_at": waits.then_some(&at),
        "ended_at": (!waits).then_some(&at),
        "useless_at": mail.useless_at.map(rfc3339),
        "reply": mail.reply.as_deref().map(covered),
        "report": mail.report.as_ref().map(|(report, ..)| report.word()),
        "reported_at": mail.report.as_ref().map(|(_, at, _)| rfc3339(*at)),
        "report_words": mail.report.as_ref().map(|(.., words)| covered(words)),
    })
}

/// The words of a relay on one line, with every run of digits that could be a code covered: groups are told apart by at
/// most one blank or hyphen, as they are printed in mails.
fn covered(reply: &str) -> String {
    let letters: Vec<char> = reply.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let mut text = String::new();
    let mut rest = letters.as_slice();
    while let Some(first) = rest.first() {
        let run = run_of_digits(rest);
        let (taken, after) = rest.split_at(run.max(1));
        let digits = taken.iter().filter(|c| c.is_numeric()).count();
        if run == 0 {
            text.push(*first);
        } else if digits >= FEWEST_DIGITS {
            text.push('…');
        } else {
            text.extend(taken);
        }
        rest = after;
    }
    text
}

/// How many letters from here on are digits, or one blank or hyphen between two of them.
fn run_of_digits(letters: &[char]) -> usize {
    let mut end = 0;
    let mut at = 0;
    while let Some(letter) = letters.get(at) {
        if letter.is_numeric() {
            at += 1;
            end = at;
        } else if matches!(letter, ' ' | '-' | '\u{a0}' | '\u{3000}') && at == end && end > 0 {
            at += 1;
        } else {
            break;
        }
    }
    end
}

#[cfg(test)]
mod tests {
    use accounts::DecisionId;

    use super::*;

    #[test]
    fn what_could_be_a_code_is_covered_in_the_words_of_a_relay() {
        for (reply, shown) in [
            ("550 5.7.1 spam: code 1234 5678 9012 in text", "550 5.7.1 spam: code … in text"),
            ("123456789012", "…"),
            ("1234-5678-9012-3456!", "…!"),
            ("１２３４ ５６７８ ９０１２", "…"),
            ("250 2.0.0 Ok: queued as 4F1B2C 1234 5678", "250 2.0.0 Ok: queued as 4F1B2C 1234 5678"),
            ("451 4.3.0 try\r\nlater", "451 4.3.0 try  later"),
            ("", ""),
        ] {
            assert_eq!(covered(reply), shown);
        }
    }

    #[test]
    fn an_id_is_found_in_every_spelling() {
        let id = MailId { decision: DecisionId([7; 16]), n: 2 };
        let text = id_text(id);
        for spelt in
            [text.clone(), format!("<{text}@mail.example.com>"), format!(" {text}@example.com")]
        {
            assert_eq!(mail_id(&spelt), Some(id), "{spelt}");
        }
        for wrong in
            ["", "1", "x.1", "07070707070707070707070707070707", "07070707070707070707070707070707.x"]
        {
            assert_eq!(mail_id(wrong), None, "{wrong}");
        }
    }
}
