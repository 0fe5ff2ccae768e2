//! `genkan doctor`: what is wrong with this house, and what to do about it, before a member finds out.
//!
//! It asks each part by itself and goes on after a fault, so that one look shows all of them. It changes
//! nothing and sends no mail.

mod mail;
mod passkeys;
mod providers;

use std::process::ExitCode;

use delivery::Record;
use engine::Clock;
use serde_json::{Value, json};
use store::{Database, Engine, Role};

use crate::command::{Answer, DoctorArguments, DoctorPart, Output};
use crate::files::Files;
use crate::house;
use crate::keys::record_json;
use crate::serve;
use crate::settings::{KeptStatements, Settings, process_environment};

/// What was found about one part.
struct Finding {
    part: String,
    trouble: Option<String>,
    advice: &'static str,
    /// What is worth saying where nothing is wrong.
    remark: Option<Remark>,
    /// The DNS record to set.
    record: Option<Record>,
}

enum Remark {
    /// All is well, and this is why.
    Well(String),
    /// Somebody should know this, and perhaps do something.
    Note(String),
}

impl Finding {
    fn of(part: &str, asked: Result<(), String>, advice: &'static str) -> Self {
        Self { part: part.to_owned(), trouble: asked.err(), advice, remark: None, record: None }
    }

    fn state(&self) -> &'static str {
        match (&self.trouble, &self.remark) {
            (Some(_), _) => "wrong",
            (None, Some(Remark::Note(_))) => "note",
            (None, Some(Remark::Well(_)) | None) => "ok",
        }
    }
}

/// Examines the house of the settings.
pub(crate) fn run(arguments: &DoctorArguments, output: Output) -> ExitCode {
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(fault) => return Answer::refused(output, &fault.to_string(), &json!({})).print(),
    };
    let findings = runtime.block_on(examine(arguments));
    let lines = findings.iter().map(line).collect::<Vec<_>>().join("\n");
    let fields = json!({ "parts": findings.iter().map(json_of).collect::<Vec<_>>() });
    let well = findings.iter().all(|finding| finding.trouble.is_none());
    let answer = if well {
        Answer::done(output, &lines, &fields)
    } else {
        Answer::refused(output, &lines, &fields)
    };
    answer.print()
}

fn json_of(finding: &Finding) -> Value {
    let advice = finding.trouble.as_ref().map(|_| finding.advice);
    let remark = match &finding.remark {
        Some(Remark::Well(remark) | Remark::Note(remark)) => Some(remark),
        None => None,
    };
    json!({
        "part": finding.part,
        "state": finding.state(),
        "trouble": finding.trouble,
        "advice": advice,
        "remark": remark,
        "record": finding.record.as_ref().map(record_json),
    })
}

fn line(finding: &Finding) -> String {
    let part = &finding.part;
    let mut lines = match (&finding.trouble, &finding.remark) {
        (Some(trouble), _) => vec![format!("WRONG  {part}: {trouble}")],
        (None, Some(Remark::Note(note))) => vec![format!("note   {part}: {note}")],
        (None, Some(Remark::Well(why))) => vec![format!("ok     {part}: {why}")],
        (None, None) => vec![format!("ok     {part}")],
    };
    lines.extend(finding.record.as_ref().map(ToString::to_string));
    lines.extend(finding.trouble.as_ref().map(|_| finding.advice.to_owned()));
    lines.join("\n       ")
}

