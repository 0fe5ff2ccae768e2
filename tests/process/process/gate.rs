//! A service behind real proxies: nginx, Caddy and HAProxy run the samples of `deploy/proxies` as they stand, but for
//! addresses and certificates, and ask the real program who is there.
//!
//! The service behind them tells what has reached it. The signed identity is checked by PyJWT from the published keys. A
//! proxy that is not installed is said to be skipped.

use std::fs;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::house::{Engine, House, PASSWORD, Process, free_port, pause};
use super::http::{Answer, parse};

const ORIGIN: &str = "https://accounts.example.com";
const ADDRESS: &str = "hanako@example.test";
const COOKIE: &str = "__Host-genkan-session";
const PAGE: &str = "Accept: text/html,*/*;q=0.8";

/// What the client itself sends, in all spellings that a service may take for the same.
const FORGED: [&str; 6] = [
    "X-Genkan-Account: forged",
    "x-genkan-session: forged",
    "X-GENKAN-IDENTITY: forged",
    "X_Genkan_Account: forged",
    "X-Genkan_Identity: forged",
    "X-Genkan-Proved-At: forged",
];

/// Reads the identity as a service would: by a library of somebody else, from the published keys.
const CHECK: &str = r#"
import json, sys, jwt
given = json.load(sys.stdin)
header = jwt.get_unverified_header(given["token"])
assert header["typ"] == "genkan-identity+jwt" and set(header) == {"typ", "alg", "kid"}, header
keys = {key.key_id: key for key in jwt.PyJWKSet.from_dict(given["keys"]).keys}
claims = jwt.decode(given["token"], keys[header["kid"]].key, algorithms=["EdDSA"], audience=given["audience"],
                    issuer=given["audience"], options={"require": ["exp", "iat", "aud", "iss", "sub"]}, leeway=5)
try:
    jwt.decode(given["token"], keys[header["kid"]].key, algorithms=["EdDSA"], audience="https://other.example")
    raise SystemExit("taken for another audience")
except jwt.InvalidAudienceError:
    print(json.dumps(claims))
"#;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Nginx,
    Caddy,
    Haproxy,
}

/// A proxy under way.
struct Front {
    child: Child,
    port: u16,
}

impl Drop for Front {
    fn drop(&mut self) {
        // nginx has workers, which end with their master when it is asked to end.
        let asked = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status();
        if !asked.is_ok_and(|status| status.success()) {
            drop(self.child.kill());
        }
        drop(self.child.wait());
    }
}

/// The sample with its addresses replaced; each of them must be there.
fn sample(name: &str, replaced: &[(&str, String)]) -> String {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("deploy/proxies").join(name);
    let mut text = fs::read_to_string(path).expect("a sample");
    for (old, new) in replaced {
        assert!(text.contains(old), "{name} has no {old}");
        text = text.replace(old, new);
    }
    text
}

