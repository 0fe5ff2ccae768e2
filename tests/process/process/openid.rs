//! Sites and apps at the real program: Authlib, which nobody here wrote, goes every way on both engines; and what an app holds
//! outlives fifty refreshes at once over two processes, lost replies and `kill -9` (security.md F4, I24, I25).

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;

use super::house::{Engine, House, PASSWORD, Process};
use super::http::{Answer, Client};

const ISSUER: &str = "http://localhost:7878";
const ADDRESS: &str = "hanako@example.test";
const BACK: &str = "https://novel.example.jp/callback";
const SECRET: &str = "5d1f0c6a9be84732a1c05e7f3b8d92466d0e1f2a";
/// RFC 7636 appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
/// As many as the catalogue of flaws says.
const AT_ONCE: usize = 50;

fn serve(house: &House) -> Process {
    let variables = [
        ("GENKAN_CLIENT__NOVEL_SITE__REDIRECT_URIS", BACK.to_owned()),
        ("GENKAN_CLIENT__NOVEL_SITE__SECRETS", SECRET.to_owned()),
        ("GENKAN_CLIENT__READER_APP__REDIRECT_URIS", BACK.to_owned()),
    ];
    let started = house.start(Path::new(env!("CARGO_BIN_EXE_genkan")), &variables);
    started.unwrap_or_else(|over| panic!("genkan serve is not ready ({over}):\n{}", house.log()))
}

/// The session of a member who is signed in.
fn member(house: &House, process: &Process) -> String {
    let client = process.client("192.0.2.1");
    let done = house.register(&client, ADDRESS, PASSWORD).expect("an answer");
    assert_eq!(done.status, 201, "{done:?}");
    done.text("token")
}

/// A code for the app, in the browser that has this session.
fn code(client: &Client, session: &str) -> String {
    let back = BACK.replace(':', "%3A").replace('/', "%2F");
    let path = format!(
        "/oauth/authorize?client_id=reader-app&redirect_uri={back}&response_type=code&state=s\
         &scope=openid%20offline_access&code_challenge={CHALLENGE}&code_challenge_method=S256"
    );
    let answer =
        client.get_as(&path, &format!("Cookie: genkan-session={session}\r\n")).expect("an answer");
    assert_eq!(answer.status, 303, "{answer:?}");
    let place = answer.headers.iter().find(|(name, _)| name == "location").expect("a place");
    let (_, rest) = place.1.split_once("?code=").unwrap_or_else(|| panic!("{answer:?}"));
    rest.split('&').next().expect("a code").to_owned()
}

fn redeem(client: &Client, code: &str) -> Answer {
    let back = BACK.replace(':', "%3A").replace('/', "%2F");
    let form = format!(
        "grant_type=authorization_code&client_id=reader-app&code={code}&redirect_uri={back}&code_verifier={VERIFIER}"
    );
    client.form("/oauth/token", &form).expect("an answer")
}

fn refresh(client: &Client, token: &str) -> Answer {
    let form = format!("grant_type=refresh_token&client_id=reader-app&refresh_token={token}");
    client.form("/oauth/token", &form).expect("an answer")
}

fn refused(answer: &Answer) {
    assert_eq!(answer.status, 400, "{answer:?}");
    assert!(answer.body.contains("invalid_grant"), "{answer:?}");
}

fn authlib_goes_every_way(engine: Engine) {
    let there =
        Command::new("python3").args(["-c", "import authlib, requests"]).stderr(Stdio::null()).status();
    if !there.is_ok_and(|status| status.success()) {
        println!("skipped: Authlib is not installed for python3");
        return;
    }
    let Some(house) = House::build(engine) else { return };
    let process = serve(&house);
    let session = member(&house, &process);
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/openid/authlib_site.py");
    let near = format!("http://127.0.0.1:{}", process.port);
    let told = Command::new("python3")
        .args(["-B", script, ISSUER, &near, BACK, SECRET, ADDRESS])
        .env("SESSION", session)
        .env("AUTHLIB_INSECURE_TRANSPORT", "1")
        .output()
        .expect("python3");
    let said = String::from_utf8_lossy(&told.stderr);
    assert!(told.status.success(), "{said}\n{}", house.log());
    assert!(process.stop().success());
}

