//! `genkan webhook …`: what endpoints were told, once more where somebody wants it, and whether an endpoint hears at all.
//!
//! `list` and `show` only look. `replay` puts what has ended behind what waits; the service sends it. `test` sends from here, so
//! it also says whether this machine reaches the endpoint. Whatever is done leaves a line in the log. What must never happen: a
//! secret on the screen.

use std::process::ExitCode;

use accounts::{AccountId, Instant, Line, client_of};
use delivery::Notice;
use engine::{Clock, announcement_id, announcement_text, notice_of};
use serde_json::{Map, Value, json};
use store::{AnnouncementState, KeptAnnouncement, Replay, ReplayOf, Role, Store};

use crate::account::audit;
use crate::carried_out::{carried_out, settings};
use crate::command::{AnnouncementStateWord, Answer, Output, ReplayArguments, WebhookCommand};
use crate::house::{self, Trouble};
use crate::settings::Settings;
use crate::times::rfc3339;

/// So many are asked for once more in one transaction.
const REPLAYED_AT_ONCE: i64 = 100;
/// The longest name of an endpoint, or of a client with `client:` before it.
const NAME_CHARS: usize = 80;
/// The type of what `test` sends.
const TEST: &str = "genkan.test";

/// Carries out a webhook command.
pub(crate) fn run(command: &WebhookCommand, output: Output) -> ExitCode {
    carried_out(output, carry_out(command, output)).print()
}

async fn carry_out(command: &WebhookCommand, output: Output) -> Result<Answer, Trouble> {
    let (WebhookCommand::List { config, .. }
    | WebhookCommand::Show { config, .. }
    | WebhookCommand::Replay(ReplayArguments { config, .. })
    | WebhookCommand::Test { config, .. }) = command;
    let settings = settings(config)?;
    if let WebhookCommand::Test { name, .. } = command {
        return test(&settings, name, output).await;
    }
    let database = house::open_database(&settings, Role::Command, &Clock::system()).await?;
    let store = Store::new(database.clone());
    let answer = match command {
        WebhookCommand::List { account, state, limit, .. } => {
            list(&store, account.as_deref(), *state, (*limit, output)).await
        }
        WebhookCommand::Show { id, .. } => show(&store, id, output).await,
        WebhookCommand::Replay(arguments) => replay(&settings, &store, arguments, output).await,
        WebhookCommand::Test { name, .. } => test(&settings, name, output).await,
    };
    database.close().await;
    answer
}

async fn list(
    store: &Store,
    account: Option<&str>,
    state: Option<AnnouncementStateWord>,
    (limit, output): (u16, Output),
) -> Result<Answer, Trouble> {
    let limit_rows = i64::from(limit);
    let states = state.map_or(AnnouncementState::ALL.to_vec(), |word| vec![state_of(word)]);
    let mut all = Vec::new();
    if let Some(text) = account {
        let account = account_id(text)?;
        let found = store.announcements_of(account, limit_rows).await.map_err(|f| f.to_string())?;
        all.extend(found.into_iter().filter(|kept| states.contains(&kept.state)));
    } else {
        for state in states {
            all.extend(store.announcements(state, limit_rows).await.map_err(|f| f.to_string())?);
        }
    }
    all.sort_by_key(|kept| std::cmp::Reverse((kept.announcement.at, kept.id)));
    all.truncate(usize::from(limit));
    let lines = all.iter().map(text_of).collect::<Vec<_>>().join("\n");
    let text = if lines.is_empty() { "There is no such event.".to_owned() } else { lines };
    let fields = json!({ "events": all.iter().map(json_of).collect::<Vec<_>>() });
    Ok(Answer::done(output, &text, &fields))
}

async fn show(store: &Store, text: &str, output: Output) -> Result<Answer, Trouble> {
    let kept = find(store, text).await?;
    let body = notice_of(&kept).body();
    let fields = json!({ "event": json_of(&kept), "body": body });
    Ok(Answer::done(output, &format!("{}\n    {body}", text_of(&kept)), &fields))
}

