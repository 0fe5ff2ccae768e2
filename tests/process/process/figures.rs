//! What the operator's listener tells is what happened: a scripted day through the real program, read by a parser that
//! others have written.
//!
//! And it tells nothing else: no label holds an address, an id or a token of that day, and every name is in
//! `docs/metrics.md`.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::day::Day;
use super::house::{Engine, House, PASSWORD, Process, pause};
use super::http::Client;

/// The two texts, read strictly: family by family with type and help, and every sample.
const READ: &str = "
import json, sys
if sys.argv[1] == 'openmetrics':
    from prometheus_client.openmetrics.parser import text_string_to_metric_families as read
else:
    from prometheus_client.parser import text_string_to_metric_families as read
families = list(read(sys.stdin.read()))
names = [family.name for family in families]
assert len(names) == len(set(names)), 'a name comes twice'
keys = [(s.name, tuple(sorted(s.labels.items()))) for family in families for s in family.samples]
assert len(keys) == len(set(keys)), 'a sample comes twice'
json.dump([[f.name, f.type, f.documentation, [[s.name, s.labels, s.value] for s in f.samples]] for f in families],
    sys.stdout)
";

/// A family of figures, as the parser has read it.
struct Family {
    name: String,
    kind: String,
    help: String,
    samples: Vec<Sample>,
}

struct Sample {
    name: String,
    labels: Vec<(String, String)>,
    value: f64,
}

/// A house whose figures are told.
struct Watched {
    process: Process,
    port: u16,
}

impl Watched {
    fn start(house: &House, more: &[(&str, String)]) -> Self {
        let port = super::house::free_port();
        let mut variables = vec![("GENKAN_LISTEN__METRICS_ADDRESS", format!("127.0.0.1:{port}"))];
        variables.extend(more.iter().cloned());
        let program = Path::new(env!("CARGO_BIN_EXE_genkan"));
        let process = house.start(program, &variables);
        let process = process.unwrap_or_else(|over| panic!("no house ({over}):\n{}", house.log()));
        Self { process, port }
    }

    fn client(&self) -> Client {
        Client { port: self.port, network: String::new() }
    }

    /// The text in a format, and what the parser makes of it.
    fn read(&self, accept: &str, format: &str) -> Vec<Family> {
        let answer = self.client().get_as("/metrics", &format!("Accept: {accept}\r\n"));
        let answer = answer.expect("the figures");
        assert_eq!(answer.status, 200, "{answer:?}");
        let kind = answer.headers.iter().find(|(name, _)| name == "content-type");
        assert!(kind.is_some_and(|(_, kind)| kind.starts_with(accept)), "{kind:?}");
        parsed(&answer.body, format)
    }

    fn figures(&self) -> Vec<Family> {
        self.read("text/plain", "plain")
    }
}

/// Whether the parser is here; said aloud where it is not.
fn parser_is_here() -> bool {
    let asked = Command::new("python3").args(["-c", "import prometheus_client"]).output();
    let here = asked.is_ok_and(|output| output.status.success());
    if !here {
        println!("skipped: prometheus_client is not installed for python3");
    }
    here
}

fn parsed(text: &str, format: &str) -> Vec<Family> {
    let mut child = Command::new("python3")
        .args(["-c", READ, format])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("python3");
    child.stdin.take().expect("its input").write_all(text.as_bytes()).expect("the text is taken");
    let output = child.wait_with_output().expect("its end");
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "the text is not what it should be: {told}\n{text}");
    let families: Vec<Value> = serde_json::from_slice(&output.stdout).expect("its answer");
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let sample = |value: &Value| Sample {
        name: text(&value[0]),
        labels: value[1]
            .as_object()
            .expect("labels")
            .iter()
            .map(|(name, value)| (name.clone(), text(value)))
            .collect(),
        value: value[2].as_f64().unwrap_or(f64::NAN),
    };
    let family = |value: &Value| Family {
        name: text(&value[0]),
        kind: text(&value[1]),
        help: text(&value[2]),
        samples: value[3].as_array().expect("samples").iter().map(sample).collect(),
    };
    families.iter().map(family).collect()
}

/// The sum of what has this name and these values among its labels.
fn sum(families: &[Family], name: &str, labels: &[(&str, &str)]) -> f64 {
    let has = |sample: &&Sample| {
        labels.iter().all(|(name, value)| sample.labels.iter().any(|(n, v)| n == name && v == value))
    };
    let all = families.iter().flat_map(|family| &family.samples);
    all.filter(|sample| sample.name == name).filter(has).map(|sample| sample.value).sum()
}

