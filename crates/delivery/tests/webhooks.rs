//! Signed webhooks to real servers on this machine: good ones, and those that are slow, refuse, lead elsewhere or say too much.
//!
//! Where no connection may be made, the server counts connections, and there is none. That the signature is understood by a
//! library that nobody here wrote is the whole program's test (`tests/process/process/webhooks.rs`).

use std::io::{Read as _, Write as _};
use std::net::{IpAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use delivery::{Lookup, Notice, Reach, Taken, Webhook, WebhookFault, WebhookOptions, WebhookSetting};
use secrecy::SecretString;
use serde_json::{Map, Value, json};

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const OTHER: &str = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
const NOW: i64 = 1_790_000_000_999;

/// A server that answers every request alike and keeps what came.
struct Server {
    port: u16,
    connections: Arc<AtomicUsize>,
    requests: Receiver<String>,
}

/// What is done on a connection after a request was read.
type Answer = Arc<dyn Fn(&mut TcpStream) + Send + Sync>;

impl Server {
    fn start(bind: &str, answer: Answer) -> Self {
        let listener = TcpListener::bind(bind).unwrap();
        let port = listener.local_addr().unwrap().port();
        let connections = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&connections);
        let (tell, requests) = channel();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let Ok(mut stream) = stream else { return };
                counted.fetch_add(1, Ordering::SeqCst);
                let (answer, tell) = (Arc::clone(&answer), tell.clone());
                std::thread::spawn(move || {
                    while let Some(request) = request(&mut stream) {
                        drop(tell.send(request));
                        answer(&mut stream);
                    }
                });
            }
        });
        Self { port, connections, requests }
    }

    fn saying(answer: &'static str) -> Self {
        Self::start("127.0.0.1:0", Arc::new(move |stream| drop(stream.write_all(answer.as_bytes()))))
    }

    fn url(&self) -> String {
        format!("http://127.0.0.1:{}/hooks?x=1", self.port)
    }

    fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }
}

/// Head and body of the next request.
fn request(stream: &mut TcpStream) -> Option<String> {
    let mut bytes = Vec::new();
    let mut byte = [0];
    while !bytes.ends_with(b"\r\n\r\n") {
        if stream.read(&mut byte).ok()? == 0 {
            return None;
        }
        bytes.push(byte[0]);
    }
    let head = String::from_utf8_lossy(&bytes).to_ascii_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap();
    let mut body = vec![0; length.parse().unwrap()];
    stream.read_exact(&mut body).ok()?;
    bytes.extend(body);
    String::from_utf8(bytes).ok()
}

fn options(url: &str) -> WebhookOptions {
    let mut options = WebhookOptions::new(url, SecretString::from(SECRET));
    options.reach.may_be_private = true;
    options.reach.connect_limit = Duration::from_secs(5);
    options.reach.limit = Duration::from_secs(5);
    options
}

fn notice() -> Notice {
    let data = Map::from_iter([("account".to_owned(), Value::from("0192f0c0"))]);
    Notice { id: "evt_1_0".to_owned(), kind: "account.created".to_owned(), at_ms: NOW, data }
}

async fn send(options: WebhookOptions) -> Result<Taken, WebhookFault> {
    let webhook = Webhook::new(options).unwrap_or_else(|fault| panic!("{fault}"));
    webhook.send(&notice(), NOW).await
}

/// What a public endpoint does: nothing of this machine or of a private network is for it.
fn public(url: &str, lookup: Option<Lookup>) -> WebhookOptions {
    let reach = Reach { may_be_private: false, lookup, ..options(url).reach };
    WebhookOptions { reach, ..options(url) }
}

/// As `options`, and no longer than that.
fn within(limit: Duration, options: WebhookOptions) -> WebhookOptions {
    WebhookOptions { reach: Reach { limit, ..options.reach }, ..options }
}

fn header<'r>(request: &'r str, name: &str) -> &'r str {
    let wanted = format!("{name}: ");
    request.lines().find_map(|line| line.strip_prefix(&wanted)).unwrap_or_else(|| panic!("{request}"))
}