fn start(kind: Kind, house: &House, (genkan, app): (u16, u16)) -> Option<Front> {
    let program = match kind {
        Kind::Nginx => "nginx",
        Kind::Caddy => "caddy",
        Kind::Haproxy => "haproxy",
    };
    let found = ["/usr/sbin", "/usr/bin", "/usr/local/bin"].map(|folder| format!("{folder}/{program}"));
    let Some(program) = found.into_iter().find(|path| fs::exists(path).unwrap_or(false)) else {
        println!("skipped: {program} is not installed");
        return None;
    };
    let port = free_port();
    let at = |port: u16| format!("127.0.0.1:{port}");
    let addresses = [("127.0.0.1:7878", at(genkan)), ("127.0.0.1:3000", at(app))];
    let folder = house.folder.display().to_string();
    let mut command = Command::new(program);
    match kind {
        Kind::Nginx => {
            let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
            let temporary = temporary.map(|name| format!("{name}_temp_path {folder}/{name};")).concat();
            let own = [
                ("http {", format!("http {{ {temporary}")),
                ("listen 443 ssl;", format!("listen {};", at(port))),
                ("ssl_certificate /", "# /".to_owned()),
                ("ssl_certificate_key /", "# /".to_owned()),
                ("access_log /var/log/nginx/access.log without_query;", "access_log off;".to_owned()),
                ("user www-data;", String::new()),
                ("worker_processes auto;", "worker_processes 2;".to_owned()),
            ];
            fs::write(house.path("nginx.conf"), sample("nginx.conf", &[&addresses[..], &own].concat()))
                .expect("a file");
            let global = format!("daemon off; pid {folder}/nginx.pid; error_log {folder}/nginx.log;");
            // Workers run as whoever owns the folder.
            let user = if nobody_is_root() { "" } else { " user root;" };
            command.args(["-c", &house.path("nginx.conf"), "-e", &house.path("nginx.log"), "-g"]);
            command.arg(format!("{global}{user}"));
        }
        Kind::Caddy => {
            let own = [("accounts.example.com {", format!("http://{} {{", at(port)))];
            // Without its administration, and for whatever host is named.
            let text = sample("Caddyfile", &[&addresses[..], &own].concat());
            let text = text.replace(&format!("http://{} {{", at(port)), &format!(":{port} {{"));
            fs::write(
                house.path("Caddyfile"),
                format!("{{\n\tadmin off\n\tauto_https off\n}}\n{text}"),
            )
            .expect("a file");
            command.args(["run", "--adapter", "caddyfile", "--config", &house.path("Caddyfile")]);
            command.env("HOME", &folder);
        }
        Kind::Haproxy => {
            let own = [
                (
                    "bind :443 ssl crt /etc/ssl/accounts.example.com/whole.pem",
                    format!("bind {}", at(port)),
                ),
                ("/etc/haproxy/genkan.lua", house.path("genkan.lua")),
            ];
            fs::write(house.path("genkan.lua"), sample("genkan.lua", &[])).expect("a file");
            let text = sample("haproxy.cfg", &[&addresses[..], &own].concat());
            fs::write(house.path("haproxy.cfg"), text).expect("a file");
            command.args(["-db", "-f", &house.path("haproxy.cfg")]);
        }
    }
    let log = fs::File::create(house.path("proxy.log")).expect("a log");
    command.stdout(log.try_clone().expect("a log")).stderr(log).stdin(Stdio::null());
    let mut front = Front { child: command.spawn().expect("the proxy starts"), port };
    let began = Instant::now();
    while TcpStream::connect(("127.0.0.1", port)).is_err() {
        let over = front.child.try_wait().expect("its state");
        let log = || fs::read_to_string(house.path("proxy.log")).unwrap_or_default();
        assert!(over.is_none() && began.elapsed() < Duration::from_secs(30), "{kind:?}: {}", log());
        pause(Duration::from_millis(20));
    }
    Some(front)
}

fn nobody_is_root() -> bool {
    let id = Command::new("id").arg("-u").output().expect("id runs");
    String::from_utf8_lossy(&id.stdout).trim() != "0"
}

/// A service that answers with what has reached it; where an upgrade is asked for, it says back what it hears.
fn app() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("its address").port();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            std::thread::spawn(move || serve(stream));
        }
    });
    port
}

fn serve(mut stream: TcpStream) -> Option<()> {
    let mut bytes = Vec::new();
    let mut piece = [0; 16_384];
    loop {
        let got = stream.read(&mut piece).ok().filter(|got| *got > 0)?;
        bytes.extend_from_slice(&piece[..got]);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let lower = head.to_ascii_lowercase();
        if lower.contains("upgrade: websocket") {
            // For the key that the test sends (RFC 6455 section 1.3).
            let answer = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
                          Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";
            stream.write_all(answer.as_bytes()).ok()?;
            while let Ok(got @ 1..) = stream.read(&mut piece) {
                stream.write_all(&piece[..got]).ok()?;
            }
            return None;
        }
        let length = lower.lines().find_map(|line| line.strip_prefix("content-length: "));
        if body.len() >= length.map_or(0, |length| length.trim().parse().expect("a length")) {
            let told = json!({ "head": head, "body": body }).to_string();
            let told = if head.starts_with("HEAD") { String::new() } else { told };
            let answer = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{told}", told.len());
            stream.write_all(answer.as_bytes()).ok()?;
            bytes.clear();
        }
    }
}