async fn examine(arguments: &DoctorArguments) -> Vec<Finding> {
    let environment = process_environment();
    let file = arguments.config.config.as_deref();
    let joined = |problems: Vec<crate::settings::Problem>| {
        problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n       ")
    };
    let checked = environment.and_then(|env| {
        let serving = Settings::load_to_serve(file, &env).map(|_| ());
        Ok((Settings::load(file, &env)?, serving))
    });
    let (settings, serving) = match checked {
        Ok(checked) => checked,
        Err(problems) => {
            let advice = "Mend the settings first; the other parts depend on them.";
            return vec![Finding::of("settings", Err(joined(problems)), advice)];
        }
    };
    if arguments.part == Some(DoctorPart::Mail) {
        return mail::examine(&settings, arguments).await;
    }
    let settings_and_keys = Finding::of(
        "settings and keys",
        serving.map_err(joined),
        "`genkan serve` will not start until this is mended.",
    );
    let pages = house::pages(&settings).map(|_| ());
    let mut findings = vec![
        settings_and_keys,
        Finding::of("pages", pages, "Look at service.overrides and service.logo."),
        database(&settings).await,
    ];
    findings.push(files(&settings));
    findings.extend(mail::examine(&settings, arguments).await);
    findings.push(passkeys::examine(&settings).await);
    findings.extend(providers::examine(&settings, &Clock::system()).await);
    findings
}

/// What a `genkan serve` could open that is started from where this command is. A unit of systemd has its own bound.
fn files(settings: &Settings) -> Finding {
    let files = Files::raise();
    let (wanted, needs) = (settings.limits.connections, serve::needs(settings));
    let had = files.connections(wanted, needs);
    let mut finding = Finding::of("open files", Ok(()), "");
    let most = files.most;
    finding.remark = Some(if had < wanted {
        Remark::Note(format!(
            "started from here, genkan may open {most}, which leaves {had} connections of the {wanted} in limits.connections"
        ))
    } else {
        Remark::Well(format!("{most}, enough for {wanted} connections"))
    });
    finding
}

async fn database(settings: &Settings) -> Finding {
    const ADVICE: &str = "Look at database.url; `genkan db status` tells more.";
    let clock = Clock::system();
    let asked = async {
        let database = house::open_database(settings, Role::Command, &clock).await?;
        let remark = statements(settings, &database).await?;
        let status = store::status(&database).await.map_err(|fault| fault.to_string())?;
        let there = store::Store::new(database.clone()).now().await.map_err(|f| f.to_string())?;
        database.close().await;
        if !status.pending.is_empty() {
            return Err(format!(
                "steps are pending: {}; `genkan serve` applies them",
                status.pending.join(", ")
            ));
        }
        let skew_ms = (there.0 - clock.now().0).abs();
        if skew_ms > 5_000 {
            return Err(format!("its clock and this machine's differ by {} s", skew_ms / 1_000));
        }
        Ok(remark)
    };
    let (asked, remark) = match asked.await {
        Ok(remark) => (Ok(()), remark),
        Err(trouble) => (Err(trouble), None),
    };
    Finding { remark, ..Finding::of("database", asked, ADVICE) }
}

/// How PostgreSQL is told what to do, and whether that could be cheaper.
async fn statements(settings: &Settings, database: &Database) -> Result<Option<Remark>, String> {
    let pooled = database.is_pooled().await.map_err(|fault| fault.to_string())?;
    Ok(match (database.engine(), settings.database.statements, pooled) {
        (Engine::Sqlite, _, _) => None,
        (Engine::Postgres, KeptStatements::Named, _) => Some(Remark::Well(
            "database.statements is named, and no pooler is seen that would be in the way".to_owned(),
        )),
        (Engine::Postgres, KeptStatements::Unnamed, Some(true)) => Some(Remark::Well(
            "database.statements is unnamed, as the pooler in between needs it".to_owned(),
        )),
        (Engine::Postgres, KeptStatements::Unnamed, Some(false)) => Some(Remark::Note(
            "no pooler is seen that gives each transaction another connection; database.statements = \"named\" would spare the server most of its work".to_owned(),
        )),
        (Engine::Postgres, KeptStatements::Unnamed, None) => Some(Remark::Well(
            "database.statements is unnamed; with one connection (database.pool) no pooler can be looked for".to_owned(),
        )),
    })
}
