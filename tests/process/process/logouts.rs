//! Two sites hear from the real program that sessions are over, and believe a library nobody here wrote: of each end at least once
//! and of nothing that goes on, while they fail half of the time and genkan is killed (OpenID Connect Back-Channel Logout 1.0).

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::house::{Engine, House, PASSWORD, Process, pause, settled};
use super::http::Client;

const ISSUER: &str = "http://localhost:7878";
const BACK: &str = "https://site.example.jp/callback";
const SECRET: &str = "5d1f0c6a9be84732a1c05e7f3b8d92466d0e1f2a";
/// RFC 7636 appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
const ROUNDS: usize = 5;
const SITES: [(&str, &str); 2] = [("novel-site", "/novel"), ("comic-site", "/comic")];

/// The two sites, and what they told so far.
struct Sites {
    process: Child,
    port: u16,
    lines: Receiver<Value>,
}

impl Sites {
    /// `None`, said aloud, where the library is not installed.
    fn start(house: &House, mood: &str) -> Option<Self> {
        let mut import = Command::new("python3");
        import.args(["-c", "import jwt, cryptography"]).stderr(Stdio::null());
        if !import.status().is_ok_and(|status| status.success()) {
            let note = "skipped: Python has no PyJWT (tests/parts/requirements.txt)\n";
            std::io::stderr().write_all(note.as_bytes()).expect("said");
            return None;
        }
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/parts/logout-receiver.py");
        let mut process = Command::new("python3")
            .arg("-B")
            .arg(script)
            .args([ISSUER, &house.path("jwks.json"), mood])
            .stdout(Stdio::piped())
            .spawn()
            .expect("the receiver starts");
        let mut lines = BufReader::new(process.stdout.take().expect("its output")).lines();
        let port = lines.next().expect("a line").expect("a line").parse().expect("its port");
        let (tell, told) = channel();
        std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                if tell.send(serde_json::from_str(&line).expect("JSON")).is_err() {
                    return;
                }
            }
        });
        Some(Self { process, port, lines: told })
    }

    /// Both are told; `quiet-site` is not.
    fn settings(&self, house: &House) {
        let mut text = String::new();
        for (name, more) in [
            ("novel-site", "algorithm = \"ES256\""),
            ("comic-site", "algorithm = \"EdDSA\"\nsector = \"comic.example.jp\""),
            ("quiet-site", ""),
        ] {
            text.push_str(&format!(
                "[client.{name}]\nredirect_uris = [\"{BACK}\"]\nsecrets = \"{SECRET}\"\n{more}\n"
            ));
            if let Some((_, path)) = SITES.iter().find(|(site, _)| *site == name) {
                text.push_str(&format!(
                    "backchannel_logout_uri = \"http://127.0.0.1:{}{path}\"\nallow_private = true\n",
                    self.port
                ));
            }
        }
        let mut file = fs::File::options().append(true).open(house.settings()).expect("the settings");
        file.write_all(text.as_bytes()).expect("written");
        house.run(&["config", "check", "--config", &house.settings()]);
    }

    fn next(&self, patience: Duration) -> Option<Value> {
        match self.lines.recv_timeout(patience) {
            Ok(told) => {
                assert_eq!(told["holds"], true, "{told}");
                Some(told)
            }
            Err(RecvTimeoutError::Timeout) => None,
            Err(RecvTimeoutError::Disconnected) => panic!("the receiver is gone"),
        }
    }
}

impl Drop for Sites {
    fn drop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

/// A client and a session of its ID tokens, with the member as it knows one.
type Hold = (String, String, String);

/// What was heard: each hold, and how often it was taken.
#[derive(Debug, Default)]
struct Heard {
    taken: BTreeMap<Hold, usize>,
    requests: usize,
}

impl Heard {
    fn note(&mut self, told: &Value) {
        self.requests += 1;
        if told["fate"] == "refused" {
            return;
        }
        let claim = |name: &str| told["claims"][name].as_str().expect("a text").to_owned();
        *self.taken.entry((claim("aud"), claim("sid"), claim("sub"))).or_default() += 1;
    }