/// Sends a request with these lines, and reads the whole answer.
fn send(port: u16, first: &str, lines: &[&str], body: &str) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).expect("it listens");
    stream.set_read_timeout(Some(Duration::from_secs(30))).expect("a bound");
    let lines = lines.iter().map(|line| format!("{line}\r\n")).collect::<String>();
    let length =
        if body.is_empty() { String::new() } else { format!("Content-Length: {}\r\n", body.len()) };
    let head = format!(
        "{first} HTTP/1.1\r\nHost: accounts.example.com\r\nConnection: close\r\n{lines}{length}\r\n"
    );
    stream.write_all(head.as_bytes()).expect("it reads");
    stream.write_all(body.as_bytes()).expect("it reads");
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).expect("it answers");
    String::from_utf8_lossy(&bytes).into_owned()
}

fn get(port: u16, path: &str, lines: &[&str]) -> Answer {
    let text = send(port, &format!("GET {path}"), lines, "");
    parse(text.as_bytes()).unwrap_or_else(|| panic!("no whole answer: {text}"))
}

fn header<'a>(answer: &'a Answer, name: &str) -> Option<&'a str> {
    answer.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
}

/// The values under a name, and under every spelling of it, that reached the service.
fn reached(answer: &Answer, name: &str) -> Vec<String> {
    let told = serde_json::from_str::<Value>(&answer.body).expect("what the service tells");
    let head = told["head"].as_str().expect("a head");
    let lines = head.lines().skip(1).filter_map(|line| line.split_once(':'));
    let same = lines.filter(|(known, _)| known.to_ascii_lowercase().replace('_', "-") == name);
    same.map(|(_, value)| value.trim().to_owned()).collect()
}

/// A house at the origin of the samples, a process of it, and a member's cookie and token.
fn house(engine: Engine) -> Option<(House, Process, String, String)> {
    let house = House::build(engine)?;
    let text = fs::read_to_string(house.settings()).expect("the settings");
    fs::write(house.settings(), text.replace("http://localhost:7878", ORIGIN)).expect("the settings");
    let process = house.serve();
    let client = process.client("192.0.2.1");
    let token = house.register(&client, ADDRESS, PASSWORD).expect("a member").text("token");
    let session = signed_in(&process);
    Some((house, process, session, token))
}

/// Signs the member in by the form: a session that is new.
fn signed_in(process: &Process) -> String {
    let form = format!("email=hanako%40example.test&password={PASSWORD}");
    let answer = process.client("192.0.2.1").form("/signin/email", &form).expect("a sign-in");
    let cookies = answer.headers.iter().filter(|(name, _)| name == "set-cookie");
    let mut cookies = cookies.filter_map(|(_, line)| line.split(';').next());
    cookies.find(|pair| pair.starts_with(COOKIE)).expect("a session").to_owned()
}

