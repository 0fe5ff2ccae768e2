//! The database fails while a client gives its token back: the client hears that it failed, and the token is what the next answers
//! say of it (security.md F5).
//!
//! On SQLite the disk fails (`disk`), on PostgreSQL what lies before the server (`proxy`): before the commit, and after it.

use std::path::Path;
use std::time::{Duration, Instant};

use super::disk::{Disk, EIO, FOR_EVER};
use super::house::{Engine, House, PASSWORD, Process, pause, settled};
use super::http::{Answer, Client};
use super::proxy::Way;

const BACK: &str = "https://novel.example.jp/callback";
const SECRET: &str = "5d1f0c6a9be84732a1c05e7f3b8d92466d0e1f2a";
/// RFC 7636 appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

fn serve(house: &House, more: &[(&str, String)]) -> Process {
    let own = [
        ("GENKAN_CLIENT__NOVEL_SITE__REDIRECT_URIS", BACK.to_owned()),
        ("GENKAN_CLIENT__NOVEL_SITE__SECRETS", SECRET.to_owned()),
    ];
    let started = house.start(Path::new(env!("CARGO_BIN_EXE_genkan")), &[&own[..], more].concat());
    started.unwrap_or_else(|over| panic!("genkan serve is not ready ({over}):\n{}", house.log()))
}

fn post(client: &Client, path: &str, form: &str) -> Answer {
    let form = format!("{form}&client_id=novel-site&client_secret={SECRET}");
    client.form(path, &form).expect("an answer")
}

/// A refresh token of a member who is signed in.
fn held(client: &Client, session: &str) -> String {
    let back = BACK.replace(':', "%3A").replace('/', "%2F");
    let path = format!(
        "/oauth/authorize?client_id=novel-site&redirect_uri={back}&response_type=code&scope=openid\
         &code_challenge={CHALLENGE}&code_challenge_method=S256"
    );
    let cookie = format!("Cookie: genkan-session={session}\r\n");
    let answer = client.get_as(&path, &cookie).expect("an answer");
    let place = answer.headers.iter().find(|(name, _)| name == "location").expect("a place");
    let (_, rest) = place.1.split_once("?code=").unwrap_or_else(|| panic!("{answer:?}"));
    let code = rest.split('&').next().expect("a code");
    let form = format!(
        "grant_type=authorization_code&code={code}&redirect_uri={back}&code_verifier={VERIFIER}"
    );
    post(client, "/oauth/token", &form).text("refresh_token")
}

fn give_back(client: &Client, token: &str) -> u16 {
    post(client, "/oauth/revoke", &format!("token={token}")).status
}

/// Whether a token is good, as its client is told and as it finds by using it: both must say the same.
fn is_good(client: &Client, token: &str) -> bool {
    let began = Instant::now();
    let look = loop {
        // The service may have to find its database again first.
        let look = post(client, "/oauth/introspect", &format!("token={token}"));
        if look.status == 200 {
            break look;
        }
        assert!(began.elapsed() < Duration::from_secs(60), "{look:?}");
        pause(Duration::from_millis(100));
    };
    let used = post(client, "/oauth/token", &format!("grant_type=refresh_token&refresh_token={token}"));
    let told = look.body.contains("\"active\":true");
    assert_eq!(used.status, if told { 200 } else { 400 }, "{look:?} {used:?}");
    told
}

fn session_of(house: &House, process: &Process) -> String {
    let client = process.client("192.0.2.1");
    let done = settled(|| house.register(&client, "hanako@example.test", PASSWORD));
    done.expect("an answer").text("token")
}

#[test]
fn f5_on_a_failing_disk_giving_back_fails_and_the_token_stays_good_until_it_is_given_back() {
    let Some(house) = House::build(Engine::Sqlite) else { return };
    let disk = Disk::made(&house);
    let process = serve(&house, &disk.variables());
    let session = session_of(&house, &process);
    let client = process.client("192.0.2.1");
    let token = held(&client, &session);
    disk.fails(1, FOR_EVER, EIO);
    let said = give_back(&client, &token);
    disk.is_well();
    assert!(said >= 500, "200 would say that it is over: {said}");
    assert!(is_good(&client, &token), "nothing was given back");
    assert_eq!(give_back(&client, &token), 200);
    assert!(!is_good(&client, &token));
}

#[test]
fn f5_whether_the_commit_or_its_answer_is_lost_what_the_client_hears_is_not_a_lie() {
    for (way, may_be_done) in
        [(Way::CutsTheCommit, false), (Way::CutsTheAnswer, true), (Way::Away, false)]
    {
        let Some(house) = House::build(Engine::Postgres) else { return };
        let proxy = house.put_between();
        let process = serve(&house, &[]);
        let session = session_of(&house, &process);
        let client = process.client("192.0.2.1");
        let token = held(&client, &session);
        proxy.becomes(way);
        let said = give_back(&client, &token);
        proxy.becomes(Way::Open);
        let good = is_good(&client, &token);
        assert!(said == 200 || said >= 500, "{way:?}: {said}");
        assert!(!(said == 200 && good), "{way:?}: told that it is over, and it is not");
        if !may_be_done {
            assert!(said >= 500 && good, "{way:?}: {said}, good: {good}");
        }
        assert_eq!(give_back(&client, &token), 200, "{way:?}: once more is no harm");
        assert!(!is_good(&client, &token), "{way:?}");
    }
}
