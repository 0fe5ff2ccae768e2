//! A service of its own for one test: folder, settings, keys, database, relay, and processes that can be killed.
//!
//! Everything ends with the value: processes are killed, the database is dropped, the folder is removed. No
//! setting of the caller's environment may reach the program.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use serde_json::json;

use super::http::{Answer, Client};
use super::mail::Relay;
use super::proxy::Proxy;
use super::sql::{ask_file, ask_server};

/// The program as it is shipped, but for its profile.
const PROGRAM: &str = env!("CARGO_BIN_EXE_genkan");

/// A password that nobody guesses.
pub(crate) const PASSWORD: &str = "kawa-no-hotori-de-3-nin";

/// Where the accounts are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Engine {
    Sqlite,
    Postgres,
    /// PostgreSQL behind a pooler that gives each transaction any connection.
    Pooled,
}

/// A service: what all its processes share.
pub(crate) struct House {
    pub(crate) folder: PathBuf,
    pub(crate) relay: Relay,
    /// The server with the test's database, as an administrator sees it, and the name of the database.
    server: Option<(String, String)>,
    /// Copies of that database, by name.
    copies: Mutex<Vec<String>>,
}

/// The accounts of a house as they were at a moment, kept beside it until it ends.
#[derive(Clone, Debug)]
pub(crate) struct Kept(String);

/// A process of it.
pub(crate) struct Process {
    child: Child,
    pub(crate) port: u16,
}

impl House {
    /// A new service, or `None` (said aloud) where the engine is not there.
    pub(crate) fn build(engine: Engine) -> Option<Self> {
        let (name, folder) = Self::place();
        let (server, url) = match engine {
            Engine::Sqlite => (None, format!("sqlite:{}", folder.join("genkan.sqlite").display())),
            Engine::Postgres | Engine::Pooled => {
                let server = variable("GENKAN_TEST_POSTGRES")?;
                let front = if engine == Engine::Pooled {
                    variable("GENKAN_TEST_PGBOUNCER")?
                } else {
                    server.clone()
                };
                command_server(&server, &format!("create database {name}"));
                (Some((server, name.clone())), of_database(&front, &name))
            }
        };
        Some(Self::set_up(folder, server, &url))
    }

    /// A new service on a database of the test's own, which the house neither makes nor asks.
    pub(crate) fn at(url: &str) -> Self {
        Self::set_up(Self::place().1, None, url)
    }

    /// Another service with the same keys, and with these accounts of this one (or none). Its relay has had no mail.
    pub(crate) fn again(&self, accounts: Option<&Kept>) -> Self {
        let (name, folder) = Self::place();
        let (server, url) = match &self.server {
            None => {
                let file = folder.join("genkan.sqlite");
                if let Some(Kept(copy)) = accounts {
                    fs::copy(copy, &file).expect("a copy");
                }
                (None, format!("sqlite:{}", file.display()))
            }
            Some((server, _)) => {
                let from = accounts.map_or_else(String::new, |Kept(copy)| format!(" template {copy}"));
                command_server(server, &format!("create database {name}{from}"));
                (Some((server.clone(), name.clone())), of_database(server, &name))
            }
        };
        fs::copy(self.path("keys.toml"), folder.join("keys.toml")).expect("the keys");
        let house = Self { folder, relay: Relay::start(), server, copies: Mutex::default() };
        house.write_settings(&url);
        house
    }

    /// Keeps the accounts as they are. No process may be at work.
    pub(crate) fn keep(&self) -> Kept {
        let mut copies = self.copies.lock().expect("the copies");
        let copy = match &self.server {
            None => {
                self.sql("pragma wal_checkpoint(truncate)");
                let copy = self.path(&format!("kept-{}.sqlite", copies.len()));
                fs::copy(self.folder.join("genkan.sqlite"), &copy).expect("a copy");
                copy
            }
            Some((server, name)) => {
                let copy = format!("{name}_kept_{}", copies.len());
                command_server(server, &format!("create database {copy} template {name}"));
                copy
            }
        };
        copies.push(copy.clone());
        Kept(copy)
    }