async fn find(store: &Store, text: &str) -> Result<KeptAnnouncement, Trouble> {
    let id = announcement_id(text)
        .ok_or_else(|| format!("“{text}” is no id of an event, as `genkan webhook list` prints it."))?;
    let found = store.announcement(id).await.map_err(|fault| fault.to_string())?;
    found.ok_or_else(|| "There is no such event; how long they are kept says webhook.kept.".to_owned())
}

async fn replay(
    settings: &Settings,
    store: &Store,
    arguments: &ReplayArguments,
    output: Output,
) -> Result<Answer, Trouble> {
    let (replayed, what) = match &arguments.id {
        Some(text) => {
            let kept = find(store, text).await?;
            is_told((settings, store), kept.announcement.to.as_str()).await?;
            let done = store.replay_announcement(kept.id).await.map_err(|fault| fault.to_string())?;
            (u64::from(done == Replay::Waits), text.clone())
        }
        None => replay_stretch(settings, store, arguments).await?,
    };
    let by = audit::operator(arguments.by.as_deref(), |name| std::env::var(name).ok());
    let (at, reason) = (rfc3339(Clock::system().now()), Line::clean(&what, 200));
    audit::write(&audit::line(&at, &by, ("webhook-replay", None), "done", &reason));
    let text = match replayed {
        0 => "Nothing was to be sent once more: what waits is sent anyway.".to_owned(),
        1 => "1 event is sent once more.".to_owned(),
        many => format!("{many} events are sent once more."),
    };
    Ok(Answer::done(output, &text, &json!({ "replayed": replayed })))
}

/// What happened in a stretch of time, to one endpoint or to all. How many, and which stretch.
async fn replay_stretch(
    settings: &Settings,
    store: &Store,
    arguments: &ReplayArguments,
) -> Result<(u64, String), Trouble> {
    let since = arguments.since.as_deref().map_or(Ok(Instant(0)), instant)?;
    let until = arguments.until.as_deref().map_or(Ok(Clock::system().now()), instant)?;
    let names = match &arguments.endpoint {
        Some(name) => {
            is_told((settings, store), name).await?;
            vec![name.clone()]
        }
        None => settings.webhooks.endpoints.iter().map(|webhook| webhook.name.clone()).collect(),
    };
    let mut replayed = 0;
    for name in &names {
        let mut of = ReplayOf { endpoint: Line::clean(name, NAME_CHARS), since, until, after: None };
        while let Some((count, last)) = store
            .replay_announcements(&of, REPLAYED_AT_ONCE)
            .await
            .map_err(|fault| fault.to_string())?
        {
            replayed += count;
            of.after = Some(last.id);
        }
    }
    let what = format!("{} from {} to {}", names.join(", "), rfc3339(since), rfc3339(until));
    Ok((replayed, what))
}

async fn test(settings: &Settings, name: &str, output: Output) -> Result<Answer, Trouble> {
    if client_of(&Line::clean(name, NAME_CHARS)).is_some() {
        let why = "A client is told of sign-outs that really happen, and of nothing else: sign in there, then sign out.";
        return Err(why.to_owned());
    }
    let webhook = known(settings, name)?;
    let sender = webhook.sender().map_err(|fault| format!("webhook.{name}: {fault}"))?;
    let Instant(now) = Clock::system().now();
    let data = Map::from_iter([("endpoint".to_owned(), Value::from(name))]);
    let notice = Notice { id: format!("evt_test_{now}"), kind: TEST.to_owned(), at_ms: now, data };
    let sent = sender.send(&notice, now).await;
    let by = audit::operator(None, |name| std::env::var(name).ok());
    let outcome = if sent.is_ok() { "received" } else { "failed" };
    let reason = Line::clean(name, 40);
    audit::write(&audit::line(&rfc3339(Instant(now)), &by, ("webhook-test", None), outcome, &reason));
    Ok(match sent {
        Ok(taken) => {
            let text = format!("{name} has received {} ({}).", notice.id, taken.status);
            Answer::done(output, &text, &json!({ "id": notice.id, "status": taken.status }))
        }
        Err(fault) => {
            let text = format!("{name} has not received {}: {fault}.", notice.id);
            Answer::refused(output, &text, &json!({ "code": "not-received", "id": notice.id }))
        }
    })
}

