//! A house for one test, a browser and an app that visit it, and the mailbox they share.
//!
//! Nothing is faked but the way mail leaves (it is handed over in the process) and the cost of a password hash.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use accounts::{Email, Millis, Policy, Scope, Snapshot};
use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use delivery::{Letter, Outlet, Sender};
use engine::{
    Allowance, Clock, Desk, Engine, EngineOptions, Limits, MailOptions, Passkeys, PasswordOptions,
    Running,
};
use http::{HeaderMap, Method, Request, StatusCode};
use http_body_util::BodyExt;
use pages::{Pages, PagesOptions};
use serde_json::{Value, json};
use store::{Database, Role, Store};
use tokio::sync::mpsc::UnboundedReceiver;
use tower::ServiceExt;
use verifiers::passkey::RelyingParty;
use verifiers::{CodeKeys, HashOptions, HashParams, PasswordRules};
use web::{Web, WebOptions};

use crate::logged::log;
use crate::upstream::{Upstream, providers};

pub(crate) const ORIGIN: &str = "http://localhost:7878";
pub(crate) const PASSWORD: &str = "nureta kasa to hashira";
pub(crate) const OTHER_PASSWORD: &str = "hidari no mado wa akanai";
pub(crate) const IPHONE: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 \
     (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1";

pub(crate) struct House {
    pub(crate) router: Router,
    pub(crate) glance: web::Glance,
    pub(crate) clock: Clock,
    pub(crate) desk: Desk,
    pub(crate) folder: PathBuf,
    database: Database,
    letters: UnboundedReceiver<Letter>,
    kept: Vec<Letter>,
    running: Option<Running>,
}

pub(crate) struct Setup {
    pub(crate) policy: Policy,
    pub(crate) web: WebOptions,
    pub(crate) password_guesses: u32,
    pub(crate) hash_deadline: Duration,
    pub(crate) upstreams: Vec<Arc<Upstream>>,
    pub(crate) returns: engine::ReturnOptions,
    pub(crate) openid: engine::OpenIdOptions,
}

impl Default for Setup {
    fn default() -> Self {
        Self {
            policy: Policy::default(),
            web: WebOptions::at(ORIGIN),
            password_guesses: 100_000,
            hash_deadline: Duration::from_secs(30),
            upstreams: Vec::new(),
            returns: crate::hooks::returns(),
            openid: engine::OpenIdOptions::default(),
        }
    }
}

static NUMBER: AtomicU32 = AtomicU32::new(0);

impl House {
    pub(crate) async fn open() -> Self {
        Self::with(Setup::default()).await
    }

    pub(crate) async fn with(setup: Setup) -> Self {
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("genkan-web-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a folder");
        Self::at(folder, setup).await
    }

    /// Closes the house and opens another one over the same rows.
    pub(crate) async fn again(mut self, setup: Setup) -> Self {
        let folder = std::mem::take(&mut self.folder);
        self.close().await;
        Self::at(folder, setup).await
    }

    async fn at(folder: PathBuf, setup: Setup) -> Self {
        log();
        let clock = Clock::system();
        let ticking = clock.clone();
        let file = folder.join("genkan.db");
        let database = Database::open_sqlite(&file, Role::Server, Arc::new(move || ticking.now().0));
        let database = database.expect("a database");
        store::migrate(&database).await.expect("migrated");
        let pages = Arc::new(Pages::new(PagesOptions::default()).expect("pages"));
        let (sent, letters) = tokio::sync::mpsc::unbounded_channel();
        let handover = move |letter: &Letter, _: &delivery::Composed| {
            sent.send(letter.clone()).ok();
        };
        let desk = Desk::new(Store::new(database.clone()), setup.policy.clone(), clock.clone(), 1);
        let (engine, running) = Engine::start(EngineOptions {
            endpoints: Vec::new(),
            store: Store::new(database.clone()),
            policy: setup.policy,
            clock: clock.clone(),
            codes: CodeKeys::new(1, vec![(1, *b"k9Zt!q2Lw7#rXe4Vb0Yd@u6Hs8Pj3Gm1")]).expect("keys"),
            passwords: PasswordOptions {
                hashing: HashOptions {
                    threads: 2,
                    params: HashParams { memory_kib: 64, passes: 1, lanes: 1 },
                    deadline: setup.hash_deadline,
                    queue_places: 1024,
                    ..HashOptions::default()
                },
                rules: PasswordRules::default(),
                breached: None,
                context: vec!["genkan".to_owned()],
            },
            limits: Limits {
                sign_in: allowance(setup.password_guesses),
                codes: allowance(100_000),
                writes: allowance(100_000),
                new_addresses: allowance(100_000),
            },
            pages: Arc::clone(&pages),
            mail: MailOptions {
                outlet: Outlet::Handover(Arc::new(handover)),
                sender: Sender {
                    name: "genkan".to_owned(),
                    address: "noreply@id.example.jp".to_owned(),
                    message_id_domain: "id.example.jp".to_owned(),
                    signer: None,
                    style: delivery::Style::default(),
                    reply_to: None,
                    time_zone: "Asia/Tokyo".to_owned(),
                },
                parallel: 2,
                retry_for: Millis::days(1),
                paces: Arc::default(),
                returns: setup.returns,
            },
            providers: providers(&setup.upstreams, &clock),
            passkeys: Some(Passkeys {
                party: RelyingParty::new("localhost", vec![ORIGIN.to_owned()]).expect("a party"),
                service: "genkan".to_owned(),
            }),
            signing: engine::SigningOptions::of(ORIGIN),
            openid: setup.openid,
        })
        .expect("an engine");
        let (router, glance) =
            web::routes(Web { engine, pages, options: setup.web, traffic: web::Traffic::default() });
        Self {
            router,
            glance,
            clock,
            desk,
            folder,
            database,
            letters,
            kept: Vec::new(),
            running: Some(running),
        }
    }

    /// The next letter to an address whose text or subject holds some words.
    pub(crate) async fn letter(&mut self, to: &str, words: &str) -> Letter {
        let wanted = |letter: &Letter| {
            letter.to == to && (letter.subject.contains(words) || letter.text.contains(words))
        };
        if let Some(at) = self.kept.iter().position(wanted) {
            return self.kept.remove(at);
        }
        loop {
            let next = tokio::time::timeout(Duration::from_secs(20), self.letters.recv()).await;
            let letter = next
                .unwrap_or_else(|_| panic!("no letter to {to} says {words}: {:?}", self.subjects()));
            let letter = letter.expect("an open mailbox");
            if wanted(&letter) {
                return letter;
            }
            self.kept.push(letter);
        }
    }

    fn subjects(&self) -> Vec<String> {
        self.kept.iter().map(|letter| format!("{}: {}", letter.to, letter.subject)).collect()
    }

    /// The code in the next letter with one. A number that takes something back is no code.
    pub(crate) async fn code(&mut self, to: &str) -> String {
        loop {
            let letter = self.letter(to, "").await;
            if let Some(code) = digits_in(&letter.text).filter(|_| letter.subject.contains("code")) {
                return code;
            }
        }
    }

    /// The code or number in the next letter that says some words.
    pub(crate) async fn digits(&mut self, to: &str, words: &str) -> String {
        let letter = self.letter(to, words).await;
        digits_in(&letter.text).unwrap_or_else(|| panic!("no digits in {}", letter.text))
    }

    /// All that the rules would see of an address, its account, and a flow.
    pub(crate) async fn seen(&self, address: &str, flow: Option<&str>) -> Snapshot {
        let digest = |secret: &str| {
            let token = verifiers::Token::parse(secret).expect("a secret");
            accounts::Digest(token.digest_for(verifiers::TokenKind::Flow))
        };
        let scope = Scope {
            address: Some(Email::parse(address).expect("an address")),
            flow: flow.map(digest),
            numbers: accounts::Numbers::Undo,
            ..Scope::default()
        };
        self.desk.store().load(&scope).await.expect("a look-up").0
    }

    /// How many reset codes, or mails in their place, an address was good for in the last 24 hours.
    pub(crate) async fn resets_counted(&self, address: &str) -> usize {
        let seen = self.seen(address, None).await.address.expect("an address");
        seen.challenges.iter().filter(|mail| mail.purpose == accounts::Purpose::Reset).count()
    }

    pub(crate) fn browser(&self) -> Browser {
        Browser {
            router: self.router.clone(),
            cookies: BTreeMap::new(),
            headers: vec![
                ("sec-fetch-site".to_owned(), "same-origin".to_owned()),
                ("user-agent".to_owned(), IPHONE.to_owned()),
                ("accept-language".to_owned(), "en".to_owned()),
            ],
            peer: "192.0.2.1:50000".parse().expect("an address"),
        }
    }

    pub(crate) fn app(&self) -> App {
        App { router: self.router.clone(), token: None, language: "en" }
    }

    /// Registers by pages; the browser is signed in afterwards.
    pub(crate) async fn registered(&mut self, address: &str) -> Browser {
        let mut browser = self.browser();
        browser.post("/signup/email", &[("email", address)]).await.leads_to("/signup/code");
        let code = self.code(address).await;
        browser.post("/signup/code", &[("code", &code)]).await.leads_to("/signup/password");
        let done = browser.post("/signup/password", &[("password", PASSWORD)]).await;
        done.leads_to("/account?notice=welcome");
        browser
    }

    /// Asks for a reset code by pages and enters it; the browser stands before the password form.
    pub(crate) async fn verified(&mut self, browser: &mut Browser, address: &str) -> String {
        browser.post("/reset", &[("email", address)]).await.is(303);
        let code = self.digits(address, "One-time code").await;
        browser.post("/reset/code", &[("code", &code)]).await.leads_to("/reset/password");
        code
    }

    pub(crate) async fn suspend(&self, address: &str) {
        let email = Email::parse(address).expect("an address");
        let found = self.desk.store().accounts_by_address(&email).await.expect("a look-up");
        let reason = accounts::Line::clean("test", 10);
        let operation = engine::Operation::Suspend(*found.first().expect("an account"), reason);
        self.desk.operate(operation, "test").await.expect("suspended");
    }

    /// Keeps every write waiting until what is given is dropped.
    pub(crate) async fn hold_writes(&self) -> std::sync::mpsc::Sender<()> {
        let (open, gate) = std::sync::mpsc::channel::<()>();
        let (tell, held) = tokio::sync::oneshot::channel();
        let (gate, tell) = (Mutex::new(gate), Mutex::new(Some(tell)));
        let database = self.database.clone();
        tokio::spawn(async move {
            let wait = database.write(move |_| {
                tell.lock().unwrap().take().unwrap().send(()).unwrap();
                gate.lock().unwrap().recv().unwrap_err();
                Box::pin(async { Ok(()) })
            });
            wait.await
        });
        held.await.unwrap();
        open
    }

    pub(crate) async fn close(mut self) {
        if let Some(running) = self.running.take() {
            running.stop().await;
        }
        self.database.close().await;
    }
}

impl Drop for House {
    fn drop(&mut self) {
        if !self.folder.as_os_str().is_empty() {
            std::fs::remove_dir_all(&self.folder).ok();
        }
    }
}

fn allowance(count: u32) -> Allowance {
    Allowance { count: NonZeroU32::new(count).expect("some"), within: Duration::from_secs(3600) }
}

pub(crate) fn digits_in(text: &str) -> Option<String> {
    let groups = |line: &str| {
        let line = line.trim();
        let parts: Vec<&str> = line.split_whitespace().collect();
        let digits = |part: &&str| part.len() == 4 && part.bytes().all(|byte| byte.is_ascii_digit());
        (parts.len() >= 3 && parts.iter().all(digits)).then(|| line.to_owned())
    };
    text.lines().find_map(groups)
}

pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    pub(crate) fn leads_to(&self, path: &str) -> &Self {
        let there = self.header("location");
        assert_eq!((self.status, there), (StatusCode::SEE_OTHER, Some(path)), "{}", self.body);
        self
    }

    pub(crate) fn is(&self, status: u16) -> &Self {
        assert_eq!(self.status.as_u16(), status, "{}", self.body);
        self
    }

    pub(crate) fn says(&self, words: &str) -> &Self {
        assert!(self.body.contains(words), "{words:?} is not in {}", self.body);
        self
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("not JSON: {}", self.body))
    }

    /// A problem document of that status and code.
    pub(crate) fn problem(&self, status: u16, code: &str) -> &Self {
        self.is(status);
        assert_eq!(self.header("content-type"), Some("application/problem+json"));
        assert_eq!(self.json()["code"], code, "{}", self.body);
        assert_eq!(self.json()["status"], status);
        self
    }

    /// The value of a hidden field of the page.
    pub(crate) fn hidden(&self, name: &str) -> String {
        let before = format!("name=\"{name}\" value=\"");
        let (_, rest) = self.body.split_once(&before).unwrap_or_else(|| panic!("{}", self.body));
        rest.split('"').next().unwrap_or_default().to_owned()
    }

    pub(crate) fn set_cookies(&self) -> Vec<&str> {
        let lines = self.headers.get_all("set-cookie").iter();
        lines.filter_map(|line| line.to_str().ok()).collect()
    }
}