#[tokio::test]
async fn what_is_sent_is_signed_over_id_time_and_body_with_every_secret() {
    let server = Server::saying("HTTP/1.1 204 No Content\r\n\r\n");
    let secrets = SecretString::from(format!("{SECRET} {OTHER}"));
    let sent = send(WebhookOptions { secrets, ..options(&server.url()) }).await;
    assert_eq!(sent, Ok(Taken { status: 204 }));
    let request = server.requests.recv().unwrap();
    assert!(request.starts_with("POST /hooks?x=1 HTTP/1.1\r\n"), "{request}");
    let (_, body) = request.split_once("\r\n\r\n").unwrap();
    let expected = json!({
        "type": "account.created",
        "timestamp": "2026-09-21T14:13:20.999Z",
        "data": { "account": "0192f0c0" },
    });
    assert_eq!(serde_json::from_str::<Value>(body).unwrap(), expected);
    assert_eq!(header(&request, "content-type"), "application/json");
    assert_eq!(header(&request, "webhook-id"), "evt_1_0");
    assert_eq!(header(&request, "webhook-timestamp"), "1790000000");
    let signed = format!("evt_1_0.1790000000.{body}");
    let signatures = [SECRET, OTHER].map(|secret| {
        let key = STANDARD.decode(&secret["whsec_".len()..]).unwrap();
        let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &key), signed.as_bytes());
        format!("v1,{}", STANDARD.encode(tag))
    });
    assert_eq!(header(&request, "webhook-signature"), signatures.join(" "));
}

#[tokio::test]
async fn a_connection_is_used_again() {
    let server = Server::saying("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok");
    let webhook = Webhook::new(options(&server.url())).unwrap_or_else(|fault| panic!("{fault}"));
    for _ in 0..3 {
        assert_eq!(webhook.send(&notice(), NOW).await, Ok(Taken { status: 200 }));
    }
    assert_eq!(server.connections(), 1);
}

#[tokio::test]
async fn what_an_endpoint_says_that_refuses_is_told_shortly_and_on_one_line() {
    let server = Server::saying("HTTP/1.1 500 Oops\r\ncontent-length: 9\r\n\r\nno\r\nway\x07!");
    let fault = send(options(&server.url())).await.unwrap_err();
    assert_eq!(fault.to_string(), "500 no  way !");
    assert!(!fault.is_gone() && fault.wants_rest().is_none());
    let server = Server::saying("HTTP/1.1 410 Gone\r\ncontent-length: 0\r\n\r\n");
    let fault = send(options(&server.url())).await.unwrap_err();
    assert!(fault.is_gone() && fault.to_string() == "410", "{fault}");
}

#[tokio::test]
async fn an_endpoint_says_how_long_it_wants_rest() {
    for (answer, rest) in [
        ("HTTP/1.1 429 Slow down\r\nretry-after: 120\r\ncontent-length: 0\r\n\r\n", Some(120)),
        ("HTTP/1.1 503 Busy\r\nretry-after: 7\r\ncontent-length: 0\r\n\r\n", Some(7)),
        ("HTTP/1.1 503 Busy\r\ncontent-length: 0\r\n\r\n", None),
        ("HTTP/1.1 503 Busy\r\nretry-after: soon\r\ncontent-length: 0\r\n\r\n", None),
        ("HTTP/1.1 500 Oops\r\nretry-after: 7\r\ncontent-length: 0\r\n\r\n", None),
    ] {
        let server = Server::saying(answer);
        let fault = send(options(&server.url())).await.unwrap_err();
        assert_eq!(fault.wants_rest(), rest.map(Duration::from_secs), "{answer}");
    }
}

#[tokio::test]
async fn f15_a_redirect_is_not_followed_wherever_it_leads() {
    let inner = Server::saying("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
    for status in [301, 302, 303, 307, 308] {
        let answer = format!(
            "HTTP/1.1 {status} There\r\nlocation: {}\r\ncontent-length: 0\r\n\r\n",
            inner.url()
        );
        let server = Server::start(
            "127.0.0.1:0",
            Arc::new(move |stream| drop(stream.write_all(answer.as_bytes()))),
        );
        let fault = send(options(&server.url())).await.unwrap_err();
        assert!(
            matches!(fault, WebhookFault::Answered { status: said, .. } if said == status),
            "{fault}"
        );
    }
    assert_eq!(inner.connections(), 0);
}

#[tokio::test]
async fn of_an_answer_without_end_little_is_read() {
    let written = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&written);
    let server = Server::start(
        "127.0.0.1:0",
        Arc::new(move |stream| {
            drop(stream.write_all(b"HTTP/1.1 500 Oops\r\ncontent-length: 999999999999\r\n\r\n"));
            while stream.write_all(&[b'x'; 65_536]).is_ok() {
                counted.fetch_add(65_536, Ordering::SeqCst);
            }
        }),
    );
    let began = Instant::now();
    let fault = send(options(&server.url())).await.unwrap_err();
    assert!(began.elapsed() < Duration::from_secs(4), "it reads on");
    let WebhookFault::Answered { status: 500, text, .. } = fault else { panic!("{fault}") };
    assert_eq!(text.len(), 100);
    assert!(written.load(Ordering::SeqCst) < 32 << 20, "what buffers take at most");
}