    /// A name that nobody else has, and a folder of that name.
    fn place() -> (String, PathBuf) {
        static BUILT: AtomicU32 = AtomicU32::new(0);
        let name = format!("genkan_{}_{}", std::process::id(), BUILT.fetch_add(1, Ordering::Relaxed));
        let folder = std::env::temp_dir().join(&name);
        fs::create_dir_all(&folder).expect("a folder");
        (name, folder)
    }

    fn set_up(folder: PathBuf, server: Option<(String, String)>, url: &str) -> Self {
        let house = Self { folder, relay: Relay::start(), server, copies: Mutex::default() };
        house.write_settings(url);
        house.run(&["keys", "new", "--out", &house.path("keys.toml")]);
        house.run(&["config", "check", "--config", &house.settings()]);
        house
    }

    /// A file of the folder.
    pub(crate) fn path(&self, file: &str) -> String {
        self.folder.join(file).display().to_string()
    }

    /// The settings file.
    pub(crate) fn settings(&self) -> String {
        self.path("genkan.toml")
    }

    fn write_settings(&self, url: &str) {
        let relay = self.relay.port;
        let keys = self.path("keys.toml");
        let text = format!(
            "[service]\nname = \"Test\"\nbase_url = \"http://localhost:7878\"\ncontact = \"help@example.test\"\n\
             [listen]\ntrusted_proxies = [\"127.0.0.1\"]\n\
             [database]\nurl = \"{url}\"\npool = 8\n\
             [keys]\nfile = \"{keys}\"\n\
             [mail]\nsender_address = \"no-reply@example.test\"\n\
             [mail.smtp]\nurl = \"smtp://127.0.0.1:{relay}\"\n\
             [password.hash]\nqueue = 1000\ndeadline = \"10s\"\n\
             [limits]\nrequest_timeout = \"120s\"\n"
        );
        fs::write(self.settings(), text).expect("the settings");
    }

    /// Puts a way that can be disturbed between the service and its server.
    pub(crate) fn put_between(&self) -> Proxy {
        let (server, name) = self.server.as_ref().expect("a server's database");
        let (front, database) = server.rsplit_once('/').expect("a URL with a database");
        let (user, port) = front.rsplit_once(':').expect("a URL with a port");
        assert!(!database.contains('?'), "a plain URL");
        let proxy = Proxy::start(port.parse().expect("a port"));
        self.write_settings(&format!("{user}:{}/{name}", proxy.port));
        proxy
    }

    /// Puts a way that can be disturbed between the service and its relay.
    pub(crate) fn put_before_relay(&self) -> Proxy {
        let proxy = Proxy::start(self.relay.port);
        let text = fs::read_to_string(self.settings()).expect("the settings");
        let (old, new) = (self.relay.port.to_string(), proxy.port.to_string());
        let relay = |port: &str| format!("smtp://127.0.0.1:{port}");
        fs::write(self.settings(), text.replace(&relay(&old), &relay(&new))).expect("the settings");
        proxy
    }

    /// One process more. It answers when this returns.
    pub(crate) fn serve(&self) -> Process {
        let started = self.start(Path::new(PROGRAM), &[]);
        started.unwrap_or_else(|over| panic!("genkan serve is not ready ({over}):\n{}", self.log()))
    }

    /// Starts this build of the program with these variables; `Err` says how it ended before it answered.
    pub(crate) fn start(
        &self,
        program: &Path,
        variables: &[(&str, String)],
    ) -> Result<Process, ExitStatus> {
        loop {
            let port = free_port();
            let started = self.start_at(port, program, variables);
            // Between the look for a free port and its use, another house may have taken it.
            let taken = || self.log().contains(&format!("{port} cannot be listened on"));
            if started.is_ok() || !taken() {
                return started;
            }
        }
    }

