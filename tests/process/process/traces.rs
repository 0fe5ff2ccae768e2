//! What the real program tells a collector of traces: read with OpenTelemetry's own definitions, whole, and without anything
//! of anybody.
//!
//! The collector and the provider are sockets of the test. Secrets and addresses that can be recognised go through a
//! registration, sign-ins, a reset and a trip, and nothing of them may come out.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::house::{Engine, House, free_port, pause};
use super::http::Client;

const ADDRESS: &str = "canary-hanako@example.test";
const PASSWORD: &str = "canary-kawa-no-hotori-de-3-nin";
const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const SPAN: &str = "00f067aa0ba902b7";

/// Reads each message with the official definitions; what they do not know is an error. Prints how many spans there were.
const READ: &str = r#"
import base64, json, sys
from google.protobuf import json_format
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
spans = 0
for line in sys.stdin:
    message = json.loads(line)
    for resource in message["resourceSpans"]:
        for scope in resource["scopeSpans"]:
            for span in scope["spans"]:
                # The one place where OTLP's JSON is not protobuf's: names are hexadecimal.
                for name, size in (("traceId", 16), ("spanId", 8), ("parentSpanId", 8)):
                    if name in span:
                        octets = bytes.fromhex(span[name])
                        assert len(octets) == size and any(octets), name
                        span[name] = base64.b64encode(octets).decode()
    read = json_format.ParseDict(message, ExportTraceServiceRequest())
    for resource in read.resource_spans:
        assert any(a.key == "service.name" for a in resource.resource.attributes)
        for scope in resource.scope_spans:
            for span in scope.spans:
                assert span.name and span.kind and span.start_time_unix_nano <= span.end_time_unix_nano
                spans += 1
print(spans)
"#;

/// What a request's head is answered with, on the socket of that port.
type Answers = fn(&str, u16) -> String;

/// A socket that keeps what it was sent: heads and bodies.
struct Socket {
    port: u16,
    kept: Arc<Mutex<Vec<(String, String)>>>,
}

impl Socket {
    fn open(answers: Answers) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("its address").port();
        let kept = Arc::new(Mutex::new(Vec::new()));
        let keeps = Arc::clone(&kept);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let Some(request) = whole(stream, |head| answers(head, port)) else { continue };
                keeps.lock().unwrap_or_else(PoisonError::into_inner).push(request);
            }
        });
        Self { port, kept }
    }

    fn kept(&self) -> Vec<(String, String)> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn spans(&self) -> Vec<Value> {
        let bodies = self.kept().into_iter().map(|(_, body)| body);
        let messages = bodies.map(|body| serde_json::from_str::<Value>(&body).expect("JSON"));
        let scopes =
            messages.map(|message| message["resourceSpans"][0]["scopeSpans"][0]["spans"].clone());
        scopes.flat_map(|spans| spans.as_array().cloned().expect("spans")).collect()
    }
}

fn whole(mut stream: TcpStream, answer: impl Fn(&str) -> String) -> Option<(String, String)> {
    stream.set_read_timeout(Some(Duration::from_secs(10))).ok()?;
    let mut bytes = Vec::new();
    let mut piece = [0; 16_384];
    loop {
        let got = stream.read(&mut piece).ok().filter(|got| *got > 0)?;
        bytes.extend_from_slice(&piece[..got]);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let head = head.to_ascii_lowercase();
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
        if body.len() >= length.map_or(0, |length| length.parse().expect("a length")) {
            stream.write_all(answer(&head).as_bytes()).ok()?;
            return Some((head, body.to_owned()));
        }
    }
}

fn json_answer(body: &str) -> String {
    let length = body.len();
    let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close";
    format!("{head}\r\nContent-Length: {length}\r\n\r\n{body}")
}

fn takes(_: &str, _: u16) -> String {
    json_answer("{}")
}

/// A provider with a configuration, and nothing behind it.
fn provides(head: &str, port: u16) -> String {
    if !head.starts_with("get /.well-known/openid-configuration") {
        return "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".to_owned();
    }
    let home = format!("http://127.0.0.1:{port}");
    let document = json!({
        "issuer": home, "authorization_endpoint": format!("{home}/authorize"),
        "token_endpoint": format!("{home}/token"), "jwks_uri": format!("{home}/keys"),
        "response_types_supported": ["code"], "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
    });
    json_answer(&document.to_string())
}

/// Goes to the provider and comes back with a code that it does not know.
fn a_trip(client: &Client) {
    let left =
        client.form("/signin/fuji", "intent=signin&return_to=/canary-onwards").expect("an answer");
    let of = |name: &str| {
        let found = left.headers.iter().find(|(known, _)| known == name);
        found.map_or_else(|| panic!("no {name}: {left:?}"), |(_, value)| value.clone())
    };
    let (location, cookie) = (of("location"), of("set-cookie"));
    let (_, state) = location.split_once("state=").expect("a state");
    let state = state.split('&').next().expect("a state");
    let cookie = cookie.split(';').next().expect("a cookie").to_owned();
    let back = format!("/callback/fuji?state={state}&code=canary-code");
    client.get_as(&back, &format!("Cookie: {cookie}\r\n")).expect("an answer");
}

