//! The example app against the real program, on both engines: what a person at a terminal types, and what is left of it. It
//! registers with the code from the real mail, is locked out and resets, refreshes, signs out, and is ended from the account page.

use std::io::{BufReader, Read as _, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::Once;
use std::time::Duration;

use serde_json::Value;

use super::house::{Engine, House, PASSWORD, Process, pause};

const ADDRESS: &str = "hanako@example.test";
const OTHER: &str = "hidari-no-mado-wa-akanai";

/// The example, built as this test was.
fn program() -> PathBuf {
    static BUILT: Once = Once::new();
    let genkan = Path::new(env!("CARGO_BIN_EXE_genkan"));
    BUILT.call_once(|| {
        let mut build = Command::new(env!("CARGO"));
        build.args(["build", "--quiet", "--offline", "--package", "reader-app"]);
        if !cfg!(debug_assertions) {
            build.arg("--release");
        }
        let built = build.current_dir(env!("CARGO_MANIFEST_DIR")).status().expect("cargo runs");
        assert!(built.success(), "the example is built");
    });
    genkan.with_file_name("reader-app")
}

fn serve(house: &House) -> Process {
    let variables = [
        ("GENKAN_CLIENT__READER_APP__REDIRECT_URIS", "jp.example.reader:/callback".to_owned()),
        ("GENKAN_CLIENT__READER_APP__FIRST_PARTY", "true".to_owned()),
    ];
    // Its own address is what the example is told; so it has to be the one that is listened on.
    let started = house.start_as_issuer(&variables);
    started.unwrap_or_else(|over| panic!("genkan serve is not ready ({over}):\n{}", house.log()))
}

/// A run of the example, as a person sits before it.
struct Run {
    child: Child,
    typed: Option<ChildStdin>,
    said: BufReader<std::process::ChildStdout>,
    heard: String,
}

struct Person<'h> {
    house: &'h House,
    process: &'h Process,
    language: &'static str,
}

impl Person<'_> {
    fn begin(&self, arguments: &[&str]) -> Run {
        let mut command = Command::new(program());
        command
            .args(["--server", &format!("http://localhost:{}", self.process.port)])
            .args(["--file", &self.house.path("app/tokens.json")])
            .args(arguments)
            .env("LC_ALL", self.language)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().expect("the example starts");
        let typed = child.stdin.take();
        let said = BufReader::new(child.stdout.take().expect("what it says"));
        Run { child, typed, said, heard: String::new() }
    }

    /// A run with all its lines typed at once; what it said, and whether it went well.
    fn run(&self, arguments: &[&str], lines: &[&str]) -> (bool, String) {
        let mut run = self.begin(arguments);
        for line in lines {
            run.types(line);
        }
        run.ends()
    }

    fn kept(&self) -> Value {
        let file = self.house.path("app/tokens.json");
        let mode = std::fs::metadata(&file).expect("the file").permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "it is its owner's alone");
        serde_json::from_slice(&std::fs::read(file).expect("the file")).expect("JSON")
    }
}

impl Run {
    fn types(&mut self, line: &str) {
        // A run that has ended already says so by its answer.
        let typed = self.typed.as_mut().expect("an open line");
        drop(writeln!(typed, "{line}").and_then(|()| typed.flush()));
    }

    /// Waits until it asks something.
    fn asks(&mut self, words: &str) {
        while !self.heard.contains(words) {
            let mut byte = [0_u8; 64];
            let read = self.said.read(&mut byte).expect("what it says");
            assert!(read > 0, "it ended before it asked {words:?}: {}", self.heard);
            self.heard.push_str(&String::from_utf8_lossy(&byte[..read]));
        }
    }

    fn ends(mut self) -> (bool, String) {
        drop(self.typed.take());
        let mut line = String::new();
        self.said.read_to_string(&mut line).expect("what it says");
        let output = self.child.wait_with_output().expect("it ends");
        let complained = String::from_utf8_lossy(&output.stderr).into_owned();
        (output.status.success(), self.heard + &line + &complained)
    }
}

