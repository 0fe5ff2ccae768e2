//! A house that is open to strangers: every route over a real engine and real rows, where nobody has an account.
//!
//! What leaves by mail is dropped, and a password hash is cheap; all else is as it is served. One stranger at a time.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use accounts::{Millis, Policy};
use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use delivery::{Outlet, Sender, Style};
use engine::{
    Allowance, Client, Clients, Clock, Engine, EngineOptions, HookKeys, Limits, MailOptions,
    OpenIdOptions, Passkeys, PasswordOptions, Pkce, Providers, ReturnOptions, Running, SigningOptions,
    Trust,
};
use http::{HeaderMap, Request, StatusCode};
use http_body_util::BodyExt as _;
use pages::{Pages, PagesOptions, PerLocale};
use store::{Database, Role, Store};
use tokio::runtime::Runtime;
use tower::ServiceExt as _;
use verifiers::hook::PostmarkSecret;
use verifiers::passkey::RelyingParty;
use verifiers::{Algorithm, CodeKeys, HashOptions, HashParams, PasswordRules};
use web::{Traffic, Web, WebOptions};

/// Where the house is.
pub const ORIGIN: &str = "https://id.example.jp";
/// Where its one site takes people back.
pub const SITE: &str = "https://novel.example.jp";
/// What the relay shows that is heard here (security.md C12); the seeds have it too.
const RELAY: &str = "Zr4u7x-A_D~GKbPeShVm.Yq3t6";

/// The house, and what keeps it going.
pub struct House {
    router: Router,
    runtime: Runtime,
    _running: Running,
}

/// What it answered.
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

impl House {
    /// Opens one over new rows in the folder for temporary files.
    ///
    /// # Panics
    /// When it cannot be opened.
    #[must_use]
    pub fn open() -> House {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.expect("a runtime");
        let (router, running) = runtime.block_on(opened());
        House { router, runtime, _running: running }
    }

    /// Its answer to a request.
    ///
    /// # Panics
    /// When there is none.
    pub fn ask(&self, mut request: Request<Body>) -> Answer {
        let peer = std::net::SocketAddr::from(([192, 0, 2, 1], 50_000));
        request.extensions_mut().insert(ConnectInfo(peer));
        self.runtime.block_on(async {
            let answer = self.router.clone().oneshot(request).await.expect("an answer");
            let (parts, body) = answer.into_parts();
            let body = body.collect().await.expect("a body").to_bytes();
            let body = String::from_utf8_lossy(&body).into_owned();
            Answer { status: parts.status, headers: parts.headers, body }
        })
    }
}

async fn opened() -> (Router, Running) {
    let folder = std::env::temp_dir().join(format!("genkan-fuzz-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let clock = Clock::system();
    let ticking = clock.clone();
    let file = folder.join("genkan.db");
    let database = Database::open_sqlite(&file, Role::Server, Arc::new(move || ticking.now().0));
    let database = database.expect("a database");
    store::migrate(&database).await.expect("migrated");
    let pages = Arc::new(Pages::new(PagesOptions::default()).expect("pages"));
    let (engine, running) = Engine::start(EngineOptions {
        endpoints: Vec::new(),
        store: Store::new(database),
        policy: Policy::default(),
        clock,
        codes: CodeKeys::new(1, vec![(1, *b"k9Zt!q2Lw7#rXe4Vb0Yd@u6Hs8Pj3Gm1")]).expect("keys"),
        passwords: PasswordOptions {
            hashing: HashOptions {
                threads: 1,
                params: HashParams { memory_kib: 64, passes: 1, lanes: 1 },
                ..HashOptions::default()
            },
            rules: PasswordRules::default(),
            breached: None,
            context: vec!["genkan".to_owned()],
        },
        limits: Limits {
            sign_in: unbounded(),
            codes: unbounded(),
            writes: unbounded(),
            new_addresses: unbounded(),
        },
        pages: Arc::clone(&pages),
        mail: mail(),
        providers: Providers::new(Vec::new()),
        passkeys: Some(Passkeys {
            party: RelyingParty::new("id.example.jp", vec![ORIGIN.to_owned()]).expect("a party"),
            service: "genkan".to_owned(),
        }),
        signing: SigningOptions::of(ORIGIN),
        openid: OpenIdOptions { clients: Clients::new(vec![site()]), ..OpenIdOptions::default() },
    })
    .expect("an engine");
    let mut options = WebOptions::at(ORIGIN);
    options.methods = vec!["email".to_owned(), "passkey".to_owned()];
    // So that what proxies say of a client is read too.
    options.trusted_proxies = vec!["192.0.2.0/24".parse().expect("a network")];
    (web::router(Web { engine, pages, options, traffic: Traffic::default() }), running)
}

/// What is looked for is behind the limits, not they.
fn unbounded() -> Allowance {
    Allowance { count: NonZeroU32::MAX, within: Duration::from_secs(3600) }
}

fn mail() -> MailOptions {
    MailOptions {
        outlet: Outlet::Handover(Arc::new(|_, _| {})),
        sender: Sender {
            name: "genkan".to_owned(),
            address: "noreply@id.example.jp".to_owned(),
            message_id_domain: "id.example.jp".to_owned(),
            signer: None,
            style: Style::default(),
            reply_to: None,
            time_zone: "Asia/Tokyo".to_owned(),
        },
        parallel: 1,
        retry_for: Millis::days(1),
        paces: Arc::default(),
        returns: ReturnOptions {
            hooks: HookKeys { postmark: PostmarkSecret::parse(RELAY), ..HookKeys::default() },
            ..ReturnOptions::default()
        },
    }
}

fn site() -> Client {
    Client {
        id: "novel-site".to_owned(),
        label: PerLocale::new("物語", "Novels"),
        secrets: Vec::new(),
        redirect_uris: vec![format!("{SITE}/callback")],
        signed_out_uris: vec![format!("{SITE}/")],
        scopes: ["openid", "profile", "email", "account"].map(str::to_owned).to_vec(),
        algorithm: Algorithm::EdDsa,
        sector: None,
        audience: Vec::new(),
        pkce: Pkce::Required,
        trust: Trust::FirstParty,
        pushes: false,
        shows_key: false,
        logout: None,
    }
}