/// A house that tells every trace to a collector, and asks a provider.
fn house(engine: Engine, collector: u16, provider: u16) -> Option<House> {
    let house = House::build(engine)?;
    let mut file = std::fs::File::options().append(true).open(house.settings()).expect("the settings");
    let text = format!(
        "[traces]\nurl = \"http://127.0.0.1:{collector}/v1/traces\"\nauthorization = \"Bearer canary-collector\"\n\
         per_thousand = 1000\n[provider.fuji]\nlabel = \"Fuji\"\nissuer = \"http://127.0.0.1:{provider}\"\n\
         client_id = \"canary-client\"\nclient_secret = \"canary-client-secret\"\n"
    );
    file.write_all(text.as_bytes()).expect("written");
    Some(house)
}

fn of<'s>(spans: &'s [Value], name: &str) -> Vec<&'s Value> {
    spans.iter().filter(|span| span["name"] == name).collect()
}

fn until(what: &str, mut done: impl FnMut() -> bool) {
    let began = Instant::now();
    while !done() {
        assert!(began.elapsed() < Duration::from_secs(30), "waited in vain for {what}");
        pause(Duration::from_millis(50));
    }
}

/// Whether OpenTelemetry's definitions are here; said aloud where they are not.
fn definitions_are_here() -> bool {
    let asked = Command::new("python3").args(["-c", "import opentelemetry.proto"]).output();
    let here = asked.is_ok_and(|output| output.status.success());
    if !here {
        println!("skipped: opentelemetry-proto is not installed for python3");
    }
    here
}

fn read_by_the_definitions(collector: &Socket) -> usize {
    let mut child = Command::new("python3")
        .args(["-c", READ])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("python3");
    let lines: Vec<String> = collector.kept().into_iter().map(|(_, body)| body).collect();
    let mut input = child.stdin.take().expect("its input");
    input.write_all(lines.join("\n").as_bytes()).expect("the messages are taken");
    drop(input);
    let output = child.wait_with_output().expect("its end");
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "a message is not what it should be: {told}");
    String::from_utf8_lossy(&output.stdout).trim().parse().expect("a number")
}

/// What was done with the house, as far as it can be recognised.
fn a_day(house: &House, provider: &Socket) -> Vec<String> {
    let process = house.serve();
    let client = process.client("203.0.113.77");
    let token = house.register(&client, ADDRESS, PASSWORD).expect("an account");
    let signed =
        client.call("POST", "signin/password", "", &json!({"email": ADDRESS, "password": PASSWORD}));
    let signed = signed.expect("an answer");
    assert_eq!(signed.status, 200);
    let wrong = json!({"email": ADDRESS, "password": "canary-wrong"});
    assert_eq!(client.call("POST", "signin/password", "", &wrong).expect("an answer").status, 401);
    let asked = client.call("POST", "reset", "", &json!({"email": ADDRESS})).expect("an answer");
    let code = house.wait_for_code(&client, ADDRESS).expect("a code");
    let query = "/signin?return_to=/canary-path&x=canary-query";
    client.get(query).expect("an answer");
    client.get("/canary-unmatched").expect("an answer");
    a_trip(&client);
    assert!(!provider.kept().is_empty(), "the provider was asked");
    let parent = format!("traceparent: 00-{TRACE}-{SPAN}-01\r\n");
    client.get_as("/healthz", &parent).expect("an answer");
    until("the reset's mail", || house.relay.to(ADDRESS).len() >= 3);
    process.stop();
    vec![token.text("token"), signed.text("token"), signed.text("device"), asked.text("flow"), code]
}

#[test]
fn a_collector_is_told_what_requests_spend_their_time_on_and_nothing_of_anybody() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let (collector, provider) = (Socket::open(takes), Socket::open(provides));
        let Some(house) = house(engine, collector.port, provider.port) else { continue };
        let secrets = a_day(&house, &provider);
        let spans = collector.spans();
        for (head, _) in collector.kept() {
            assert!(
                head.starts_with("post /v1/traces http/1.1")
                    && head.contains("bearer canary-collector")
            );
        }
        let text = collector.kept().into_iter().map(|(_, body)| body).collect::<String>();
        let known = ["canary", "hanako", "203.0.113.77", "tests", "127.0.0.1"].map(str::to_owned);
        for secret in known.iter().chain(&secrets) {
            let bare: String = secret.split(' ').collect();
            assert!(
                !bare.is_empty() && !text.contains(&bare) && !text.contains(secret),
                "{secret} is told"
            );
        }
        what_is_told(&spans);
        let asked = provider.kept().iter().map(|(head, _)| head.clone()).collect::<String>();
        let calls = of(&spans, "provider call");
        let call = calls.first().expect("a call");
        let handed = format!("traceparent: 00-{}-{}-01", plain(call, "traceId"), plain(call, "spanId"));
        assert!(asked.contains(&handed), "the provider was told {handed}: {asked}");
        if definitions_are_here() {
            assert_eq!(read_by_the_definitions(&collector), spans.len());
        }
    }
}