    /// Takes whatever comes until all of these were taken.
    fn until(&mut self, sites: &Sites, wanted: &BTreeSet<Hold>, house: &House) {
        let began = Instant::now();
        while self.taken.len() < wanted.len() {
            if let Some(told) = sites.next(Duration::from_millis(200)) {
                self.note(&told);
            } else {
                // What was put off is due: the waits are somebody else's test.
                house.sql("update announcement_lines set due_at = 0 where worker is null");
            }
            let late = began.elapsed() > Duration::from_secs(120);
            assert!(!late, "{} of {}: {self:?}\n{}", self.taken.len(), wanted.len(), house.log());
        }
    }
}

fn serve(house: &House) -> Process {
    let process = house.serve();
    let keys = process.client("192.0.2.1").get("/.well-known/jwks.json").expect("the keys");
    // Whole at every moment: the sites read it while they are told.
    fs::write(house.path("jwks.new"), keys.body).expect("written");
    fs::rename(house.path("jwks.new"), house.path("jwks.json")).expect("renamed");
    process
}

fn sign_in(client: &Client, over: &str, address: &str) -> String {
    let body = json!({ "email": address, "password": PASSWORD });
    let answer = settled(|| client.call("POST", "signin/password", over, &body)).expect("an answer");
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.text("token")
}

/// A site signs the member in; its name, session and member, as its ID token has them.
fn hold(client: &Client, site: &str, session: &str) -> Hold {
    hold_by(client, (site, SECRET), session)
}

fn hold_by(client: &Client, (site, secret): (&str, &str), session: &str) -> Hold {
    let back = BACK.replace(':', "%3A").replace('/', "%2F");
    let path = format!(
        "/oauth/authorize?client_id={site}&redirect_uri={back}&response_type=code&scope=openid\
         &code_challenge={CHALLENGE}&code_challenge_method=S256"
    );
    let cookie = format!("Cookie: genkan-session={session}\r\n");
    let answer = client.get_as(&path, &cookie).expect("an answer");
    let place = answer.headers.iter().find(|(name, _)| name == "location").expect("a place");
    let (_, rest) = place.1.split_once("?code=").unwrap_or_else(|| panic!("{answer:?}"));
    let code = rest.split('&').next().expect("a code");
    let form = format!(
        "grant_type=authorization_code&client_id={site}&client_secret={secret}&code={code}\
         &redirect_uri={back}&code_verifier={VERIFIER}"
    );
    let answer = client.form("/oauth/token", &form).expect("an answer");
    let token = answer.text("id_token");
    let claims = token.split('.').nth(1).expect("claims");
    let claims: Value =
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).expect("base64")).expect("JSON");
    let claim = |name: &str| claims[name].as_str().expect("a text").to_owned();
    assert_eq!(claim("aud"), site);
    (claim("aud"), claim("sid"), claim("sub"))
}

/// The account of a session.
fn account_of(client: &Client, session: &str) -> String {
    let answer = client.call("GET", "account", session, &Value::Null).expect("an answer");
    answer.text("id")
}