    /// As `start`, with this build, under the very address that is listened on: what an app is told of other addresses is true.
    pub(crate) fn start_as_issuer(&self, variables: &[(&str, String)]) -> Result<Process, ExitStatus> {
        loop {
            let port = free_port();
            let mut all = variables.to_vec();
            all.push(("GENKAN_SERVICE__BASE_URL", format!("http://localhost:{port}")));
            let started = self.start_at(port, Path::new(PROGRAM), &all);
            let taken = || self.log().contains(&format!("{port} cannot be listened on"));
            if started.is_ok() || !taken() {
                return started;
            }
        }
    }

    /// As `start`, at a port that is known before.
    pub(crate) fn start_at(
        &self,
        port: u16,
        program: &Path,
        variables: &[(&str, String)],
    ) -> Result<Process, ExitStatus> {
        let log =
            File::options().create(true).append(true).open(self.path("serve.log")).expect("a log");
        let mut command = self.command_of(program, &["serve", "--config", &self.settings()]);
        command.env("GENKAN_LISTEN__ADDRESS", format!("127.0.0.1:{port}"));
        command.envs(variables.iter().cloned());
        command.stdout(log.try_clone().expect("a log")).stderr(log);
        let mut process = Process { child: command.spawn().expect("genkan serve starts"), port };
        let client = process.client("192.0.2.1");
        let began = Instant::now();
        // That it is this house which answers there is told by its own log.
        let own = format!("\"address\":\"127.0.0.1:{port}\"");
        let is_ready = || client.get("/readyz").is_ok_and(|answer| answer.status == 200);
        while !self.log().contains(&own) || !is_ready() {
            if let Some(over) = process.over() {
                return Err(over);
            }
            let late = began.elapsed() > Duration::from_secs(60);
            assert!(!late, "genkan serve is not ready:\n{}", self.log());
            pause(Duration::from_millis(20));
        }
        Ok(process)
    }

    /// What the processes wrote.
    pub(crate) fn log(&self) -> String {
        fs::read_to_string(self.path("serve.log")).unwrap_or_default()
    }

    /// A command that must work.
    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        let output = self.command(arguments).output().expect("genkan runs");
        assert!(output.status.success(), "genkan {arguments:?}: {output:?}");
        output
    }

    /// A command that must be refused; gives what it said.
    pub(crate) fn refused(&self, arguments: &[&str]) -> String {
        let output = self.command(arguments).output().expect("genkan runs");
        assert!(!output.status.success(), "genkan {arguments:?} was not refused: {output:?}");
        format!(
            "{}{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        )
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        self.command_of(Path::new(PROGRAM), arguments)
    }

    fn command_of(&self, program: &Path, arguments: &[&str]) -> Command {
        let mut command = Command::new(program);
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("GENKAN_") {
                command.env_remove(name);
            }
        }
        command.args(arguments).current_dir(&self.folder).stdin(Stdio::null());
        command
    }

    /// Runs a statement on the database, past the program, as an operator with SQL could.
    pub(crate) fn sql(&self, statement: &str) {
        self.ask(statement).unwrap_or_else(|error| panic!("{statement}: {error}"));
    }

    /// Takes the database away from under the processes.
    pub(crate) fn lose_database(&self) {
        let (server, name) = self.server.as_ref().expect("a server's database");
        command_server(server, &format!("drop database if exists {name} with (force)"));
    }

    /// Lets the minute pass for which a migration that was cut short keeps others out, if one was.
    pub(crate) fn end_lease_of_migration(&self) {
        // A house that was killed before it had that table has no lease.
        drop(self.ask("update migration_lease set expires_at = 0"));
    }

    fn ask(&self, statement: &str) -> Result<Vec<String>, String> {
        match &self.server {
            None => ask_file(&self.folder.join("genkan.sqlite"), statement),
            Some((server, name)) => ask_server(&of_database(server, name), statement),
        }
    }

    /// Whether the accounts are in one file of this machine.
    pub(crate) fn is_one_file(&self) -> bool {
        self.server.is_none()
    }

    /// The first column of what a query brings, as texts.
    pub(crate) fn rows(&self, query: &str) -> Vec<String> {
        self.ask(query).unwrap_or_else(|error| panic!("{query}: {error}"))
    }

    /// Registers a member and gives the answer to the last step.
    pub(crate) fn register(
        &self,
        client: &Client,
        address: &str,
        password: &str,
    ) -> std::io::Result<Answer> {
        let begun =
            settled(|| client.call("POST", "register/email", "", &json!({ "email": address })))?;
        let code = self.wait_for_code(client, address)?;
        let body = json!({ "flow": begun.text("flow"), "code": code });
        let verified = settled(|| client.call("POST", "register/verify", "", &body))?;
        let body = json!({ "flow": verified.text("flow"), "password": password });
        settled(|| client.call("POST", "register/complete", "", &body))
    }

    /// Waits until a code has come, as long as the process lives.
    pub(crate) fn wait_for_code(&self, client: &Client, address: &str) -> std::io::Result<String> {
        let began = Instant::now();
        loop {
            if let Some(code) = self.relay.code(address) {
                return Ok(code);
            }
            client.get("/healthz")?;
            assert!(
                began.elapsed() < Duration::from_secs(60),
                "no code for {address}:\n{}",
                self.log()
            );
            pause(Duration::from_millis(10));
        }
    }
}

