//! A playground in a folder of its own, with a clock of its own, and the little that a client must know.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::rsa::PublicKeyComponents;
use aws_lc_rs::signature::RSA_PKCS1_2048_8192_SHA256;
use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode, header};
use axum::routing::post;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http_body_util::BodyExt;
use playground::{Events, Mailbox, Playground, Progress, StandInSetup, StandIns};
use reqwest::Url;
use serde_json::Value;
use tower::ServiceExt;

pub(crate) const ORIGIN: &str = "http://127.0.0.1:7878";
pub(crate) const HOUSE: &str = "http://localhost:7878";
pub(crate) const START_MS: i64 = 1_800_000_000_000;
pub(crate) const START_S: i64 = START_MS / 1_000;

pub(crate) struct House {
    pub(crate) folder: PathBuf,
    pub(crate) setup: StandInSetup,
    pub(crate) mailbox: Mailbox,
    router: Router,
    clock: Arc<AtomicI64>,
}

/// An answer, read whole.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl House {
    pub(crate) fn new() -> Self {
        Self::with_events_to(HOUSE)
    }

    pub(crate) fn with_events_to(house: &str) -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let folder =
            std::env::temp_dir().join(format!("genkan-stand-ins-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        Self::open(folder, house)
    }

    fn open(folder: PathBuf, house: &str) -> Self {
        let setup = StandInSetup::of_house(ORIGIN, house, &folder).unwrap();
        let clock = Arc::new(AtomicI64::new(START_MS));
        let hand = clock.clone();
        let mailbox = Mailbox::open(&folder.join("mailbox.jsonl")).unwrap();
        let playground = Playground {
            mailbox: mailbox.clone(),
            events: Events::default(),
            now: Arc::new(move || hand.load(Ordering::SeqCst)),
            advance: Arc::new(|_| ()),
            stylesheet: "/assets/style.css".to_owned(),
            origin: house.to_owned(),
            settings_file: String::new(),
            progress: Progress::default(),
            stand_ins: StandIns::open(setup.clone(), &folder).unwrap(),
        };
        // In the place of the house's own routes: tokens for one code, as in `tests/browser` for a real one.
        let tokens = |body: String| async move {
            if body == "code=good" { StatusCode::OK } else { StatusCode::BAD_REQUEST }
        };
        let routes = Router::new().route("/oauth/token", post(tokens));
        let router = playground.progress.watch(routes).merge(playground.router());
        Self { folder, setup, mailbox, router, clock }
    }

    /// The same folder after a restart.
    pub(crate) fn again(&self) -> Self {
        Self::open(self.folder.clone(), &self.setup.house)
    }

    pub(crate) fn advance(&self, seconds: i64) {
        self.clock.fetch_add(seconds * 1_000, Ordering::SeqCst);
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        let (parts, body) = self.router.clone().oneshot(request).await.unwrap().into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        let text = String::from_utf8(bytes.to_vec()).unwrap();
        Answer { status: parts.status, headers: parts.headers, text }
    }

    pub(crate) async fn look(&self, path: &str) -> Answer {
        self.send(Request::get(path).body(Body::empty()).unwrap()).await
    }

    pub(crate) async fn form(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        self.send(form(path, fields)).await
    }

    pub(crate) async fn json(&self, path: &str, content: Value) -> Answer {
        let request = Request::post(path).header(header::CONTENT_TYPE, "application/json");
        self.send(request.body(Body::from(content.to_string())).unwrap()).await
    }

    /// The claims of a token that a published key signed; `None` where none did.
    pub(crate) async fn claims(&self, keys: &str, token: &str) -> Option<Value> {
        read(&self.look(keys).await.json(), token)
    }
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("no JSON: {}", self.text))
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
    }

    /// What a redirect brings back.
    pub(crate) fn brought(&self, name: &str) -> Option<String> {
        assert_eq!(self.status, StatusCode::SEE_OTHER, "{}", self.text);
        let url = Url::parse(self.header("location")).unwrap();
        url.query_pairs().find(|(known, _)| known == name).map(|(_, value)| value.into_owned())
    }

    /// What a form brings back.
    pub(crate) fn posted(&self, name: &str) -> Option<String> {
        assert_eq!(self.status, StatusCode::OK, "{}", self.text);
        let (_, after) = self.text.split_once(&format!("name=\"{name}\" value=\""))?;
        let (value, _) = after.split_once('"')?;
        Some(value.replace("&quot;", "\"").replace("&#39;", "'").replace("&amp;", "&"))
    }
}

pub(crate) fn form(path: &str, fields: &[(&str, &str)]) -> Request<Body> {
    Request::post(path)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from(encoded(fields)))
        .unwrap()
}

pub(crate) fn encoded(fields: &[(&str, &str)]) -> String {
    let url = Url::parse_with_params("http://form.invalid/", fields).unwrap();
    url.query().unwrap_or_default().to_owned()
}

pub(crate) fn s256(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(digest(&SHA256, verifier.as_bytes()))
}

/// The claims, where one of the keys signed them.
pub(crate) fn read(keys: &Value, token: &str) -> Option<Value> {
    let bytes = |text: &str| URL_SAFE_NO_PAD.decode(text).unwrap();
    let parts = token.split('.').collect::<Vec<_>>();
    let [head, body, signature] = parts.as_slice() else { panic!("no JWT: {token}") };
    let header = serde_json::from_slice::<Value>(&bytes(head)).unwrap();
    assert_eq!(header["alg"], "RS256");
    let key = keys["keys"].as_array().unwrap().iter().find(|key| key["kid"] == header["kid"])?;
    let [n, e] = ["n", "e"].map(|name| bytes(key[name].as_str().unwrap()));
    PublicKeyComponents { n, e }
        .verify(&RSA_PKCS1_2048_8192_SHA256, format!("{head}.{body}").as_bytes(), &bytes(signature))
        .unwrap();
    Some(serde_json::from_slice(&bytes(body)).unwrap())
}

/// The header of a token, unchecked.
pub(crate) fn head(token: &str) -> Value {
    let (head, _) = token.split_once('.').unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(head).unwrap()).unwrap()
}

impl Drop for House {
    fn drop(&mut self) {
        let _gone = std::fs::remove_dir_all(Path::new(&self.folder));
    }
}
