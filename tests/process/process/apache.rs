//! A site without a line of its own code: the real Apache with mod_auth_openidc and the sample of `deploy/proxies`, but for
//! addresses, in front of a static page, at the real program. Its members sign in, are refreshed, sign out on both sides.
//!
//! Skipped, and said so, where Apache or the module is not installed.

use std::collections::BTreeMap;
use std::fs;
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use super::house::{Engine, House, PASSWORD, Process, free_port, pause, settled};
use super::http::{Answer, Client};

const ADDRESS: &str = "hanako@example.test";
const SECRET: &str = "5d1f0c6a9be84732a1c05e7f3b8d92466d0e1f2a";
const PROGRAM: &str = "/usr/sbin/apache2";
const MODULES: &str = "/usr/lib/apache2/modules";
const PAGE: &str = "<!doctype html><title>Members</title><p>For members.</p>";

struct Apache {
    child: Child,
    port: u16,
}

impl Drop for Apache {
    fn drop(&mut self) {
        // Its children end when it is asked to end.
        let asked = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status();
        if !asked.is_ok_and(|status| status.success()) {
            drop(self.child.kill());
        }
        drop(self.child.wait());
    }
}

/// The sample with its addresses replaced; each of them must be there.
fn sample(genkan: u16, apache: u16) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy/proxies/apache.conf");
    let mut text = fs::read_to_string(path).expect("a sample");
    for (old, new) in [
        ("https://accounts.example.com", format!("http://localhost:{genkan}")),
        ("https://www.example.com", format!("http://localhost:{apache}")),
        ("SECRET-OF-THE-SITE", SECRET.to_owned()),
        ("PASSPHRASE-OF-YOUR-OWN", "0123456789abcdef0123456789abcdef".to_owned()),
    ] {
        assert!(text.contains(old), "the sample has no {old}");
        text = text.replace(old, &new);
    }
    text
}

fn start(house: &House, genkan: u16, port: u16) -> Apache {
    let folder = house.folder.display();
    fs::create_dir_all(house.folder.join("www/members")).expect("a folder");
    fs::write(house.folder.join("www/members/index.html"), PAGE).expect("a page");
    let modules = [
        "mpm_event",
        "authn_core",
        "authz_core",
        "authz_user",
        "dir",
        "mime",
        "headers",
        "auth_openidc",
    ];
    let modules =
        modules.map(|name| format!("LoadModule {name}_module {MODULES}/mod_{name}.so\n")).concat();
    // What the page does not show: who it is for, and what the module knows.
    let told = "Header always set X-Remote-User \"expr=%{REMOTE_USER}\"\n\
                OIDCInfoHook access_token id_token userinfo refresh_token\n";
    let text = format!(
        "ServerRoot \"{folder}\"\nDefaultRuntimeDir \"{folder}\"\nPidFile \"{folder}/apache.pid\"\nListen 127.0.0.1:{port}\n\
         ServerName localhost:{port}\nErrorLog \"{folder}/apache.log\"\nLogLevel warn auth_openidc:info\n{modules}\
         User www-data\nGroup www-data\nTypesConfig /etc/mime.types\nDocumentRoot \"{folder}/www\"\nDirectoryIndex index.html\n\
         <Directory \"{folder}/www\">\nRequire all granted\n</Directory>\n{told}{}",
        sample(genkan, port)
    );
    fs::write(house.path("apache.conf"), text).expect("a file");
    let mut child = Command::new(PROGRAM)
        .args(["-DFOREGROUND", "-f", &house.path("apache.conf")])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(fs::File::create(house.path("apache.err")).expect("a log"))
        .spawn()
        .expect("apache starts");
    let began = Instant::now();
    while TcpStream::connect(("127.0.0.1", port)).is_err() {
        let over = child.try_wait().expect("its state");
        assert!(over.is_none() && began.elapsed() < Duration::from_secs(30), "{}", log(house));
        pause(Duration::from_millis(20));
    }
    Apache { child, port }
}

fn log(house: &House) -> String {
    let of = |name: &str| fs::read_to_string(house.path(name)).unwrap_or_default();
    format!("{}{}{}", of("apache.err"), of("apache.log"), house.log())
}