/// Reads again until it holds; a mail is marked a moment after the relay has taken it.
fn until(watched: &Watched, house: &House, holds: impl Fn(&[Family]) -> bool) -> Vec<Family> {
    let began = Instant::now();
    loop {
        let figures = watched.figures();
        if holds(&figures) {
            return figures;
        }
        let late = began.elapsed() > Duration::from_secs(60);
        assert!(!late, "it never comes to hold:\n{}", house.log());
        pause(Duration::from_millis(50));
    }
}

#[track_caller]
fn is(families: &[Family], name: &str, labels: &[(&str, &str)], wanted: f64) {
    let found = sum(families, name, labels);
    assert!((found - wanted).abs() < 1e-9, "{name} {labels:?} is {found}, not {wanted}");
}

#[test]
fn the_figures_of_a_day_are_what_happened_and_name_nobody() {
    if !parser_is_here() {
        return;
    }
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let Some(house) = House::build(engine) else { continue };
        let watched = Watched::start(&house, &[]);
        let mut day = Day::new(&house, &watched.process);
        while day.so_far.done < Day::length() {
            day.step().expect("a step");
        }
        let sent = |figures: &[Family]| sum(figures, "genkan_mails_total", &[("result", "sent")]);
        let letters = || house.rows("select count(*) from mails")[0].parse::<f64>().expect("a number");
        let figures = until(&watched, &house, |figures| sent(figures) >= letters());
        assert_day(&figures);
        is(&figures, "genkan_mails_total", &[("result", "sent")], letters());
        #[expect(clippy::cast_precision_loss, reason = "a few dozen letters")]
        let taken = house.relay.count() as f64;
        is(&figures, "genkan_mails_total", &[("result", "sent")], taken);
        assert_engine(&figures, engine);
        assert_nobody(&figures, &day);
        assert_documented(&figures);
        let strict = watched.read("application/openmetrics-text", "openmetrics");
        assert_eq!(strict.len(), figures.len(), "both texts tell the same");
        let promtool = promtool(&watched);
        assert!(promtool.is_ok(), "promtool: {promtool:?}");
        assert!(watched.process.stop().success(), "{}", house.log());
    }
}

/// What the script of the day has done.
fn assert_day(figures: &[Family]) {
    let sign_ins = "genkan_sign_ins_total";
    is(figures, sign_ins, &[("method", "email"), ("result", "invalid-credentials")], 10.0);
    is(figures, sign_ins, &[("method", "email"), ("result", "account-locked")], 1.0);
    is(figures, sign_ins, &[("method", "email"), ("result", "welcome")], 2.0);
    is(figures, sign_ins, &[], 13.0);
    let decisions = "genkan_decisions_total";
    for (command, outcome, count) in [
        ("complete-registration", "welcome", 3.0),
        ("sign-in", "wrong-password", 10.0),
        ("sign-in", "welcome", 2.0),
        ("pay-guess", "locked", 1.0),
        ("ask-reset", "code-asked", 1.0),
        ("verify-reset", "reset-proven", 1.0),
        ("complete-reset", "welcome", 1.0),
        ("change-password", "done", 2.0),
        ("report-not-me", "taken-back", 1.0),
        ("undo", "taken-back", 1.0),
        ("sign-out", "done", 1.0),
    ] {
        is(figures, decisions, &[("command", command), ("outcome", outcome)], count);
    }
    for (change, count) in [("account-created", 3.0), ("locked", 1.0), ("session-started", 6.0)] {
        is(figures, "genkan_changes_total", &[("change", change)], count);
    }
    for (kind, count) in [("register-code", 3.0), ("locked", 1.0), ("reset-code", 1.0)] {
        is(figures, "genkan_mails_total", &[("kind", kind), ("result", "sent")], count);
    }
    is(figures, "genkan_mails_total", &[("result", "given-up")], 0.0);
    is(figures, "genkan_mails_waiting", &[], 0.0);
    is(figures, "genkan_mail_delay_seconds_count", &[], sum(figures, "genkan_mails_total", &[]));
    let route = [("route", "/api/v1/signin/password"), ("method", "POST")];
    is(figures, "genkan_request_seconds_count", &route, 13.0);
    is(figures, "genkan_requests_total", &[route[0], route[1], ("status", "4xx")], 11.0);
    is(figures, "genkan_requests_total", &[("status", "5xx")], 0.0);
    // Twelve guesses that were paid for, and six new passwords.
    is(figures, "genkan_hash_seconds_count", &[], 18.0);
    is(figures, "genkan_hash_turned_away_total", &[], 0.0);
    is(figures, "genkan_limits_total", &[("result", "refused")], 0.0);
    assert!(sum(figures, "genkan_limits_total", &[("limit", "passwords")]) >= 13.0);
}