pub(crate) async fn send(router: &Router, request: Request<Body>) -> Answer {
    let answer = router.clone().oneshot(request).await.expect("an answer");
    let (parts, body) = answer.into_parts();
    let bytes = body.collect().await.expect("a body").to_bytes();
    let body = String::from_utf8_lossy(&bytes).into_owned();
    Answer { status: parts.status, headers: parts.headers, body }
}

#[derive(Clone)]
pub(crate) struct Browser {
    pub(crate) router: Router,
    pub(crate) cookies: BTreeMap<String, String>,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) peer: SocketAddr,
}

impl Browser {
    pub(crate) fn set(&mut self, name: &str, value: &str) {
        self.headers.retain(|(key, _)| key != name);
        self.headers.push((name.to_owned(), value.to_owned()));
    }

    pub(crate) fn unset(&mut self, name: &str) {
        self.headers.retain(|(key, _)| key != name);
    }

    pub(crate) fn cookie(&self, name: &str) -> String {
        self.cookies.get(name).cloned().unwrap_or_else(|| panic!("no cookie {name}"))
    }

    pub(crate) async fn get(&mut self, path: &str) -> Answer {
        let request = self.request(Method::GET, path).body(Body::empty()).expect("a request");
        self.send(request).await
    }

    pub(crate) async fn head(&mut self, path: &str) -> Answer {
        let request = self.request(Method::HEAD, path).body(Body::empty()).expect("a request");
        self.send(request).await
    }

