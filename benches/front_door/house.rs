//! The house that is measured: the built program with `genkan serve`, its own database and its own mail relay.
//!
//! Everything is as an operator would run it, but for the limits per network, which are raised: all clients here
//! come from one machine. Members are registered through the API with the code from the mail.

use std::io::{Error, Result};
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::load::{self, Script, request};
use crate::relay::Relay;

/// The program that is measured: the one that was just built, or another, so that two builds can be measured in turns.
pub(crate) fn program() -> PathBuf {
    let other = std::env::var_os("GENKAN_BENCH_PROGRAM").map(PathBuf::from);
    other.unwrap_or_else(|| PathBuf::from(env!("CARGO_BIN_EXE_genkan")))
}

/// How a PostgreSQL is asked: as it is by default, or as the tests of the store are told to (`GENKAN_TEST_STATEMENTS`).
pub(crate) fn statements() -> Result<String> {
    match std::env::var("GENKAN_TEST_STATEMENTS") {
        Ok(word) if word == "named" => Ok(word),
        Ok(word) => Err(Error::other(format!("GENKAN_TEST_STATEMENTS is {word}"))),
        Err(_) => Ok("unnamed".to_owned()),
    }
}

const PASSWORD: &str = "tsuki no ura de mochi wo tsuku";

/// A member with an app that is signed in.
pub(crate) struct Member {
    pub(crate) email: String,
    pub(crate) device: String,
    pub(crate) token: String,
}

/// A running house; it ends with this value.
pub(crate) struct House {
    child: Child,
    settings: PathBuf,
    pub(crate) address: SocketAddr,
    /// Where it tells its figures.
    pub(crate) figures: SocketAddr,
    /// From starting the program to the first answer.
    pub(crate) started_in: Duration,
    pub(crate) relay: Relay,
}

impl House {
    /// Makes keys and settings in `folder` and starts.
    pub(crate) async fn build(folder: &Path, database: &str) -> Result<Self> {
        std::fs::create_dir_all(folder)?;
        let keys = folder.join("keys.toml");
        let mut making = Command::new(program());
        making.args(["keys", "new", "--out"]).arg(&keys).stdout(Stdio::null());
        if !making.status()?.success() {
            return Err(Error::other("no keys"));
        }
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let figures = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let relay = Relay::start()?;
        let settings = folder.join("genkan.toml");
        let document = document(address, &relay, database, &keys);
        let listen = format!("[listen]\nmetrics_address = \"{figures}\"\n");
        let document = document.replace("[listen]\n", &listen);
        let kept = format!("[database]\nstatements = \"{}\"\n", statements()?);
        let document = document.replace("[database]\n", &kept);
        std::fs::write(&settings, document + crate::exchanges::CLIENT)?;
        Self::start(settings, (address, figures), relay).await
    }

    /// Another node of the same service.
    pub(crate) async fn node(&self, number: usize) -> Result<Self> {
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let figures = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let text = std::fs::read_to_string(&self.settings)?;
        let own = |text: String, name: &str, from: SocketAddr, to: SocketAddr| {
            text.replace(&format!("{name} = \"{from}\""), &format!("{name} = \"{to}\""))
        };
        let text = own(text, "metrics_address", self.figures, figures);
        let text = own(text, "\naddress", self.address, address);
        let settings = self.settings.with_file_name(format!("node{number}.toml"));
        std::fs::write(&settings, text)?;
        Self::start(settings, (address, figures), self.relay.clone()).await
    }