/// What holds behind every proxy.
fn core(kind: Kind, engine: Engine) {
    let Some((house, process, session, token)) = house(engine) else { return };
    let app = app();
    let Some(front) = start(kind, &house, (process.port, app)) else { return };
    let port = front.port;
    let cookie = format!("Cookie: a=b; {session}; c=d");

    // Nobody.
    let page = get(port, "/app/novel?a=1&b=2", &[PAGE]);
    assert_eq!(
        (page.status, header(&page, "location")),
        (303, Some("/signin?return_to=/app/novel%3Fa%3D1%26b%3D2"))
    );
    for lines in [&["Accept: application/json"][..], &[], &[PAGE, "Authorization: Bearer nobody"][..2]]
    {
        let refused = get(port, "/app/novel", lines);
        assert!(matches!(refused.status, 401 | 303), "{kind:?}: {refused:?}");
        assert!(refused.status == 303 || refused.code() == "unauthenticated", "{refused:?}");
    }
    let refused = parse(send(port, "POST /app/novel", &[PAGE], "x=y").as_bytes()).expect("an answer");
    assert_eq!(
        (refused.status, refused.code().as_str()),
        (401, "unauthenticated"),
        "a form is not led elsewhere"
    );
    let forged = get(port, "/app/", &FORGED);
    assert_eq!(forged.status, 401, "{kind:?}");

    // A member, by cookie and by token; what the client itself sends does not pass.
    for proof in [cookie.clone(), format!("Authorization: Bearer {token}")] {
        let lines = [&[proof.as_str()][..], &FORGED].concat();
        let through = get(port, "/app/novel?x=1", &lines);
        assert_eq!(through.status, 200, "{kind:?}: {through:?}");
        let all = ["x-genkan-account", "x-genkan-session", "x-genkan-proved-at", "x-genkan-identity"];
        let [account, own, proved, identity] = all.map(|name| {
            let values = reached(&through, name);
            assert_eq!(values.len(), 1, "{kind:?} {name}: {values:?}");
            values[0].clone()
        });
        assert!(proved.ends_with('Z') && !account.contains("forged") && !own.contains("forged"));
        // As a service checks it.
        let claims = checked(port, &identity);
        assert_eq!((&claims["sub"], &claims["sid"]), (&json!(account), &json!(own)));
        assert_eq!(claims["amr"], json!(["pwd"]));
        let life = claims["exp"].as_i64().zip(claims["iat"].as_i64()).map(|(exp, iat)| exp - iat);
        assert_eq!(life, Some(60));
    }
    methods_and_upgrades(kind, port, &cookie);
    fresh(kind, (port, &house, &process), &cookie);
    cookies(kind, port, &session);

    // Signed out elsewhere, past the proxy: from the answer on it is refused here.
    let before = get(port, "/app/", &[&cookie]);
    assert_eq!(before.status, 200);
    let ended =
        process.client("192.0.2.1").call("POST", "signout", &token, &json!({})).expect("an answer");
    assert_eq!(ended.status, 204, "{ended:?}");
    let bearer = format!("Authorization: Bearer {token}");
    assert_eq!(get(port, "/app/", &[&bearer]).status, 401, "{kind:?}: at once");
    house.run(&["account", "signout", ADDRESS, "--config", &house.settings()]);
    let began = Instant::now();
    while get(port, "/app/", &[&cookie]).status != 401 {
        assert!(
            began.elapsed() < Duration::from_secs(2),
            "{kind:?}: within a second of another process's end"
        );
        pause(Duration::from_millis(20));
    }
}

fn methods_and_upgrades(kind: Kind, port: u16, cookie: &str) {
    let head = send(port, "HEAD /app/novel", &[cookie], "");
    assert!(head.starts_with("HTTP/1.1 200"), "{kind:?}: {head}");
    let posted =
        parse(send(port, "POST /app/novel", &[cookie], "chapter=1").as_bytes()).expect("an answer");
    let told = serde_json::from_str::<Value>(&posted.body).expect("what the service tells");
    assert_eq!(told["body"], "chapter=1", "{kind:?}");
    let deleted = send(port, "DELETE /app/novel", &[cookie], "");
    assert!(deleted.starts_with("HTTP/1.1 200"), "{kind:?}: {deleted}");

    let mut stream = TcpStream::connect(("127.0.0.1", port)).expect("it listens");
    stream.set_read_timeout(Some(Duration::from_secs(30))).expect("a bound");
    let asked = format!(
        "GET /app/live HTTP/1.1\r\nHost: accounts.example.com\r\n{cookie}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
    );
    stream.write_all(asked.as_bytes()).expect("it reads");
    let mut answer = Vec::new();
    let mut piece = [0; 1_024];
    while !answer.windows(4).any(|four| four == b"\r\n\r\n") {
        let got = stream.read(&mut piece).expect("an answer");
        assert!(got > 0, "{kind:?}: {}", String::from_utf8_lossy(&answer));
        answer.extend_from_slice(&piece[..got]);
    }
    assert!(answer.starts_with(b"HTTP/1.1 101"), "{kind:?}: {}", String::from_utf8_lossy(&answer));
    stream.write_all(b"hello").expect("it reads");
    let mut echo = [0; 5];
    stream.read_exact(&mut echo).expect("it says it back");
    assert_eq!(&echo, b"hello", "{kind:?}");
}

