//! `genkan client …`: the sites and apps that may ask who somebody is, added and changed while the service runs.
//!
//! They are kept in the database, are checked as those of the settings are, and are known to every node within seconds. A client of
//! the settings is changed there, not here. Whatever is done leaves a line in the log. What must never happen: a secret anywhere
//! but on the screen of whoever has drawn it.

use std::process::ExitCode;

use accounts::Line;
use engine::{ClientSecret, Clock, Secret, fresh_client_secret};
use serde_json::{Value, json};
use store::{KeptClient, Role, Store};

use crate::account::audit;
use crate::carried_out::{carried_out, settings};
use crate::command::{Answer, ClientArguments, ClientCommand, Output};
use crate::house::{self, Trouble};
use crate::settings::Settings;
use crate::settings::kept_clients::{self, Written};
use crate::times::rfc3339;

/// Several while one is exchanged, and no more than somebody can have forgotten.
const MOST_SECRETS: usize = 5;

/// Carries out a client command.
pub(crate) fn run(command: &ClientCommand, output: Output) -> ExitCode {
    carried_out(output, carry_out(command, output)).print()
}

async fn carry_out(command: &ClientCommand, output: Output) -> Result<Answer, Trouble> {
    let (ClientCommand::List { config }
    | ClientCommand::Show { config, .. }
    | ClientCommand::Add { client: ClientArguments { config, .. }, .. }
    | ClientCommand::Set { client: ClientArguments { config, .. } }
    | ClientCommand::Secret { config, .. }
    | ClientCommand::Remove { config, .. }) = command;
    let settings = settings(config)?;
    let database = house::open_database(&settings, Role::Command, &Clock::system()).await?;
    let desk = Desk { settings: &settings, store: Store::new(database.clone()), output };
    let answer = match command {
        ClientCommand::List { .. } => desk.list().await,
        ClientCommand::Show { name, .. } => desk.show(name).await,
        ClientCommand::Add { client, public } => desk.add(client, *public).await,
        ClientCommand::Set { client } => desk.set(client).await,
        ClientCommand::Secret { name, only, by, .. } => desk.secret(name, *only, by.as_deref()).await,
        ClientCommand::Remove { name, by, .. } => desk.remove(name, by.as_deref()).await,
    };
    database.close().await;
    answer
}

/// What every one of them needs.
struct Desk<'s> {
    settings: &'s Settings,
    store: Store,
    output: Output,
}

/// A client that was added, and what was written of it.
struct Found {
    kept: KeptClient,
    written: Written,
}