fn a_day(engine: Engine) {
    let Some(house) = House::build(engine) else { return };
    let process = serve(&house);
    let client = process.client("192.0.2.1");
    let person = Person { house: &house, process: &process, language: "en_US.UTF-8" };
    let well = |(good, said): (bool, String), words: &str| {
        assert!(good && said.contains(words), "{engine:?}: {said}");
    };
    let badly = |(good, said): (bool, String), words: &str| {
        assert!(!good && said.contains(words), "{engine:?}: {said}");
    };

    badly(person.run(&["whoami"], &[]), "Nobody is signed in");
    let mut signup = person.begin(&["signup"]);
    signup.types(ADDRESS);
    let code = house.wait_for_code(&client, ADDRESS).expect("a code");
    signup.types("0000 0000 0000");
    signup.types(&code);
    signup.types("password");
    signup.types(PASSWORD);
    well(signup.ends(), "Signed in.");
    well(person.run(&["whoami"], &[]), ADDRESS);
    let first = person.kept();
    assert!(first["device"].is_string());

    well(person.run(&["refresh"], &[]), "The tokens are new.");
    assert_ne!(person.kept()["tokens"]["refresh"], first["tokens"]["refresh"]);
    // Once the access token has lapsed, the app gets another by itself.
    let mut lapsed = person.kept();
    let before = lapsed["tokens"]["refresh"].clone();
    lapsed["tokens"]["expires_at"] = 0.into();
    std::fs::write(house.path("app/tokens.json"), lapsed.to_string()).expect("written");
    well(person.run(&["whoami", "--json"], &[]), "\"email_verified\":true");
    assert_ne!(person.kept()["tokens"]["refresh"], before);
    well(person.run(&["signout"], &[]), "Signed out.");
    badly(person.run(&["whoami"], &[]), "Nobody is signed in");
    assert_eq!(person.kept()["device"], first["device"], "the installation stays known");

    // Another installation, which nobody knows: ten wrong passwords lock, in Japanese.
    std::fs::remove_file(house.path("app/tokens.json")).expect("removed");
    let japanese = Person { language: "ja_JP.UTF-8", ..person };
    let mut wrong = vec![ADDRESS];
    wrong.extend(["wrong"; 11]);
    badly(japanese.run(&["signin"], &wrong), "reader-app reset");
    let mut reset = japanese.begin(&["reset"]);
    reset.asks("メールアドレス");
    reset.types(ADDRESS);
    reset.asks("メールで届いたコード");
    let number = loop {
        match house.relay.number(ADDRESS, "One-time code") {
            Some(number) => break number,
            None => pause(Duration::from_millis(10)),
        }
    };
    reset.types(&number);
    reset.types(OTHER);
    well(reset.ends(), "ログインしました。");
    badly(japanese.run(&["signin"], &[ADDRESS, PASSWORD]), "中断しました。");
    well(japanese.run(&["signin"], &[ADDRESS, OTHER]), "ログインしました。");

    // Ended from the account page: the app hears of it at once.
    well(japanese.run(&["whoami"], &[]), ADDRESS);
    let session = signed_in_browser(&client, OTHER);
    let head = format!(
        "Cookie: genkan-session={session}\r\nSec-Fetch-Site: same-origin\r\n\
                        Content-Type: application/x-www-form-urlencoded\r\n"
    );
    let ended = client.post_with("/account/sessions/end-others", &head, "").expect("an answer");
    assert_eq!(ended.status, 303, "{ended:?}");
    badly(japanese.run(&["whoami"], &[]), "ログインが終了しました");
    badly(japanese.run(&["refresh"], &[]), "ログインが終了しました");
    process.stop();
}

/// The session of a browser that signs in by the pages.
fn signed_in_browser(client: &super::http::Client, password: &str) -> String {
    let form = format!("email={}&password={password}", ADDRESS.replace('@', "%40"));
    let answer = client.form("/signin/email", &form).expect("an answer");
    assert_eq!(answer.status, 303, "{answer:?}");
    let cookies = answer.headers.iter().filter(|(name, _)| name == "set-cookie");
    let session = cookies.filter_map(|(_, line)| line.strip_prefix("genkan-session=")).next();
    session.and_then(|rest| rest.split(';').next()).expect("a session").to_owned()
}

/// The commands of docs/apps.md as they stand, but for the port, by the real curl.
#[test]
fn the_commands_of_the_document_lead_to_tokens() {
    let house = House::build(Engine::Sqlite).expect("a house");
    let process = serve(&house);
    let client = process.client("192.0.2.1");
    let text = include_str!("../../../docs/apps.md");
    let block = text.split("```sh\n").nth(1).and_then(|rest| rest.split("```").next());
    let block = block.expect("the commands");
    let typed = |name: &str| {
        let rest = block.split(&format!("{name}=")).nth(1).expect("a value");
        rest.trim_start_matches('\'')
            .split(['\'', '\n'])
            .next()
            .unwrap()
            .split(" PASSWORD")
            .next()
            .unwrap()
            .to_owned()
    };
    house.register(&client, &typed("EMAIL"), &typed("PASSWORD")).expect("an answer");
    let here = block.replace("http://localhost:7878", &format!("http://localhost:{}", process.port));
    assert_ne!(here, block);
    let output =
        Command::new("bash").args(["-euo", "pipefail", "-c", &here]).output().expect("bash runs");
    let said = String::from_utf8_lossy(&output.stdout);
    let tokens: Value = serde_json::from_str(&said).unwrap_or_else(|_| panic!("{output:?}"));
    assert!(tokens["access_token"].is_string() && tokens["auth_session"].is_string(), "{tokens}");
    process.stop();
}

#[test]
fn a_day_with_the_example_app_on_sqlite() {
    a_day(Engine::Sqlite);
}

#[test]
fn a_day_with_the_example_app_on_postgresql() {
    a_day(Engine::Postgres);
}