fn storm(engine: Engine) {
    let Some(house) = House::build(engine) else { return };
    let Some(sites) = Sites::start(&house, "moody") else { return };
    sites.settings(&house);
    let mut heard = Heard::default();
    let (mut wanted, mut going_on) = (BTreeSet::new(), BTreeSet::new());
    let nodes = if engine == Engine::Postgres { 2 } else { 1 };
    for round in 0..ROUNDS {
        let processes: Vec<Process> = (0..nodes).map(|_| serve(&house)).collect();
        let client = processes[round % nodes].client(&format!("10.8.{round}.1"));
        let (one, other) = (format!("one{round}@example.test"), format!("other{round}@example.test"));
        for address in [&one, &other] {
            assert_eq!(house.register(&client, address, PASSWORD).expect("an answer").status, 201);
        }
        let sessions: Vec<String> = (0..4).map(|_| sign_in(&client, "", &one)).collect();
        let holds: Vec<Vec<Hold>> = sessions
            .iter()
            .map(|session| {
                hold(&client, "quiet-site", session);
                SITES.map(|(site, _)| hold(&client, site, session)).into()
            })
            .collect();
        // Signed out; somebody else in the same browser; and then all the others, but for a fourth that stays, or none.
        let out = settled(|| client.call("POST", "signout", &sessions[0], &Value::Null));
        assert_eq!(out.expect("an answer").status, 204);
        sign_in(&client, &sessions[1], &other);
        wanted.extend(holds[..2].iter().flatten().cloned());
        let account = account_of(&client, &sessions[3]);
        match round {
            0 | 3 => {
                let out =
                    settled(|| client.call("DELETE", "account/sessions", &sessions[3], &Value::Null));
                assert_eq!(out.expect("an answer").status, 204);
                wanted.extend(holds[2].iter().cloned());
                going_on.extend(holds[3].iter().cloned());
            }
            1 => {
                house.run(&["account", "signout", &account, "--config", &house.settings()]);
                wanted.extend(holds[2..].iter().flatten().cloned());
            }
            2 => {
                let reason = ["--reason", "spam", "--config", &house.settings()];
                house.run(&[["account", "suspend", &account].as_slice(), &reason].concat());
                wanted.extend(holds[2..].iter().flatten().cloned());
            }
            _ => {
                let gone = settled(|| client.call("DELETE", "account", &sessions[3], &Value::Null));
                assert_eq!(gone.expect("an answer").status, 200);
                wanted.extend(holds[2..].iter().flatten().cloned());
            }
        }
        // Killed in the midst of what is told.
        let some = wanted.iter().take(wanted.len() * 2 / 3).cloned().collect();
        heard.until(&sites, &some, &house);
        processes.into_iter().for_each(Process::kill);
        house.sql("update announcement_lines set due_at = 0, worker = null");
    }
    let process = serve(&house);
    heard.until(&sites, &wanted, &house);
    let waiting = || house.rows("select count(*) from announcements where state <> 'received'");
    let began = Instant::now();
    while waiting() != ["0"] && began.elapsed() < Duration::from_secs(60) {
        house.sql("update announcement_lines set due_at = 0 where worker is null");
        pause(Duration::from_millis(100));
    }
    assert_eq!(waiting(), ["0"], "{}", house.log());
    while let Some(told) = sites.next(Duration::from_millis(200)) {
        heard.note(&told);
    }
    let taken = heard.taken.keys().cloned().collect::<BTreeSet<_>>();
    assert_eq!(taken, wanted, "each at least once");
    assert!(taken.is_disjoint(&going_on), "none of what goes on");
    assert!(heard.requests > heard.taken.len(), "the sites refused none: {heard:?}");
    let names = house.rows("select distinct endpoint from announcements order by endpoint");
    assert_eq!(names, ["client:comic-site", "client:novel-site"]);
    // A site knows a member by its own name, and two sites by different ones.
    let subjects = |site: &str| {
        let of = taken.iter().filter(move |(client, ..)| client == site);
        of.map(|(_, _, subject)| subject.clone()).collect::<BTreeSet<_>>()
    };
    assert!(subjects("novel-site").is_disjoint(&subjects("comic-site")));
    process.stop();
    // What rested too long ends when upkeep comes by, and is told as well.
    house.sql("update sessions set seen_at = seen_at - 7776000000");
    let process = serve(&house);
    heard.until(&sites, &wanted.union(&going_on).cloned().collect(), &house);
    process.stop();
}

#[test]
fn two_sites_hear_of_each_end_though_they_fail_half_and_genkan_is_killed_on_sqlite() {
    storm(Engine::Sqlite);
}

#[test]
fn two_sites_hear_of_each_end_though_they_fail_half_and_genkan_is_killed_on_postgresql() {
    storm(Engine::Postgres);
}