fn plain<'s>(span: &'s Value, field: &str) -> &'s str {
    span[field].as_str().unwrap_or_default()
}

/// The spans of the day, and how they hang together.
fn what_is_told(spans: &[Value]) {
    let by_id: BTreeMap<&str, &Value> =
        spans.iter().map(|span| (plain(span, "spanId"), span)).collect();
    let above =
        |span: &Value| by_id.get(plain(span, "parentSpanId")).map(|parent| plain(parent, "name"));
    let sign_ins = of(spans, "POST /api/v1/signin/password");
    assert_eq!(sign_ins.len(), 2);
    let refused =
        sign_ins.iter().filter(|span| span.to_string().contains("\"intValue\":\"401\"")).count();
    assert_eq!(refused, 1);
    let inner = ["password wait", "password hash", "database read", "database transaction"];
    for name in inner {
        let found = of(spans, name)
            .iter()
            .filter(|span| above(span) == Some("POST /api/v1/signin/password"))
            .count();
        assert!(found >= 2, "{found} spans {name} of two sign-ins");
    }
    for span in of(spans, "smtp") {
        assert_eq!(above(span), Some("mail"), "{span}");
    }
    assert!(of(spans, "smtp").len() >= 3 && of(spans, "GET unmatched").len() == 1);
    let asked: Vec<_> = of(spans, "provider call").into_iter().map(above).collect();
    assert!(asked.contains(&Some("GET /callback/{provider}")), "{asked:?}");
    let health = of(spans, "GET /healthz");
    let begun: Vec<_> = health.iter().filter(|span| span["traceId"] == TRACE).collect();
    assert_eq!(begun.len(), 1, "what the proxy began is gone on with: {health:?}");
    assert_eq!(begun[0]["parentSpanId"], SPAN);
    for span in spans {
        let parent = by_id.get(plain(span, "parentSpanId"));
        assert!(parent.is_none_or(|parent| parent["traceId"] == span["traceId"]), "one trace: {span}");
    }
}

#[test]
fn a_collector_that_is_away_holds_nobody_up_and_what_it_misses_is_counted() {
    let Some(house) = house(Engine::Sqlite, free_port(), free_port()) else { return };
    let figures = free_port();
    let text = std::fs::read_to_string(house.settings()).expect("the settings");
    let text =
        text.replace("[listen]\n", &format!("[listen]\nmetrics_address = \"127.0.0.1:{figures}\"\n"));
    std::fs::write(house.settings(), text).expect("written");
    let process = house.serve();
    let client = process.client("192.0.2.1");
    house.register(&client, ADDRESS, PASSWORD).expect("an account");
    let told = Client { port: figures, network: String::new() };
    until("the count of what was dropped", || {
        let text = told.get("/metrics").expect("figures").body;
        let of = |end: &str| {
            let line = format!("genkan_trace_spans_total{{end=\"{end}\"}} ");
            let found = text.lines().find_map(|known| known.strip_prefix(&line).map(str::to_owned));
            found.unwrap_or_else(|| panic!("{line} in {text}")).parse::<f64>().expect("a number")
        };
        assert!(of("sent") == 0.0 && of("dropped-full") == 0.0);
        of("dropped-refused") > 10.0
    });
    process.stop();
    assert!(house.log().contains("cannot be reached"), "{}", house.log());
    assert!(!house.log().contains("canary"), "{}", house.log());
}

#[test]
fn a_stranger_chooses_no_trace_and_off_nothing_is_sent() {
    let (collector, provider) = (Socket::open(takes), Socket::open(provides));
    let Some(house) = house(Engine::Sqlite, collector.port, provider.port) else { return };
    let text = std::fs::read_to_string(house.settings()).expect("the settings");
    let own = text.replace("trusted_proxies = [\"127.0.0.1\"]", "trusted_proxies = [\"192.0.2.9\"]");
    std::fs::write(house.settings(), own).expect("written");
    let process = house.serve();
    let parent = format!("traceparent: 00-{TRACE}-{SPAN}-01\r\n");
    process.client("192.0.2.1").get_as("/healthz", &parent).expect("an answer");
    process.stop();
    let spans = collector.spans();
    assert!(!spans.is_empty() && spans.iter().all(|span| span["traceId"] != TRACE), "{spans:?}");
    let sent = collector.kept().len();
    let off = text.split("[traces]").next().expect("what is before").to_owned();
    std::fs::write(house.settings(), off).expect("written");
    let process = house.serve();
    process.client("192.0.2.1").get_as("/healthz", &parent).expect("an answer");
    process.stop();
    assert_eq!(collector.kept().len(), sent, "off is off");
}