impl Drop for House {
    fn drop(&mut self) {
        if let Some((server, name)) = &self.server {
            for name in self.copies.lock().expect("the copies").iter().chain([name]) {
                command_server(server, &format!("drop database if exists {name} with (force)"));
            }
        }
        if !std::thread::panicking() {
            drop(fs::remove_dir_all(&self.folder));
        }
    }
}

impl Process {
    /// Somebody in that network, talking to this process.
    pub(crate) fn client(&self, network: &str) -> Client {
        Client { port: self.port, network: network.to_owned() }
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Asks it to stop, as systemd does, and waits for its end.
    pub(crate) fn stop(mut self) -> ExitStatus {
        let asked = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status();
        assert!(asked.is_ok_and(|status| status.success()), "a signal can be sent");
        self.child.wait().expect("its end")
    }

    /// Its number.
    pub(crate) fn number(&self) -> u32 {
        self.child.id()
    }

    /// How it ended, if it did.
    pub(crate) fn over(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().expect("its state")
    }

    /// `kill -9`.
    pub(crate) fn kill(mut self) {
        self.end();
    }

    fn end(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.end();
    }
}

/// Sends until the answer is more than "try again".
pub(crate) fn settled(mut send: impl FnMut() -> std::io::Result<Answer>) -> std::io::Result<Answer> {
    let began = Instant::now();
    loop {
        let answer = send()?;
        if !answer.is_not_settled() {
            return Ok(answer);
        }
        assert!(began.elapsed() < Duration::from_secs(60), "it never settles: {answer:?}");
        pause(Duration::from_millis(50));
    }
}

/// Between two looks at another process; nothing in here could wake us.
#[expect(
    clippy::disallowed_methods,
    reason = "another process is asked again, or killed at a drawn instant"
)]
pub(crate) fn pause(time: Duration) {
    std::thread::sleep(time);
}

fn variable(name: &str) -> Option<String> {
    let found = std::env::var(name).ok();
    if found.is_none() {
        println!("skipped: {name} is not set");
    }
    found
}

/// The same server, another database.
fn of_database(url: &str, name: &str) -> String {
    let (server, _) = url.rsplit_once('/').expect("a URL with a database");
    format!("{server}/{name}")
}

fn command_server(url: &str, statement: &str) {
    ask_server(url, statement).unwrap_or_else(|error| panic!("{statement}: {error}"));
}

pub(crate) fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("its address").port()
}