impl Desk<'_> {
    async fn list(&self) -> Result<Answer, Trouble> {
        let fixed = self.settings.clients.iter().map(|client| {
            let secrets = client.each_secret().count();
            (client.name.clone(), "settings", secrets, client.redirect_uris.join(" "))
        });
        let mut all = fixed.collect::<Vec<_>>();
        for kept in self.store.clients().await.map_err(|fault| fault.to_string())? {
            let found = found(kept)?;
            let uris =
                found.written.get("redirect_uris").cloned().unwrap_or_default().replace(',', " ");
            all.push((found.kept.id, "command", found.kept.secrets.len(), uris));
        }
        let lines = all.iter().map(|(name, from, secrets, uris)| {
            let kind = if *secrets == 0 { "app" } else { "site" };
            format!("{name}  {kind}, by the {from}  {uris}")
        });
        let text = lines.collect::<Vec<_>>().join("\n");
        let text = if text.is_empty() { "There are no clients.".to_owned() } else { text };
        let rows = all.iter().map(|(name, from, secrets, uris)| {
            let uris = uris.split_ascii_whitespace().collect::<Vec<_>>();
            json!({ "client": name, "from": from, "secrets": secrets, "redirect_uris": uris })
        });
        Ok(Answer::done(self.output, &text, &json!({ "clients": rows.collect::<Vec<_>>() })))
    }

    async fn show(&self, name: &str) -> Result<Answer, Trouble> {
        let found = self.find(name).await?;
        Ok(self.told(&found, "", None))
    }

    async fn add(&self, arguments: &ClientArguments, public: bool) -> Result<Answer, Trouble> {
        let name = arguments.name.as_str();
        if self.settings.clients.iter().any(|client| client.name == name) {
            return Err(format!(
                "“{name}” is in the settings. Take it out there first, or choose another name."
            ));
        }
        let mut written = Written::new();
        put(&mut written, &arguments.settings);
        kept_clients::read(name, &written, public).map_err(|wrong| wrong.join("\n"))?;
        let secret = if public { None } else { Some(drawn()?) };
        let digests = secret.as_ref().map(|(_, digest)| *digest).into_iter().collect::<Vec<_>>();
        let text = as_json(&written)?;
        let added = self.store.add_client(name, &text, &digests).await;
        if !added.map_err(|fault| fault.to_string())? {
            return Err(format!("“{name}” is there already; `genkan client set {name} …` changes it."));
        }
        note("client-add", name, arguments.by.as_deref());
        let found = self.find(name).await?;
        let done =
            format!("“{name}” may ask who members are; a running service knows it within seconds.");
        Ok(self.told(&found, &done, secret.map(|(secret, _)| secret)))
    }

    async fn set(&self, arguments: &ClientArguments) -> Result<Answer, Trouble> {
        let name = arguments.name.as_str();
        let mut found = self.find(name).await?;
        put(&mut found.written, &arguments.settings);
        let public = found.kept.secrets.is_empty();
        kept_clients::read(name, &found.written, public).map_err(|wrong| wrong.join("\n"))?;
        found.kept.settings = as_json(&found.written)?;
        self.keep(&found.kept).await?;
        let found = self.find(name).await?;
        note("client-set", name, arguments.by.as_deref());
        Ok(self.told(
            &found,
            &format!("“{name}” has changed; a running service knows it within seconds."),
            None,
        ))
    }

    async fn secret(&self, name: &str, only: bool, by: Option<&str>) -> Result<Answer, Trouble> {
        let mut found = self.find(name).await?;
        if found.kept.secrets.is_empty() {
            return Err(format!(
                "“{name}” is an app, which can keep no secret. Add a client of another name for its server."
            ));
        }
        let (secret, digest) = drawn()?;
        if only {
            found.kept.secrets.clear();
        }
        found.kept.secrets.push(digest);
        if found.kept.secrets.len() > MOST_SECRETS {
            let most = MOST_SECRETS;
            return Err(format!(
                "“{name}” has {most} secrets already; `genkan client secret {name} --only` draws one and ends the others."
            ));
        }
        self.keep(&found.kept).await?;
        let found = self.find(name).await?;
        note("client-secret", name, by);
        let done =
            if only { "Only this secret is good now." } else { "This secret is good as well now." };
        Ok(self.told(&found, done, Some(secret)))
    }

    async fn remove(&self, name: &str, by: Option<&str>) -> Result<Answer, Trouble> {
        self.find(name).await?;
        self.store.remove_client(name).await.map_err(|fault| fault.to_string())?;
        note("client-remove", name, by);
        let text = format!(
            "“{name}” is gone; within seconds what it holds of members gives nothing any more."
        );
        Ok(Answer::done(self.output, &text, &json!({ "removed": name })))
    }

    async fn find(&self, name: &str) -> Result<Found, Trouble> {
        let all = self.store.clients().await.map_err(|fault| fault.to_string())?;
        match all.into_iter().find(|kept| kept.id == name) {
            Some(kept) => found(kept),
            None if self.settings.clients.iter().any(|client| client.name == name) => Err(format!(
                "“{name}” is in the settings, under [client.{name}]: it is seen and changed there."
            )),
            None => Err(format!("There is no client “{name}”; `genkan client list` shows them all.")),
        }
    }

    async fn keep(&self, kept: &KeptClient) -> Result<(), Trouble> {
        match self.store.change_client(kept).await.map_err(|fault| fault.to_string())? {
            true => Ok(()),
            false => Err(format!(
                "“{}” was changed by somebody else in this moment. Nothing was done; try again.",
                kept.id
            )),
        }
    }

    fn told(&self, found: &Found, done: &str, secret: Option<Secret>) -> Answer {
        let kind = match found.kept.secrets.len() {
            0 => "an app without a secret".to_owned(),
            1 => "a site with a secret".to_owned(),
            many => format!("a site with {many} secrets"),
        };
        let mut lines = vec![done.to_owned(), format!("{}: {kind}", found.kept.id)];
        lines.extend(found.written.iter().map(|(key, value)| format!("    {key} = {value}")));
        lines.extend(
            secret.as_ref().map(|secret| format!("Its secret, shown this once: {}", secret.expose())),
        );
        lines.retain(|line| !line.is_empty());
        let mut fields = json!({
            "client": found.kept.id,
            "settings": found.written,
            "secrets": found.kept.secrets.len(),
            "changed_at": rfc3339(found.kept.changed_at),
        });
        if let (Some(secret), Some(members)) = (secret, fields.as_object_mut()) {
            members.insert("secret".to_owned(), Value::String(secret.expose().to_owned()));
        }
        Answer::done(self.output, &lines.join("\n"), &fields)
    }
}

fn found(kept: KeptClient) -> Result<Found, Trouble> {
    let written = serde_json::from_str(&kept.settings)
        .map_err(|_| format!("The settings of “{}” in the database cannot be read.", kept.id))?;
    Ok(Found { kept, written })
}

fn put(written: &mut Written, pairs: &[(String, String)]) {
    for (key, value) in pairs {
        if value.is_empty() {
            written.remove(key);
        } else {
            written.insert(key.clone(), value.clone());
        }
    }
}

fn as_json(written: &Written) -> Result<String, Trouble> {
    serde_json::to_string(written).map_err(|fault| fault.to_string())
}

/// A new secret, and what is kept of it.
fn drawn() -> Result<(Secret, [u8; 32]), Trouble> {
    let secret = fresh_client_secret().map_err(|fault| fault.to_string())?;
    let digest = *ClientSecret::of(secret.expose()).digest();
    Ok((secret, digest))
}

fn note(command: &str, name: &str, by: Option<&str>) {
    let by = audit::operator(by, |name| std::env::var(name).ok());
    let at = rfc3339(Clock::system().now());
    audit::write(&audit::line(&at, &by, (command, None), "done", &Line::clean(name, 40)));
}