/// A browser at one site: it keeps cookies and follows nothing by itself.
struct Browser {
    client: Client,
    cookies: BTreeMap<String, String>,
}

impl Browser {
    fn at(port: u16) -> Self {
        let client = Client { port, network: "192.0.2.7".to_owned() };
        Self { client, cookies: BTreeMap::new() }
    }

    fn get(&mut self, path: &str) -> Answer {
        let cookies = self.cookies.iter().map(|(name, value)| format!("{name}={value}"));
        let cookies = cookies.collect::<Vec<_>>().join("; ");
        let head = format!("Accept: text/html\r\nCookie: {cookies}\r\n");
        let answer = self.client.get_as(path, &head).expect("an answer");
        for (name, line) in &answer.headers {
            let Some((cookie, rest)) = line.split_once('=').filter(|_| name == "set-cookie") else {
                continue;
            };
            let value = rest.split(';').next().unwrap_or_default();
            if value.is_empty() || line.contains("1970") {
                self.cookies.remove(cookie);
            } else {
                self.cookies.insert(cookie.to_owned(), value.to_owned());
            }
        }
        answer
    }

    /// Follows to this very site.
    fn follow(&mut self, answer: &Answer) -> Answer {
        let place = header(answer, "location");
        let here = format!("http://localhost:{}", self.client.port);
        let path = place.strip_prefix(&here).unwrap_or(&place).to_owned();
        assert!(path.starts_with('/'), "{place}");
        self.get(&path)
    }
}

fn header(answer: &Answer, name: &str) -> String {
    let found = answer.headers.iter().find(|(key, _)| key == name);
    found.unwrap_or_else(|| panic!("no {name}: {answer:?}")).1.clone()
}

/// What the module knows of the session, refreshed where the access token is older than a second.
fn info(browser: &mut Browser) -> Value {
    let answer = browser.get("/members/openid?info=json&access_token_refresh_interval=1");
    assert_eq!(answer.status, 200, "{answer:?}");
    serde_json::from_str(&answer.body).expect("JSON")
}

/// Signs in at the site by the session at genkan; the browser stands before the page.
fn sign_in(site: &mut Browser, genkan: &mut Browser, house: &House) -> Answer {
    let asked = site.get("/members/");
    assert_eq!(asked.status, 302, "{asked:?}\n{}", log(house));
    let place = header(&asked, "location");
    assert!(place.contains("code_challenge_method=S256"), "{place}");
    let back = genkan.follow(&asked);
    assert_eq!(back.status, 303, "{back:?}");
    let entered = site.follow(&back);
    assert_eq!(entered.status, 302, "{entered:?}\n{}", log(house));
    site.follow(&entered)
}

fn serve(house: &House, genkan: u16, apache: u16) -> Process {
    let site = format!("http://localhost:{apache}");
    let client = |key: &str| format!("GENKAN_CLIENT__NOVEL_SITE__{key}");
    let variables = [
        ("GENKAN_SERVICE__BASE_URL".to_owned(), format!("http://localhost:{genkan}")),
        (client("REDIRECT_URIS"), format!("{site}/members/openid")),
        (client("SIGNED_OUT_URIS"), format!("{site}/")),
        (client("SECRETS"), SECRET.to_owned()),
        (client("BACKCHANNEL_LOGOUT_URI"), format!("{site}/members/openid?logout=backchannel")),
        (client("ALLOW_PRIVATE"), "true".to_owned()),
    ];
    let variables =
        variables.iter().map(|(name, value)| (name.as_str(), value.clone())).collect::<Vec<_>>();
    let started = house.start_at(genkan, Path::new(env!("CARGO_BIN_EXE_genkan")), &variables);
    started.unwrap_or_else(|over| panic!("genkan serve is not ready ({over}):\n{}", house.log()))
}

/// Signs in at genkan, as a browser that keeps the session.
fn enter(process: &Process) -> Browser {
    let client = process.client("192.0.2.7");
    let body = serde_json::json!({ "email": ADDRESS, "password": PASSWORD });
    let answer = settled(|| client.call("POST", "signin/password", "", &body)).expect("an answer");
    let mut browser = Browser::at(process.port);
    browser.cookies.insert("genkan-session".to_owned(), answer.text("token"));
    browser
}