/// Whether somebody is told under this name: an endpoint, or a client that hears of sign-outs.
async fn is_told((settings, store): (&Settings, &Store), name: &str) -> Result<(), Trouble> {
    let Some(client) = client_of(&Line::clean(name, NAME_CHARS)).map(str::to_owned) else {
        return known(settings, name).map(drop);
    };
    let clients = house::clients(settings, store).await?;
    let told = clients.find(&client).is_some_and(|client| client.logout.is_some());
    told.then_some(()).ok_or_else(|| {
        format!("No client “{client}” is told of sign-outs (client.NAME.backchannel_logout_uri).")
    })
}

fn known<'s>(settings: &'s Settings, name: &str) -> Result<&'s crate::settings::Webhook, Trouble> {
    let endpoints = &settings.webhooks.endpoints;
    endpoints.iter().find(|webhook| webhook.name == name).ok_or_else(|| {
        let names = endpoints.iter().map(|webhook| webhook.name.as_str()).collect::<Vec<_>>();
        match names.as_slice() {
            [] => "There is no endpoint: [webhook.NAME] in the settings makes one.".to_owned(),
            names => format!("There is no endpoint “{name}”; there are {}.", names.join(", ")),
        }
    })
}

fn account_id(text: &str) -> Result<AccountId, Trouble> {
    let id = uuid::Uuid::parse_str(text);
    id.map(|id| AccountId(*id.as_bytes())).map_err(|_| format!("“{text}” is no id of an account."))
}

fn instant(text: &str) -> Result<Instant, Trouble> {
    let read = text.parse::<jiff::Timestamp>();
    read.map(|time| Instant(time.as_millisecond()))
        .map_err(|_| format!("“{text}” is no time such as 2026-11-26T09:00:00Z."))
}

const fn state_of(word: AnnouncementStateWord) -> AnnouncementState {
    match word {
        AnnouncementStateWord::Waiting => AnnouncementState::Waiting,
        AnnouncementStateWord::Received => AnnouncementState::Received,
        AnnouncementStateWord::GivenUp => AnnouncementState::GivenUp,
    }
}

fn text_of(kept: &KeptAnnouncement) -> String {
    let announcement = &kept.announcement;
    let (id, kind) = (announcement_text(kept.id), announcement.what.kind().name());
    let account = uuid::Uuid::from_bytes(announcement.account.0);
    let tries = match kept.tries {
        1 => "1 try".to_owned(),
        tries => format!("{tries} tries"),
    };
    let (to, at, since) = (announcement.to.as_str(), rfc3339(announcement.at), rfc3339(kept.since));
    let state = match kept.state {
        AnnouncementState::Waiting => format!("waiting since {since}"),
        AnnouncementState::Received => format!("received {since}"),
        AnnouncementState::GivenUp => format!("given up {since}"),
    };
    let mut text = format!("{id}  {kind} of {account} to {to}\n    happened {at}, {tries}, {state}");
    if let Some(reply) = &kept.reply {
        text.push_str(&format!("\n    {reply}"));
    }
    text
}

fn json_of(kept: &KeptAnnouncement) -> Value {
    let announcement = &kept.announcement;
    json!({
        "id": announcement_text(kept.id),
        "type": announcement.what.kind().name(),
        "account": uuid::Uuid::from_bytes(announcement.account.0).to_string(),
        "endpoint": announcement.to.as_str(),
        "happened_at": rfc3339(announcement.at),
        "state": kept.state.word(),
        "since": rfc3339(kept.since),
        "tries": kept.tries,
        "reply": kept.reply,
        "erasure_waits": announcement.awaited,
    })
}
