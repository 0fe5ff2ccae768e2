//! The load generator: clients that send prepared bytes over kept-alive connections and time the answers.
//!
//! It formats nothing and reads no more of an answer than its status and length, so that it costs little beside the
//! server on the same machine. An answer with another status than the expected one, or a connection that ends, stops
//! the measurement with an error: a figure of refusals would be worth nothing. Only "come again in a moment" (503) is
//! counted apart.

use std::io::{Error, ErrorKind, Result};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use tokio::net::TcpStream;
use tokio::task::JoinSet;

/// What one client sends, in turn and from the beginning again.
pub(crate) type Script = Vec<Vec<u8>>;

/// How long the clients send, and when.
#[derive(Clone, Copy)]
pub(crate) enum Pace {
    /// The next as soon as the last is answered.
    Flat(Duration),
    /// One each so often, whether or not others are answered.
    Every(Duration, Duration),
    /// As `Flat`, everything once.
    Once,
}

/// How it went.
#[derive(Default)]
pub(crate) struct Answered {
    /// The times of all answers, sorted.
    pub(crate) times: Vec<Duration>,
    /// The times in which somebody was asked to come again; not among the times of answers.
    pub(crate) refusals: Vec<Duration>,
}

/// An answer as it came.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

/// A request; a body is JSON.
pub(crate) fn request(method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Vec<u8> {
    let mut text = format!("{method} {path} HTTP/1.1\r\nhost: localhost\r\n");
    for (name, value) in headers {
        text.push_str(&format!("{name}: {value}\r\n"));
    }
    if !body.is_empty() {
        text.push_str(&format!("content-type: application/json\r\ncontent-length: {}\r\n", body.len()));
    }
    text.push_str("\r\n");
    text.push_str(body);
    text.into_bytes()
}

/// One question over a connection of its own.
pub(crate) async fn ask(address: SocketAddr, request: &[u8]) -> Result<Answer> {
    let mut client = Client::connect(address).await?;
    client.answer(request).await
}

/// Lets one client for each script send at that pace and expect that status.
pub(crate) async fn pour(
    address: SocketAddr,
    scripts: &[Script],
    pace: Pace,
    expected: u16,
) -> Result<Answered> {
    let mut clients = JoinSet::new();
    for script in scripts {
        let (mut client, script) = (Client::connect(address).await?, script.clone());
        clients.spawn(async move { client.send(&script, pace, expected).await });
    }
    let mut all = Answered::default();
    while let Some(ended) = clients.join_next().await {
        all.add(ended??);
    }
    all.times.sort();
    all.refusals.sort();
    Ok(all)
}

impl Answered {
    /// Joins what other clients, or another round, had.
    pub(crate) fn add(&mut self, other: Self) {
        self.times.extend(other.times);
        self.refusals.extend(other.refusals);
    }
}

struct Client {
    stream: TcpStream,
    received: Vec<u8>,
}

impl Client {
    async fn connect(address: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, received: Vec::with_capacity(16 * 1_024) })
    }

    async fn send(&mut self, script: &Script, pace: Pace, expected: u16) -> Result<Answered> {
        let (length, gap) = match pace {
            Pace::Flat(length) => (length, None),
            Pace::Once => (Duration::MAX, None),
            Pace::Every(gap, length) => (length, Some(gap)),
        };
        let (began, mut answered) = (Instant::now(), Answered::default());
        let mut ticks = gap.map(tokio::time::interval);
        let most = if matches!(pace, Pace::Once) { script.len() } else { usize::MAX };
        for request in script.iter().cycle().take(most) {
            if let Some(ticks) = &mut ticks {
                ticks.tick().await;
            }
            if began.elapsed() >= length {
                break;
            }
            let sent = Instant::now();
            let length = self.exchange(request).await?;
            let status = self.status();
            if status == expected {
                answered.times.push(sent.elapsed());
            } else if status == OVERLOADED {
                answered.refusals.push(sent.elapsed());
            } else {
                let said = String::from_utf8_lossy(self.received.get(..length).unwrap_or_default());
                return Err(Error::other(format!("expected {expected}, got {said}")));
            }
        }
        Ok(answered)
    }

    async fn answer(&mut self, request: &[u8]) -> Result<Answer> {
        self.exchange(request).await?;
        let end = head_end(&self.received).ok_or(ErrorKind::InvalidData)?;
        let (head, body) = self.received.split_at(end);
        let head = String::from_utf8_lossy(head).into_owned();
        Ok(Answer { status: self.status(), head, body: body.to_vec() })
    }

    fn status(&self) -> u16 {
        let digits = self.received.get(9..12).and_then(|digits| std::str::from_utf8(digits).ok());
        digits.and_then(|digits| digits.parse().ok()).unwrap_or(0)
    }

    /// Sends a request and reads its whole answer; says how long that is.
    async fn exchange(&mut self, request: &[u8]) -> Result<usize> {
        let mut rest = request;
        while !rest.is_empty() {
            self.stream.writable().await?;
            match self.stream.try_write(rest) {
                Ok(written) => rest = rest.get(written..).unwrap_or_default(),
                Err(fault) if fault.kind() == ErrorKind::WouldBlock => {}
                Err(fault) => return Err(fault),
            }
        }
        self.received.clear();
        loop {
            self.stream.readable().await?;
            match self.stream.try_read_buf(&mut self.received) {
                Ok(0) => return Err(ErrorKind::UnexpectedEof.into()),
                Ok(_) => {}
                Err(fault) if fault.kind() == ErrorKind::WouldBlock => continue,
                Err(fault) => return Err(fault),
            }
            if self.is_whole() {
                return Ok(self.received.len());
            }
        }
    }

    fn is_whole(&self) -> bool {
        let Some(end) = head_end(&self.received) else { return false };
        match content_length(self.received.get(..end).unwrap_or_default()) {
            Some(length) => self.received.len() >= end + length,
            None => self.received.ends_with(b"0\r\n\r\n"),
        }
    }
}

fn head_end(bytes: &[u8]) -> Option<usize> {
    bytes.windows(4).position(|four| four == b"\r\n\r\n").map(|at| at + 4)
}

/// The announced length; none for an answer in chunks.
fn content_length(head: &[u8]) -> Option<usize> {
    const NAME: &[u8] = b"content-length: ";
    let at = head.windows(NAME.len()).position(|name| name.eq_ignore_ascii_case(NAME))? + NAME.len();
    let digits = head.get(at..)?.iter().take_while(|byte| byte.is_ascii_digit());
    Some(digits.fold(0, |sum, digit| sum * 10 + usize::from(digit - b'0')))
}

pub(crate) const OVERLOADED: u16 = 503;