    pub(crate) async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let body = fields.iter().map(|(name, value)| format!("{}={}", escape(name), escape(value)));
        self.post_raw(path, &body.collect::<Vec<_>>().join("&")).await
    }

    pub(crate) async fn post_raw(&mut self, path: &str, body: &str) -> Answer {
        let request = self
            .request(Method::POST, path)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(Body::from(body.to_owned()))
            .expect("a request");
        self.send(request).await
    }

    pub(crate) fn request(&self, method: Method, path: &str) -> http::request::Builder {
        let mut request = Request::builder().method(method).uri(path).extension(ConnectInfo(self.peer));
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        if !self.cookies.is_empty() {
            let pairs = self.cookies.iter().map(|(name, value)| format!("{name}={value}"));
            request = request.header("cookie", pairs.collect::<Vec<_>>().join("; "));
        }
        request
    }

    pub(crate) async fn send(&mut self, request: Request<Body>) -> Answer {
        let answer = send(&self.router, request).await;
        for line in answer.set_cookies() {
            let (pair, rest) = line.split_once(';').expect("attributes");
            let (name, value) = pair.split_once('=').expect("a pair");
            if rest.contains("Max-Age=0;") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        answer
    }

    pub(crate) async fn sign_in(&mut self, address: &str, password: &str) -> Answer {
        self.post("/signin/email", &[("email", address), ("password", password)]).await
    }
}