#[tokio::test]
async fn who_is_slow_is_waited_for_no_longer_than_the_limit() {
    let slow: [Answer; 2] = [
        // Never says anything.
        Arc::new(|stream| drop(stream.read(&mut [0; 1]))),
        // Says its head byte by byte, for ever.
        Arc::new(|stream| {
            while stream.write_all(b"H").is_ok() {
                std::thread::yield_now();
            }
        }),
    ];
    for answer in slow {
        let server = Server::start("127.0.0.1:0", answer);
        let began = Instant::now();
        let limit = Duration::from_millis(700);
        let fault = send(within(limit, options(&server.url()))).await.unwrap_err();
        assert!(matches!(fault, WebhookFault::Unreachable { .. }), "{fault}");
        assert!(began.elapsed() < Duration::from_secs(4), "{:?}", began.elapsed());
    }
    let nobody = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let fault = send(options(&format!("http://127.0.0.1:{nobody}/"))).await.unwrap_err();
    assert!(matches!(fault, WebhookFault::Unreachable { .. }), "{fault}");
}

/// A body that trickles does not make a received event one that was not.
#[tokio::test]
async fn what_was_taken_is_taken_though_the_rest_of_the_answer_never_comes() {
    let server = Server::start(
        "127.0.0.1:0",
        Arc::new(|stream| {
            drop(stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nx"));
            drop(stream.read(&mut [0; 1]));
        }),
    );
    let limit = Duration::from_millis(700);
    let sent = send(within(limit, options(&server.url()))).await;
    assert_eq!(sent, Ok(Taken { status: 200 }));
}

#[tokio::test]
async fn f15_no_connection_is_made_to_this_machine_however_it_is_written() {
    let four = Server::saying("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
    let six = Server::start("[::]:0", Arc::new(|_| {}));
    let urls = [
        format!("https://127.0.0.1:{}/", four.port),
        format!("https://2130706433:{}/", four.port),
        format!("https://[::ffff:127.0.0.1]:{}/", four.port),
        format!("https://localhost:{}/", four.port),
        format!("https://LOCALHOST:{}/", four.port),
        format!("https://[::1]:{}/", six.port),
        format!("https://[::ffff:127.0.0.1]:{}/", six.port),
        "https://169.254.169.254/latest/meta-data".to_owned(),
        "https://10.0.0.1/".to_owned(),
        "https://[fd00:ec2::254]/".to_owned(),
    ];
    for url in &urls {
        let fault = send(public(url, None)).await.unwrap_err();
        assert_eq!(fault, WebhookFault::Forbidden, "{url}");
    }
    // Some systems do not know this one, which is as well.
    assert!(send(public(&format!("https://localhost.:{}/", four.port), None)).await.is_err());
    assert_eq!((four.connections(), six.connections()), (0, 0));
    // The same server is reached where it may be, so it would have been reached before.
    let url = format!("https://127.0.0.1:{}/", four.port);
    let fault = send(options(&url)).await.unwrap_err();
    assert!(matches!(fault, WebhookFault::Unreachable { .. }), "no TLS there: {fault}");
    assert_eq!(four.connections(), 1);
}

/// Leads to these addresses at the first look, to the next at the next.
fn leading_to(looks: &[&str]) -> (Lookup, Arc<AtomicUsize>) {
    let of = |look: &&str| look.split(' ').map(|text| text.parse::<IpAddr>().unwrap()).collect();
    let looks: Vec<Vec<IpAddr>> = looks.iter().map(of).collect();
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    let lookup: Lookup = Arc::new(move |_| {
        let turn = count.fetch_add(1, Ordering::SeqCst).min(looks.len() - 1);
        let found = looks[turn].clone();
        Box::pin(async move { Ok(found) })
    });
    (lookup, asked)
}

#[tokio::test]
async fn f15_a_name_that_leads_to_this_machine_or_a_private_network_is_left_alone() {
    let server = Server::saying("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
    let url = format!("https://hooks.example.com:{}/", server.port);
    for addresses in [
        "127.0.0.1",
        "::1",
        "::ffff:127.0.0.1",
        "169.254.169.254",
        "10.0.0.7 192.168.0.1 fe80::1 224.0.0.1",
    ] {
        let (lookup, asked) = leading_to(&[addresses]);
        assert_eq!(
            send(public(&url, Some(lookup))).await,
            Err(WebhookFault::Forbidden),
            "{addresses:?}"
        );
        assert_eq!(asked.load(Ordering::SeqCst), 1);
    }
    assert_eq!(server.connections(), 0);
    // Where it may be, the same name is reached.
    let (lookup, _) = leading_to(&["127.0.0.1"]);
    let open = format!("http://localhost:{}/", server.port);
    let reach = Reach { lookup: Some(lookup), ..options(&open).reach };
    let sent = send(WebhookOptions { reach, ..options(&open) }).await;
    assert_eq!(sent, Ok(Taken { status: 200 }));
}

/// A name that is public at one look and private at the next: each look is the one that is connected to.
#[tokio::test]
async fn f15_a_name_that_moves_between_two_looks_is_not_followed_within() {
    let server = Server::saying("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
    let url = format!("https://hooks.example.com:{}/", server.port);
    // A public address at which nobody answers here.
    let (lookup, asked) = leading_to(&["192.88.100.1", "127.0.0.1"]);
    let limit = Duration::from_millis(500);
    let moving = within(limit, public(&url, Some(lookup)));
    let webhook = Webhook::new(moving).unwrap_or_else(|fault| panic!("{fault}"));
    let first = webhook.send(&notice(), NOW).await.unwrap_err();
    assert!(matches!(first, WebhookFault::Unreachable { .. }), "{first}");
    assert_eq!(asked.load(Ordering::SeqCst), 1, "looked at once for one connection");
    assert_eq!(webhook.send(&notice(), NOW).await, Err(WebhookFault::Forbidden));
    assert_eq!(server.connections(), 0);
}

#[test]
fn an_endpoint_that_cannot_be_told_safely_is_none() {
    let url_of = |url: &str, private| {
        let reach = Reach { may_be_private: private, ..options(url).reach };
        let options = WebhookOptions { reach, ..options(url) };
        match Webhook::new(options) {
            Ok(_) => None,
            Err(WebhookSetting::Url(why)) => Some(why),
            Err(other) => panic!("{other}"),
        }
    };
    for good in ["https://www.example.com/hooks", "https://10.0.0.7:8443/x?y=z"] {
        assert_eq!(url_of(good, false), None, "{good}");
    }
    for good in ["http://127.0.0.1:3000/", "http://localhost/", "http://[::1]:1/"] {
        assert_eq!(url_of(good, true), None, "{good}");
        assert!(url_of(good, false).unwrap().contains("https"), "{good}");
    }
    for bad in [
        "http://www.example.com/",
        "http://10.0.0.7/",
        "ftp://127.0.0.1/",
        "https://u:p@example.com/",
        "https://example.com/#x",
        "hooks",
        "",
        "file:///etc/passwd",
        "http://localhost.example.com/",
    ] {
        assert!(url_of(bad, true).is_some(), "{bad}");
    }
    let short = format!("whsec_{}", STANDARD.encode([7; 23]));
    let long = format!("whsec_{}", STANDARD.encode([7; 65]));
    for bad in ["", "  ", "hush", "whsec_", &short, &long, &format!("{SECRET} hush"), &SECRET[1..]] {
        let options = WebhookOptions {
            secrets: SecretString::from(bad.to_owned()),
            ..options("https://www.example.com/")
        };
        assert!(matches!(Webhook::new(options), Err(WebhookSetting::Secrets)), "{bad}");
    }
}