#[test]
fn a_site_that_says_the_token_is_wrong_is_not_asked_again_and_an_operator_sees_and_repeats_it() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let Some(house) = House::build(engine) else { continue };
        let Some(sites) = Sites::start(&house, "wrong") else { return };
        sites.settings(&house);
        let process = serve(&house);
        let client = process.client("192.0.2.4");
        house.register(&client, "hanako@example.test", PASSWORD).expect("an answer");
        let session = sign_in(&client, "", "hanako@example.test");
        let held = hold(&client, "novel-site", &session);
        settled(|| client.call("POST", "signout", &session, &Value::Null)).expect("an answer");
        let told = sites.next(Duration::from_secs(30)).expect("it comes");
        assert_eq!(told["claims"]["sid"], json!(held.1));
        let list = ["webhook", "list", "--state", "given-up", "--json", "--config", &house.settings()];
        let began = Instant::now();
        let listed = loop {
            let listed: Value = serde_json::from_slice(&house.run(&list).stdout).expect("JSON");
            if listed["events"].as_array().is_some_and(|events| events.len() == 1) {
                break listed["events"][0].clone();
            }
            assert!(began.elapsed() < Duration::from_secs(30), "{listed}\n{}", house.log());
            pause(Duration::from_millis(50));
        };
        assert_eq!(
            (&listed["endpoint"], &listed["type"], &listed["tries"]),
            (&json!("client:novel-site"), &json!("session.ended"), &json!(1))
        );
        assert!(house.log().contains("a client says that what it was told is wrong"));
        let id = listed["id"].as_str().expect("an id");
        let shown = house.run(&["webhook", "show", id, "--json", "--config", &house.settings()]);
        let shown: Value = serde_json::from_slice(&shown.stdout).expect("JSON");
        assert!(shown["body"].as_str().is_some_and(|body| body.contains(&held.1)), "{shown}");
        let again = house.run(&["webhook", "replay", id, "--json", "--config", &house.settings()]);
        assert!(String::from_utf8_lossy(&again.stdout).contains("\"replayed\": 1"), "{again:?}");
        let told = sites.next(Duration::from_secs(30)).expect("it comes again");
        assert_eq!(told["claims"]["sid"], json!(held.1), "in a token of its own");
        let refused = house.refused(&[
            "webhook",
            "replay",
            "--endpoint",
            "client:quiet-site",
            "--config",
            &house.settings(),
        ]);
        assert!(refused.contains("No client “quiet-site” is told"), "{refused}");
        let refused =
            house.refused(&["webhook", "test", "client:novel-site", "--config", &house.settings()]);
        assert!(refused.contains("sign-outs that really happen"), "{refused}");
        process.stop();
    }
}

#[test]
fn a_site_that_an_operator_has_added_hears_as_well_and_no_more_when_it_is_told_no_more() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let Some(house) = House::build(engine) else { continue };
        let Some(sites) = Sites::start(&house, "calm") else { return };
        let process = serve(&house);
        let client = process.client("192.0.2.4");
        let settings = house.settings();
        let uri = format!("backchannel_logout_uri=http://127.0.0.1:{}/comic", sites.port);
        let back = format!("redirect_uris={BACK}");
        let refused =
            house.refused(&["client", "add", "comic-site", &back, &uri, "--config", &settings]);
        assert!(refused.contains("allow_private"), "{refused}");
        let written = [&back, "algorithm=EdDSA", "sector=comic.example.jp", &uri, "allow_private=true"];
        let add =
            [&["client", "add", "comic-site"], written.as_slice(), &["--json", "--config", &settings]];
        let added: Value = serde_json::from_slice(&house.run(&add.concat()).stdout).expect("JSON");
        let secret = added["secret"].as_str().expect("a secret");
        let knows = |wanted: &str| {
            let began = Instant::now();
            while !house.log().contains(wanted) {
                assert!(began.elapsed() < Duration::from_secs(30), "{}", house.log());
                pause(Duration::from_millis(50));
            }
        };
        knows("\"clients\":\"comic-site\"");
        house.register(&client, "hanako@example.test", PASSWORD).expect("an answer");
        let session = sign_in(&client, "", "hanako@example.test");
        let held = hold_by(&client, ("comic-site", secret), &session);
        // By a process of its own, which must know the site too.
        let account = account_of(&client, &session);
        house.run(&["account", "signout", &account, "--config", &settings]);
        let told = sites.next(Duration::from_secs(30)).expect("it comes");
        assert_eq!((&told["claims"]["sid"], &told["claims"]["sub"]), (&json!(held.1), &json!(held.2)));
        house.run(&["client", "set", "comic-site", "backchannel_logout_uri=", "--config", &settings]);
        let began = Instant::now();
        while house.log().matches("\"clients\":\"comic-site\"").count() < 2 {
            assert!(began.elapsed() < Duration::from_secs(30), "{}", house.log());
            pause(Duration::from_millis(50));
        }
        let session = sign_in(&client, "", "hanako@example.test");
        hold_by(&client, ("comic-site", secret), &session);
        settled(|| client.call("POST", "signout", &session, &Value::Null)).expect("an answer");
        assert_eq!(house.rows("select count(*) from announcements"), ["1"], "nothing is written");
        process.stop();
    }
}