#[derive(Clone)]
pub(crate) struct App {
    pub(crate) router: Router,
    pub(crate) token: Option<String>,
    pub(crate) language: &'static str,
}

impl App {
    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.call(Method::GET, path, None).await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Answer {
        self.call(Method::POST, path, Some(body)).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Answer {
        self.call(Method::DELETE, path, None).await
    }

    pub(crate) async fn call(&self, method: Method, path: &str, body: Option<Value>) -> Answer {
        let peer: SocketAddr = "192.0.2.2:50000".parse().expect("an address");
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .extension(ConnectInfo(peer))
            .header("genkan-app", "novel-app/2.1.0")
            .header("accept-language", self.language);
        if let Some(token) = &self.token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        let body = match body {
            None => Body::empty(),
            Some(value) => {
                request = request.header("content-type", "application/json");
                Body::from(value.to_string())
            }
        };
        send(&self.router, request.body(body).expect("a request")).await
    }

    pub(crate) async fn sign_in(&mut self, address: &str, password: &str) -> Answer {
        let body = json!({"email": address, "password": password});
        let answer = self.post("/api/v1/signin/password", body).await;
        if answer.status == StatusCode::OK {
            self.token = answer.json()["token"].as_str().map(str::to_owned);
        }
        answer
    }
}

pub(crate) fn escape(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}