/// A place that wants a fresh proof, before and after one has grown old.
fn fresh(kind: Kind, (port, house, process): (u16, &House, &Process), cookie: &str) {
    assert_eq!(get(port, "/app/payout/now", &[cookie]).status, 200, "{kind:?}: just signed in");
    let stranger = get(port, "/app/payout/now", &[PAGE]);
    assert_eq!(header(&stranger, "location"), Some("/signin?return_to=/app/payout/now"), "{kind:?}");
    // A session that nobody has asked for yet, so that nothing of it is remembered.
    let old = format!("Cookie: {}", signed_in(process));
    house.sql("update sessions set proved_at = proved_at - 3600000");
    let stale = get(port, "/app/payout/now?x=1", &[&old, PAGE]);
    assert_eq!(
        (stale.status, header(&stale, "location")),
        (303, Some("/proof?return_to=/app/payout/now%3Fx%3D1")),
        "{kind:?}"
    );
    let program = get(port, "/app/payout/now", &[&old]);
    assert_eq!((program.status, program.code().as_str()), (403, "fresh-proof-required"), "{kind:?}");
    assert_eq!(get(port, "/app/novel", &[&old]).status, 200, "{kind:?}: elsewhere it is good");
}

/// E6: many cookies, two of one name, names that only look like it.
fn cookies(kind: Kind, port: u16, session: &str) {
    let many = (0..200).map(|n| format!("c{n}=0123456789")).collect::<Vec<_>>().join("; ");
    assert_eq!(get(port, "/app/", &[&format!("Cookie: {many}; {session}")]).status, 200, "{kind:?}");
    let twice = format!("Cookie: {session}; {session}");
    let encoded = format!("Cookie: {}", session.replacen("__Host", "%5f_Host", 1));
    let lower = format!("Cookie: {}", session.replacen("__Host", "__host", 1));
    let bare = format!("Cookie: {}", session.replacen("__Host-", "", 1));
    for line in [twice, encoded, lower, bare] {
        assert_eq!(get(port, "/app/", &[&line]).status, 401, "{kind:?}: {line}");
    }
}

/// The claims of an identity, as PyJWT reads them by the keys that are published behind the same proxy.
fn checked(port: u16, identity: &str) -> Value {
    let keys = get(port, "/.well-known/jwks.json", &[]);
    assert_eq!(keys.status, 200);
    let keys = serde_json::from_str::<Value>(&keys.body).expect("JSON");
    let mut child = Command::new("python3")
        .args(["-c", CHECK])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("python3 runs");
    let given = json!({ "token": identity, "keys": keys, "audience": ORIGIN }).to_string();
    child.stdin.take().expect("its input").write_all(given.as_bytes()).expect("it reads");
    let output = child.wait_with_output().expect("its end");
    assert!(output.status.success(), "PyJWT refuses {identity}");
    serde_json::from_slice(&output.stdout).expect("claims")
}

/// R-SESSION-2, security.md E6: nginx over SQLite.
#[test]
fn nginx_lets_members_through_and_nobody_else() {
    core(Kind::Nginx, Engine::Sqlite);
}

/// The same over PostgreSQL.
#[test]
fn nginx_lets_members_through_over_postgresql() {
    core(Kind::Nginx, Engine::Postgres);
}

#[test]
fn caddy_lets_members_through_and_nobody_else() {
    core(Kind::Caddy, Engine::Sqlite);
}

#[test]
fn haproxy_lets_members_through_and_nobody_else() {
    core(Kind::Haproxy, Engine::Sqlite);
}