#[test]
fn authlib_goes_every_way_on_sqlite() {
    authlib_goes_every_way(Engine::Sqlite);
}

#[test]
fn authlib_goes_every_way_on_postgresql() {
    authlib_goes_every_way(Engine::Postgres);
}

/// Fifty at once, each from a thread of its own, over the processes in turn.
fn fifty(clients: &[Client], token: &str) -> Vec<Answer> {
    thread::scope(|scope| {
        let ask = |n: usize| {
            let client = &clients[n % clients.len()];
            scope.spawn(move || refresh(client, token))
        };
        let all = (0..AT_ONCE).map(ask).collect::<Vec<_>>();
        all.into_iter().map(|one| one.join().expect("an answer")).collect()
    })
}

fn what_an_app_holds_outlives(engine: Engine, processes: usize) {
    let Some(house) = House::build(engine) else { return };
    let mut running = (0..processes).map(|_| serve(&house)).collect::<Vec<_>>();
    let session = member(&house, &running[0]);
    let clients =
        |running: &[Process]| running.iter().map(|p| p.client("192.0.2.1")).collect::<Vec<_>>();
    let at = clients(&running);
    let given = code(&at[0], &session);
    let tokens = redeem(&at[0], &given);
    assert_eq!(tokens.status, 200, "{tokens:?}");
    let first = tokens.text("refresh_token");

    let answers = fifty(&at, &first);
    let next = answers.iter().map(|answer| {
        assert_eq!(answer.status, 200, "no false alarm: {answer:?}");
        answer.text("refresh_token")
    });
    let next = next.collect::<BTreeSet<_>>();
    assert_eq!(next.len(), AT_ONCE, "each has been handed one of its own");

    // The first that is used is the one way on; it is used fifty times at once, too.
    let mut next = next.into_iter();
    let (winner, late) = (next.next().expect("one"), next.next().expect("another"));
    let after = fifty(&at, &winner);
    assert!(after.iter().all(|answer| answer.status == 200), "{after:?}");
    let last = after.last().expect("one").text("refresh_token");

    // What was answered outlives the end of all processes, and so does what was used up.
    for process in running.drain(..) {
        process.kill();
    }
    running = (0..processes).map(|_| serve(&house)).collect();
    let at = clients(&running);
    refused(&redeem(&at[0], &given));
    // Shown twice, the code has ended what it gave.
    refused(&refresh(at.last().expect("one"), &last));

    let given = code(&at[0], &session);
    let first = redeem(&at[0], &given).text("refresh_token");
    let used = refresh(&at[0], &first).text("refresh_token");
    let lost = refresh(&at[0], &first).text("refresh_token");
    let held = refresh(at.last().expect("one"), &used).text("refresh_token");
    for process in running.drain(..) {
        process.kill();
    }
    running = (0..processes).map(|_| serve(&house)).collect();
    let at = clients(&running);
    let held = refresh(&at[0], &held).text("refresh_token");
    // The twin of a token that was used before the restart is known for what it is after it.
    refused(&refresh(at.last().expect("one"), &lost));
    refused(&refresh(&at[0], &held));
    refused(&refresh(&at[0], &late));
    assert_eq!(house.rows("select count(*) from grants where ended_at is null"), ["0"]);
    for process in running {
        assert!(process.stop().success());
    }
}

#[test]
fn f4_i25_what_an_app_holds_outlives_crowds_and_kills_on_sqlite() {
    what_an_app_holds_outlives(Engine::Sqlite, 1);
}

#[test]
fn f4_i25_what_an_app_holds_outlives_crowds_and_kills_on_two_processes() {
    what_an_app_holds_outlives(Engine::Postgres, 2);
}