#[test]
fn apache_lets_members_in_refreshes_them_and_hears_at_once_when_they_have_signed_out() {
    let module = format!("{MODULES}/mod_auth_openidc.so");
    if ![PROGRAM, module.as_str()].iter().all(|path| Path::new(path).exists()) {
        println!("skipped: apache2 or mod_auth_openidc is not installed");
        return;
    }
    let Some(house) = House::build(Engine::Sqlite) else { return };
    let (genkan, port) = (free_port(), free_port());
    let process = serve(&house, genkan, port);
    let apache = start(&house, genkan, port);
    house.register(&process.client("192.0.2.7"), ADDRESS, PASSWORD).expect("an answer");

    // In, by code and PKCE. The page is the static one, and REMOTE_USER the account's id.
    let (mut site, mut at_genkan) = (Browser::at(apache.port), enter(&process));
    let page = sign_in(&mut site, &mut at_genkan, &house);
    assert_eq!((page.status, page.body.as_str()), (200, PAGE), "{}", log(&house));
    let token = at_genkan.cookies["genkan-session"].clone();
    let account = process.client("192.0.2.7").call("GET", "account", &token, &Value::Null);
    let account = account.expect("an answer").text("id");
    assert_eq!(header(&page, "x-remote-user"), account);

    // A new access token by the refresh token, and another refresh token with it.
    let first = info(&mut site);
    assert_eq!(first["userinfo"]["email"], ADDRESS, "{first}");
    let began = Instant::now();
    let second = loop {
        let now = info(&mut site);
        if now["access_token"] != first["access_token"] {
            break now;
        }
        assert!(began.elapsed() < Duration::from_secs(30), "{now}\n{}", log(&house));
        pause(Duration::from_millis(200));
    };
    assert_ne!(second["refresh_token"], first["refresh_token"]);
    assert_eq!(house.rows("select count(*) from grants where used > 0 and ended_at is null"), ["1"]);

    // Out at the site's wish: through genkan, and back at the site's first page.
    let out = site.get(&format!("/members/openid?logout=http%3A%2F%2Flocalhost%3A{port}%2F"));
    assert_eq!(out.status, 302, "{out:?}");
    assert!(header(&out, "location").starts_with(&format!("http://localhost:{genkan}/oauth/logout?")));
    let back = at_genkan.follow(&out);
    assert_eq!((back.status, header(&back, "location")), (303, format!("http://localhost:{port}/")));
    assert_eq!(site.get("/members/").status, 302, "nobody is signed in at the site");
    assert_eq!(at_genkan.get("/account").status, 303, "nor at genkan");

    // Out at genkan: the site hears of it by itself. Another member's session, and another of this one's, go on.
    let (mut site, mut at_genkan) = (Browser::at(apache.port), enter(&process));
    sign_in(&mut site, &mut at_genkan, &house);
    let (mut other, mut other_at_genkan) = (Browser::at(apache.port), enter(&process));
    sign_in(&mut other, &mut other_at_genkan, &house);
    assert_eq!((site.get("/members/").status, other.get("/members/").status), (200, 200));
    let client = process.client("192.0.2.7");
    let token = at_genkan.cookies["genkan-session"].clone();
    settled(|| client.call("POST", "signout", &token, &Value::Null)).expect("an answer");
    let began = Instant::now();
    while site.get("/members/").status == 200 {
        assert!(began.elapsed() < Duration::from_secs(20), "it has not heard: {}", log(&house));
        pause(Duration::from_millis(50));
    }
    let page = other.get("/members/");
    assert_eq!((page.status, page.body.as_str()), (200, PAGE), "the other goes on");
    // It has told that it heard. Of the first it had given everything back before it asked for the sign-out, so there was no news.
    let states = "select state || ' ' || reply from announcements where endpoint = 'client:novel-site'";
    let began = Instant::now();
    while house.rows(states) != ["received 200"] {
        assert!(began.elapsed() < Duration::from_secs(20), "{:?} {}", house.rows(states), log(&house));
        pause(Duration::from_millis(50));
    }
    assert!(process.stop().success());
}