/// The keys that sign: seen and changed by commands beside a running service, and published by it.
#[test]
fn signing_keys_are_seen_and_changed_by_commands() {
    let house = House::build(Engine::Sqlite).expect("SQLite is always there");
    let settings = house.settings();
    let keys = |arguments: &[&str]| {
        let fixed = ["--json", "--config", &settings];
        let output = house.run(&[&["keys", "signing"][..], arguments, &fixed].concat());
        let said = serde_json::from_slice::<Value>(&output.stdout).expect("JSON");
        let all = said["keys"].as_array().expect("keys").iter();
        let word = |key: &Value, name: &str| key[name].as_str().expect("a text").to_owned();
        all.map(|key| (word(key, "state"), word(key, "kid"))).collect::<Vec<_>>()
    };
    let of = |keys: &[(String, String)], state: &str| {
        let wanted = keys.iter().filter(|(known, _)| known == state);
        wanted.map(|(_, id)| id.clone()).collect::<Vec<_>>()
    };
    let published = |process: &Process| {
        let answer = process.client("192.0.2.1").get("/.well-known/jwks.json").expect("an answer");
        let set = serde_json::from_str::<Value>(&answer.body).expect("JSON");
        let all = set["keys"].as_array().expect("keys").iter();
        let mut ids = all.map(|key| key["kid"].as_str().expect("an id").to_owned()).collect::<Vec<_>>();
        ids.sort();
        ids
    };
    let sorted = |mut ids: Vec<String>| {
        ids.sort();
        ids
    };
    house.run(&["db", "migrate", "--config", &settings]);
    assert_eq!(keys(&["list"]), [], "a command that looks makes none");
    let process = house.serve();
    let first = keys(&["list"]);
    assert_eq!(sorted(of(&first, "signing")), published(&process));
    let rotated = keys(&["rotate"]);
    assert_eq!(sorted(of(&rotated, "retired")), sorted(of(&first, "signing")));
    assert_eq!(of(&rotated, "signing").len(), 2);
    drop(process);
    let process = house.serve();
    assert_eq!(published(&process).len(), 4, "what the old ones signed is good");
    let revoked = keys(&["rotate", "--revoke"]);
    assert_eq!(of(&revoked, "gone").len(), 4);
    drop(process);
    let process = house.serve();
    assert_eq!(published(&process), sorted(of(&revoked, "signing")));
    // Nothing of a private key is shown or logged, nor does the database hold one in the clear.
    assert!(!house.log().contains("PRIVATE"));
}

/// R-APP-2: from the settings to the answer.
#[test]
fn r_app_2_an_old_app_is_refused_by_the_running_service() {
    let house = House::build(Engine::Sqlite).expect("SQLite is always there");
    let text = fs::read_to_string(house.settings()).expect("the settings");
    let demands = "[app.minimum.registering]\nclient = \"Novel\"\ncapability = \"register\"\nversion = \"3.1\"\n\
                   [app.minimum.coming]\nclient = \"Novel\"\nversion = \"9\"\nfrom = \"9998-12-31\"\n";
    fs::write(house.settings(), format!("{text}{demands}")).expect("the settings");
    let process = house.serve();
    let ask = |app: &str| {
        let head =
            format!("Content-Type: application/json\r\nGenkan-App: {app}\r\nAccept-Language: ja\r\n");
        let body = json!({ "email": ADDRESS }).to_string();
        process
            .client("192.0.2.1")
            .post_with("/api/v1/register/email", &head, &body)
            .expect("an answer")
    };
    let old = ask("Novel/3.0.9");
    assert_eq!((old.status, old.code().as_str()), (403, "app-update-required"));
    assert!(old.text("detail").contains("バージョン3.1以上"), "{old:?}");
    let new = ask("Novel/3.1");
    assert_eq!(new.status, 200);
    assert_eq!(header(&new, "genkan-app-minimum"), Some("9; from=9998-12-30T15:00:00.000Z"));
}