fn assert_engine(figures: &[Family], engine: Engine) {
    is(figures, "genkan_database_up", &[], 1.0);
    is(figures, "genkan_database_faults_total", &[("fault", "bug")], 0.0);
    for work in ["read", "write"] {
        assert!(sum(figures, "genkan_database_transaction_seconds_count", &[("work", work)]) > 10.0);
    }
    let name = if engine == Engine::Sqlite { "sqlite" } else { "postgres" };
    is(figures, "genkan_build_info", &[("database", name)], 1.0);
    if engine == Engine::Sqlite {
        assert!(sum(figures, "genkan_database_file_bytes", &[]) > 0.0);
        assert!(sum(figures, "genkan_database_wal_bytes", &[]) > 0.0);
    } else {
        is(figures, "genkan_bound_limit", &[("bound", "database-pool")], 8.0);
        assert!(sum(figures, "genkan_database_pool_connections", &[]) >= 1.0);
    }
    is(figures, "genkan_bound_limit", &[("bound", "connections")], 10_000.0);
    is(figures, "genkan_bound_limit", &[("bound", "hash-queue-known")], 1_000.0);
    assert!(sum(figures, "process_resident_memory_bytes", &[]) > 10_000_000.0);
    assert!(sum(figures, "process_start_time_seconds", &[]) > 1_700_000_000.0);
}

/// No label's value is an address, an id or a token: each is a word, a number of a bucket, or a route's template.
fn assert_nobody(figures: &[Family], day: &Day<'_>) {
    let secrets = day.secrets();
    assert!(secrets.len() >= 10, "the day has secrets");
    let mut seen = 0;
    for sample in figures.iter().flat_map(|family| &family.samples) {
        for (name, value) in &sample.labels {
            seen += 1;
            let word = value.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
            let short = value.len() <= 32 && value.bytes().filter(u8::is_ascii_digit).count() <= 3;
            let fits = match name.as_str() {
                "le" => value == "+Inf" || value.parse::<f64>().is_ok(),
                "route" => value == "unmatched" || is_template(value),
                "method" => (word || value.bytes().all(|b| b.is_ascii_uppercase())) && short,
                "version" => value == env!("CARGO_PKG_VERSION"),
                _ => word && short,
            };
            assert!(fits, "{} has {name}={value:?}", sample.name);
            for secret in &secrets {
                assert!(!value.contains(secret.as_str()), "{} tells {secret:?}", sample.name);
            }
        }
    }
    assert!(seen > 500, "labels are found");
}

/// A path of the router's list: small words, and names in braces where something is put in.
fn is_template(path: &str) -> bool {
    let part = |part: &str| {
        let inner = part.strip_prefix('{').and_then(|part| part.strip_suffix('}')).unwrap_or(part);
        inner.bytes().all(|b| b.is_ascii_lowercase() || matches!(b, b'-' | b'.' | b'_'))
            || inner == "v1"
    };
    path == "/" || path.strip_prefix('/').is_some_and(|path| path.split('/').all(part))
}

/// Every name with its type and meaning stands in the document, with the labels it has; and nothing else does.
fn assert_documented(figures: &[Family]) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/metrics.md");
    let text = std::fs::read_to_string(file).expect("docs/metrics.md");
    let rows = text.lines().filter(|line| line.starts_with("| `"));
    let rows = rows.map(|line| line.trim_matches('|').split(" | ").map(str::trim).collect::<Vec<_>>());
    let rows = rows.collect::<Vec<_>>();
    let mut told = BTreeSet::new();
    for family in figures {
        let name = if family.kind == "counter" && !family.name.ends_with("_total") {
            format!("{}_total", family.name)
        } else {
            family.name.clone()
        };
        let own = format!("`{name}`");
        let row = rows.iter().find(|row| row[0] == own);
        let line = format!("| `{name}` | {} | … | {} |", family.kind, family.help);
        let row = row.unwrap_or_else(|| panic!("docs/metrics.md has no line\n{line}"));
        assert_eq!((row[1], row[3]), (family.kind.as_str(), family.help.as_str()), "{name}");
        let labels = row[2].split(", ").collect::<BTreeSet<_>>();
        for (label, _) in family.samples.iter().flat_map(|sample| &sample.labels) {
            assert!(label == "le" || labels.contains(label.as_str()), "{name} has the label {label}");
        }
        told.insert(own);
    }
    // Each engine has figures that the other has not.
    for row in rows {
        let of_engine = row[0].contains("genkan_database_");
        assert!(told.contains(row[0]) || of_engine, "{} is told of and not there", row[0]);
    }
}

