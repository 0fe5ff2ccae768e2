//! An HTTP server that answers each path with what a test put there, and remembers what it was asked.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use serde_json::Value;

#[derive(Clone)]
pub(crate) enum Answer {
    /// 200 with this document.
    Json(Value),
    /// This status and document.
    Status(u16, Value),
    /// Exactly these bytes.
    Raw(Vec<u8>),
    /// Nothing, until the other side hangs up.
    Silence,
    /// A head at once, then nothing.
    Stall,
    /// A body that never ends.
    Endless,
    /// Hung up at once.
    HangUp,
}

#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) line: String,
    pub(crate) head: String,
    pub(crate) body: String,
}

#[derive(Default)]
struct State {
    answers: HashMap<String, Answer>,
    requests: Vec<Request>,
}

pub(crate) struct Hostile {
    pub(crate) base: String,
    state: Arc<Mutex<State>>,
}

impl Hostile {
    pub(crate) fn start() -> Hostile {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let state = Arc::new(Mutex::new(State::default()));
        let shared = Arc::clone(&state);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let shared = Arc::clone(&shared);
                std::thread::spawn(move || serve(&stream.unwrap(), &shared));
            }
        });
        Hostile { base, state }
    }

    pub(crate) fn put(&self, path: &str, answer: Answer) {
        self.state.lock().unwrap().answers.insert(path.to_owned(), answer);
    }

    /// What was asked of this path.
    pub(crate) fn asked(&self, path: &str) -> Vec<Request> {
        let state = self.state.lock().unwrap();
        let at = |request: &&Request| request.line.split(' ').nth(1) == Some(path);
        state.requests.iter().filter(at).cloned().collect()
    }

    pub(crate) fn count(&self, path: &str) -> usize {
        self.asked(path).len()
    }

    pub(crate) fn all(&self) -> Vec<Request> {
        self.state.lock().unwrap().requests.clone()
    }
}

fn serve(mut stream: &TcpStream, state: &Mutex<State>) {
    let Some(request) = read(stream) else {
        return;
    };
    let path = request.line.split(' ').nth(1).unwrap_or_default().to_owned();
    let answer = {
        let mut state = state.lock().unwrap();
        state.requests.push(request);
        state.answers.get(&path).cloned()
    };
    // Whoever has heard enough hangs up; that is no fault of the server.
    match answer {
        Some(Answer::Json(value)) => drop(stream.write_all(&document(200, &value))),
        Some(Answer::Status(status, value)) => drop(stream.write_all(&document(status, &value))),
        Some(Answer::Raw(bytes)) => drop(stream.write_all(&bytes)),
        Some(Answer::Silence) => drop(stream.read(&mut [0; 16])),
        Some(Answer::Stall) => {
            drop(stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n{"));
            drop(stream.read(&mut [0; 16]));
        }
        Some(Answer::Endless) => {
            drop(stream.write_all(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"));
            let chunk = format!("1000\r\n{}\r\n", " ".repeat(0x1000));
            while stream.write_all(chunk.as_bytes()).is_ok() {}
        }
        Some(Answer::HangUp) => {}
        None => drop(stream.write_all(&document(404, &Value::Null))),
    }
}

fn read(stream: &TcpStream) -> Option<Request> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let mut head = String::new();
    while reader.read_line(&mut head).ok()? > 2 {}
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse().ok())?
    });
    let mut body = vec![0; length.unwrap_or(0)];
    reader.read_exact(&mut body).ok()?;
    Some(Request { line: line.trim().to_owned(), head, body: String::from_utf8(body).ok()? })
}

fn document(status: u16, value: &Value) -> Vec<u8> {
    let body = value.to_string();
    format!(
        "HTTP/1.1 {status} X\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\
         \r\n\r\n{body}",
        body.len()
    )
    .into()
}

pub(crate) fn redirect(to: &str) -> Answer {
    Answer::Raw(
        format!(
            "HTTP/1.1 302 Found\r\nlocation: {to}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
        )
        .into(),
    )
}
