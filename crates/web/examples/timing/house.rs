//! The house that is asked: the routes over a real engine and an SQLite file, in this process.
//!
//! Nothing is faked but the way mail leaves (it is handed over in the process) and the cost of a password hash, which is
//! made small so that it hides nothing: what it costs is the same for everybody, or the figures show it.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::num::NonZeroU32;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use accounts::{Millis, Policy};
use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use delivery::{Letter, Outlet, Sender};
use engine::{
    Allowance, Clock, Engine, EngineOptions, Limits, MailOptions, PasswordOptions, Providers, Running,
};
use http::{Request, StatusCode};
use http_body_util::BodyExt;
use pages::{Pages, PagesOptions};
use serde_json::{Value, json};
use store::{Database, Role, Store};
use tokio::sync::mpsc::UnboundedReceiver;
use tower::ServiceExt;
use verifiers::{CodeKeys, HashOptions, HashParams, PasswordRules};
use web::{Web, WebOptions};

pub(crate) const PASSWORD: &str = "nureta kasa to hashira";
/// Longer than what a request leaves to do can take beside the next one.
const BREATH: Duration = Duration::from_millis(2);

pub(crate) struct House {
    router: Router,
    clock: Clock,
    store: Store,
    letters: UnboundedReceiver<Letter>,
    asked: AtomicU32,
    running: Running,
}

/// What came back, and how long it took.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) body: Value,
    pub(crate) took: Duration,
}

impl House {
    pub(crate) async fn open(folder: &Path) -> Self {
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
        let store = Store::new(database);
        let options =
            options(store.clone(), clock.clone(), &pages, Outlet::Handover(Arc::new(handover)));
        let (engine, running) = Engine::start(options).expect("an engine");
        let router = web::router(Web {
            engine,
            pages,
            options: WebOptions::at("http://localhost:7878"),
            traffic: web::Traffic::default(),
        });
        Self { router, clock, store, letters, asked: AtomicU32::new(0), running }
    }

    /// A call of the API, each from another network.
    pub(crate) async fn call(&self, path: &str, body: Value) -> Answer {
        let number = self.asked.fetch_add(1, Ordering::Relaxed);
        let from = SocketAddr::new(IpAddr::V4(Ipv4Addr::from(0x0a00_0000 + number)), 1);
        let mut request = Request::post(format!("/api/v1/{path}"))
            .header("host", "localhost:7878")
            .header("content-type", "application/json")
            .header("user-agent", "timing")
            .body(Body::from(body.to_string()))
            .expect("a request");
        request.extensions_mut().insert(ConnectInfo(from));
        let router = self.router.clone();
        let began = Instant::now();
        let response = router.oneshot(request).await.expect("an answer");
        let status = response.status();
        let bytes = response.into_body().collect().await.expect("a body").to_bytes();
        let took = began.elapsed();
        Answer { status, body: serde_json::from_slice(&bytes).unwrap_or(Value::Null), took }
    }

    /// As [`House::call`], for what must work.
    pub(crate) async fn done(&self, path: &str, body: Value) -> Value {
        let answer = self.call(path, body).await;
        assert!(answer.status.is_success(), "{path}: {} {}", answer.status, answer.body);
        answer.body
    }

    /// Waits until nothing is left to do of what was asked: no mail waits.
    pub(crate) async fn settle(&self) {
        loop {
            tokio::time::sleep(BREATH).await;
            if self.store.mail_counts().await.expect("counts").waiting == 0 {
                return;
            }
        }
    }

    pub(crate) async fn register(&mut self, email: &str) {
        let asked = self.done("register/email", json!({ "email": email })).await;
        let flow = asked["flow"].clone();
        let code = loop {
            let letter = self.letters.recv().await.expect("an open mailbox");
            if letter.to == email
                && let Some(code) = digits_in(&letter.text)
            {
                break code;
            }
        };
        self.done("register/verify", json!({ "flow": flow, "code": code })).await;
        self.done("register/complete", json!({ "flow": flow, "password": PASSWORD })).await;
    }

    /// Lets so much time pass that every count and wait is over.
    pub(crate) async fn pass_a_month(&self) {
        self.clock.advance(Millis::days(31));
        self.store.sweep(&Policy::default(), 100_000).await.expect("swept");
    }

    pub(crate) async fn close(self) {
        drop(self.router);
        self.running.stop().await;
        self.store.database().close().await;
    }
}

/// The first line of three or four groups of four digits.
fn digits_in(text: &str) -> Option<String> {
    text.lines().map(str::trim).find_map(|line| {
        let groups: Vec<&str> = line.split(' ').collect();
        let is_group = |group: &&str| group.len() == 4 && group.bytes().all(|b| b.is_ascii_digit());
        (matches!(groups.len(), 3 | 4) && groups.iter().all(is_group)).then(|| groups.concat())
    })
}

fn options(store: Store, clock: Clock, pages: &Arc<Pages>, outlet: Outlet) -> EngineOptions {
    let count = NonZeroU32::new(1_000_000).expect("more than none");
    let all = Allowance { count, within: Duration::from_secs(60) };
    EngineOptions {
        signing: engine::SigningOptions::of("http://localhost:7878"),
        openid: engine::OpenIdOptions::default(),
        endpoints: Vec::new(),
        store,
        policy: Policy::default(),
        passkeys: None,
        clock,
        codes: CodeKeys::new(1, vec![(1, *b"k9Zt!q2Lw7#rXe4Vb0Yd@u6Hs8Pj3Gm1")]).expect("keys"),
        passwords: PasswordOptions {
            hashing: HashOptions {
                threads: 1,
                params: HashParams { memory_kib: 64, passes: 1, lanes: 1 },
                deadline: Duration::from_secs(30),
                queue_places: 64,
                ..HashOptions::default()
            },
            rules: PasswordRules::default(),
            breached: None,
            context: Vec::new(),
        },
        limits: Limits { sign_in: all, codes: all, writes: all, new_addresses: all },
        providers: Providers::default(),
        pages: Arc::clone(pages),
        mail: MailOptions {
            outlet,
            sender: Sender {
                name: "genkan".to_owned(),
                address: "noreply@id.example.jp".to_owned(),
                message_id_domain: "id.example.jp".to_owned(),
                signer: None,
                style: delivery::Style::default(),
                reply_to: None,
                time_zone: "Asia/Tokyo".to_owned(),
            },
            parallel: 1,
            retry_for: Millis::days(1),
            paces: Arc::default(),
            returns: engine::ReturnOptions::default(),
        },
    }
}