/// Prometheus' own tool, where it is installed.
fn promtool(watched: &Watched) -> Result<(), String> {
    let answer = watched.client().get("/metrics").map_err(|error| error.to_string())?;
    let child = Command::new("promtool")
        .args(["check", "metrics"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let Ok(mut child) = child else {
        println!("skipped: promtool is not installed");
        return Ok(());
    };
    let mut input = child.stdin.take().ok_or("no input")?;
    input.write_all(answer.body.as_bytes()).map_err(|error| error.to_string())?;
    drop(input);
    let output = child.wait_with_output().map_err(|error| error.to_string())?;
    let said = [output.stdout, output.stderr].concat();
    if output.status.success() && said.is_empty() {
        return Ok(());
    }
    Err(String::from_utf8_lossy(&said).into_owned())
}

#[test]
fn mail_that_does_not_leave_is_seen_while_it_waits() {
    if !parser_is_here() {
        return;
    }
    let Some(house) = House::build(Engine::Sqlite) else { return };
    let nobody = format!("smtp://127.0.0.1:{}", super::house::free_port());
    let watched = Watched::start(&house, &[("GENKAN_MAIL__SMTP__URL", nobody)]);
    let client = watched.process.client("192.0.2.1");
    let body = json!({ "email": "hanako@example.test" });
    let asked = client.call("POST", "register/email", "", &body).expect("an answer");
    assert_eq!(asked.status, 200, "{asked:?}");
    let tried = |figures: &[Family]| {
        sum(figures, "genkan_mails_total", &[("kind", "register-code"), ("result", "retried")]) >= 1.0
    };
    let figures = until(&watched, &house, tried);
    is(&figures, "genkan_mails_waiting", &[("kind", "register-code")], 1.0);
    is(&figures, "genkan_mails_total", &[("result", "sent")], 0.0);
    let refused = [("stage", "connect"), ("fault", "temporary")];
    assert!(sum(&figures, "genkan_relay_refusals_total", &refused) >= 1.0);
    let old = |figures: &[Family]| sum(figures, "genkan_mails_waiting_oldest_seconds", &[]) > 0.0;
    until(&watched, &house, old);
}

/// The database is away, as an operator sees it: dropped under the running process.
#[test]
fn a_database_that_is_away_is_told_and_the_rest_with_it() {
    if !parser_is_here() {
        return;
    }
    let Some(house) = House::build(Engine::Postgres) else { return };
    let watched = Watched::start(&house, &[]);
    is(&watched.figures(), "genkan_database_up", &[], 1.0);
    house.lose_database();
    let figures = watched.figures();
    let tells = |name: &str| {
        let of_name = figures.iter().filter(|family| family.name == name);
        of_name.flat_map(|family| &family.samples).count()
    };
    is(&figures, "genkan_database_up", &[], 0.0);
    assert_eq!((tells("genkan_database_up"), tells("genkan_outbox_lag_seconds")), (1, 0));
    assert!(sum(&figures, "process_resident_memory_bytes", &[]) > 0.0);
    assert!(sum(&figures, "genkan_database_faults_total", &[]) >= 1.0);
    assert_eq!(watched.process.client("192.0.2.1").get("/readyz").expect("an answer").status, 503);
}

#[test]
fn figures_are_told_on_their_own_listener_and_to_who_brings_the_token() {
    let Some(house) = House::build(Engine::Sqlite) else { return };
    let token = "a-token-of-thirty-two-characters";
    let watched = Watched::start(&house, &[("GENKAN_LISTEN__METRICS_TOKEN", token.to_owned())]);
    let client = watched.client();
    let status = |head: &str| client.get_as("/metrics", head).expect("an answer").status;
    assert_eq!(status(""), 401);
    assert_eq!(status("Authorization: Bearer a-token-of-thirty-two-character\r\n"), 401);
    assert_eq!(status(&format!("Authorization: Basic {token}\r\n")), 401);
    let twice = format!("Authorization: Bearer {token}\r\n").repeat(2);
    assert_eq!(status(&twice), 401);
    assert_eq!(status(&format!("Authorization: Bearer {token}\r\n")), 200);
    assert_eq!(client.get("/").expect("an answer").status, 404);
    assert_eq!(client.get("/healthz").expect("an answer").status, 404);
    let door = watched.process.client("192.0.2.1");
    assert_eq!(door.get("/metrics").expect("an answer").status, 404);
    assert!(!house.log().contains(token), "the token is in the log");
    let far = ("GENKAN_LISTEN__METRICS_ADDRESS", "0.0.0.0:0".to_owned());
    drop(watched);
    let settings = std::fs::read_to_string(house.settings()).expect("the settings");
    let open = settings.replace("[listen]\n", &format!("[listen]\nmetrics_address = \"{}\"\n", far.1));
    std::fs::write(house.settings(), open).expect("the settings");
    let said = house.refused(&["serve", "--config", &house.settings()]);
    assert!(said.contains("listen.metrics_address") && said.contains("metrics_token"), "{said}");
}

/// A path and a method that somebody has thought of are counted, and told as what they are: none of ours.
#[test]
fn what_somebody_makes_up_becomes_no_label() {
    let Some(house) = House::build(Engine::Sqlite) else { return };
    let watched = Watched::start(&house, &[]);
    let door = watched.process.client("192.0.2.1");
    for (method, path) in [
        ("BREW", "/made-up/hanako@example.test"),
        ("GET", "/made-up/0192f0c1-7d3a-7c4e-9d51-0123456789ab"),
        ("DELETE", "/api/v1/account/sessions/0192f0c1-7d3a-7c4e-9d51-0123456789ab"),
    ] {
        assert!(door.ask(method, path).expect("an answer").status >= 400);
    }
    let text = watched.client().get("/metrics").expect("the figures").body;
    for labels in [
        "route=\"unmatched\",method=\"other\",status=\"4xx\"",
        "route=\"unmatched\",method=\"GET\",status=\"4xx\"",
        "route=\"/api/v1/account/sessions/{id}\",method=\"DELETE\",status=\"4xx\"",
    ] {
        assert!(text.contains(&format!("genkan_requests_total{{{labels}}} 1\n")), "{labels}:\n{text}");
    }
    for made_up in ["made-up", "hanako", "0192f0c1", "BREW"] {
        assert!(!text.contains(made_up), "{made_up} is told");
    }
}

/// One line a request and one a decision, each with its fields, under one number (docs/operations.md, "The log").
#[test]
fn the_log_has_a_line_for_each_request_and_each_decision() {
    let Some(house) = House::build(Engine::Sqlite) else { return };
    let process = house.serve();
    let client = process.client("192.0.2.1");
    house.register(&client, "hanako@example.test", PASSWORD).expect("registered");
    let body = json!({ "email": "hanako@example.test", "password": "not the right password" });
    let wrong = client.call("POST", "signin/password", "", &body).expect("an answer");
    assert_eq!(wrong.status, 401);
    // Lines are gathered; at the end all are there.
    assert!(process.stop().success());
    let log = house.log();
    let lines = log.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let lines = lines.collect::<Vec<_>>();
    let of = |message: &str, field: &str, value: &str| {
        let found = lines.iter().filter(|line| line["message"] == message && line[field] == value);
        found.cloned().collect::<Vec<_>>()
    };
    let answered = of("answered", "route", "/api/v1/signin/password");
    assert_eq!(answered.len(), 1, "{log}");
    assert_eq!((&answered[0]["method"], &answered[0]["status"]), (&json!("POST"), &json!(401)));
    assert!(answered[0]["milliseconds"].is_u64());
    let decided = of("decided", "command", "sign-in");
    assert_eq!(decided.len(), 1, "{log}");
    assert_eq!(decided[0]["outcome"], "wrong-password");
    let changes = decided[0]["changes"].as_str().expect("changes");
    assert!(changes.split(' ').any(|change| change == "guess-failed"), "{changes}");
    assert_eq!(decided[0]["number"], answered[0]["number"], "one number for both");
    assert!(decided[0]["number"].is_string());
    for command in ["register-by-email", "verify-registration", "complete-registration"] {
        assert_eq!(of("decided", "command", command).len(), 1, "{log}");
    }
    assert!(of("decided", "command", "pay-guess").is_empty(), "a step inside is told at debug");
    assert!(!log.contains("hanako"), "an address is in the log");
}