    async fn start(
        settings: PathBuf,
        (address, figures): (SocketAddr, SocketAddr),
        relay: Relay,
    ) -> Result<Self> {
        let log = std::fs::File::create(settings.with_extension("log"))?;
        let began = Instant::now();
        let mut command = Command::new(program());
        command.args(["serve", "--config"]).arg(&settings).stderr(log);
        // The settings are those of the file alone; what steers this bench is no setting.
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("GENKAN_")) {
            command.env_remove(name);
        }
        let mut child = command.spawn()?;
        let question = request("GET", "/healthz", &[], "");
        loop {
            if load::ask(address, &question).await.is_ok_and(|answer| answer.status == 200) {
                let started_in = began.elapsed();
                return Ok(Self { child, settings, address, figures, started_in, relay });
            }
            if child.try_wait()?.is_some() {
                let log = std::fs::read_to_string(settings.with_extension("log"))?;
                return Err(Error::other(format!("the house did not start: {log}")));
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }

    /// Stops in order and starts again.
    pub(crate) async fn restart(mut self) -> Result<Self> {
        self.stop()?;
        Self::start(self.settings.clone(), (self.address, self.figures), self.relay.clone()).await
    }

    /// Where browsers would reach it.
    pub(crate) fn origin(&self) -> String {
        format!("http://localhost:{}", self.address.port())
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    fn stop(&mut self) -> Result<()> {
        if self.child.try_wait()?.is_none() {
            Command::new("kill").args(["-TERM", &self.pid().to_string()]).status()?;
            self.child.wait()?;
        }
        Ok(())
    }

    /// Signs members in anew: what was measured before has replaced their sessions.
    pub(crate) async fn sign_in(&self, members: &[Member]) -> Result<Vec<Member>> {
        let mut signed_in = Vec::new();
        for Member { email, device, .. } in members {
            let body = json!({ "email": email, "password": PASSWORD, "device": device });
            let done = self.post("signin/password", &body).await?;
            let token = text(&done, "token")?;
            signed_in.push(Member { email: email.clone(), device: device.clone(), token });
        }
        Ok(signed_in)
    }

    /// Registers members, one after the other.
    pub(crate) async fn register(&self, members: usize) -> Result<Vec<Member>> {
        let mut registered = Vec::new();
        for number in 0..members {
            registered.push(self.register_one(format!("member{number}@example.jp")).await?);
        }
        Ok(registered)
    }

    async fn register_one(&self, email: String) -> Result<Member> {
        let asked = self.post("register/email", &json!({ "email": email })).await?;
        let flow = text(&asked, "flow")?;
        let code = self.code(&email).await?;
        self.post("register/verify", &json!({ "flow": flow, "code": code })).await?;
        let done =
            self.post("register/complete", &json!({ "flow": flow, "password": PASSWORD })).await?;
        Ok(Member { device: text(&done, "device")?, token: text(&done, "token")?, email })
    }

    async fn code(&self, email: &str) -> Result<String> {
        const PATIENCE: Duration = Duration::from_secs(10);
        let began = Instant::now();
        while began.elapsed() < PATIENCE {
            if let Some(code) = self.relay.code(email) {
                return Ok(code);
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        Err(Error::other(format!("no mail with a code for {email}")))
    }

    async fn post(&self, step: &str, body: &Value) -> Result<Value> {
        let path = format!("/api/v1/{step}");
        let answer = load::ask(self.address, &request("POST", &path, &[], &body.to_string())).await?;
        let said = String::from_utf8_lossy(&answer.body);
        if answer.status >= 300 {
            return Err(Error::other(format!("{path}: {} {said}", answer.status)));
        }
        serde_json::from_str(&said).map_err(Error::other)
    }
}

impl Drop for House {
    fn drop(&mut self) {
        self.stop().ok();
    }
}

impl Member {
    /// Signs in again and again, with the device that the account knows.
    pub(crate) fn signs_in(&self) -> Script {
        let Self { email, device, .. } = self;
        vec![sign_in(&json!({ "email": email, "password": PASSWORD, "device": device }), "192.0.2.1")]
    }

    /// Signs in again and again, each time as from a new device: with a mail every time.
    pub(crate) fn signs_in_elsewhere(&self) -> Script {
        vec![sign_in(&json!({ "email": self.email, "password": PASSWORD }), "192.0.2.2")]
    }

    /// Asks who is asking, again and again.
    pub(crate) fn is_asked_for(&self) -> Script {
        let token = format!("Bearer {}", self.token);
        vec![request("GET", "/api/v1/session", &[("authorization", &token)], "")]
    }
}

/// So many who guess at another address from another network each time, and at none that was guessed at before: an
/// address that is asked about in every round ends locked.
pub(crate) fn guessers(count: usize) -> Vec<Script> {
    const GUESSES: usize = 64;
    static BORN: AtomicUsize = AtomicUsize::new(0);
    let born = BORN.fetch_add(count, Ordering::Relaxed);
    let guesser = |number: usize| {
        let guess = |n: usize| {
            let email = format!("nobody{number}x{n}@example.jp");
            let network = format!("198.{}.{}.{n}", 51 + number / 256 % 128, number % 256);
            sign_in(&json!({ "email": email, "password": "a wrong one" }), &network)
        };
        (0..GUESSES).map(guess).collect()
    };
    (born..born + count).map(guesser).collect()
}

fn sign_in(body: &Value, from: &str) -> Vec<u8> {
    request("POST", "/api/v1/signin/password", &[("x-forwarded-for", from)], &body.to_string())
}

fn text(answer: &Value, name: &str) -> Result<String> {
    let value = answer.get(name).and_then(Value::as_str).map(str::to_owned);
    value.ok_or_else(|| Error::other(format!("the answer has no {name}")))
}

fn document(address: SocketAddr, relay: &Relay, database: &str, keys: &Path) -> String {
    format!(
        r#"
[service]
name = "Bench"
base_url = "http://localhost:{}"
contact = "support@example.jp"
[listen]
address = "{address}"
trusted_proxies = ["127.0.0.1/32"]
[database]
url = "{database}"
[keys]
file = "{}"
[mail]
sender_address = "no-reply@example.jp"
[mail.smtp]
url = "smtp://{}"
[limits]
sign_in_per_network = "1000000 per 1m"
code_requests_per_network = "1000000 per 1m"
writes_per_network = "1000000 per 1m"
"#,
        address.port(),
        keys.display(),
        relay.address
    )
}
