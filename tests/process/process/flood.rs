//! What the tests of floods share: a house that tells its figures, requests as bytes, and many clients at once.
//!
//! Clients are tasks over sockets of their own, so that five thousand of them fit into one test. How fast anything is
//! answered is never asserted; what is answered, what is counted and how much memory it took is.

use std::io::{Error, ErrorKind, Result};
use std::path::Path;

use serde_json::Value;
use tokio::net::TcpStream;

use super::house::{House, Process, free_port};
use super::http::{Answer, Client, parse};

/// A process whose figures are told.
pub(crate) struct Watched {
    pub(crate) process: Process,
    port: u16,
}

impl Watched {
    /// Starts with these settings besides.
    pub(crate) fn start(house: &House, more: &[(&str, &str)]) -> Self {
        let port = free_port();
        let mut variables = vec![("GENKAN_LISTEN__METRICS_ADDRESS", format!("127.0.0.1:{port}"))];
        variables.extend(more.iter().map(|(name, value)| (*name, (*value).to_owned())));
        let process = house.start(Path::new(env!("CARGO_BIN_EXE_genkan")), &variables);
        let process = process.unwrap_or_else(|over| panic!("no house ({over}):\n{}", house.log()));
        Self { process, port }
    }

    pub(crate) fn client(&self, network: &str) -> Client {
        self.process.client(network)
    }

    /// The sum of what has this name and these labels, as the operator's listener tells it now.
    pub(crate) fn figure(&self, name: &str, labels: &[(&str, &str)]) -> f64 {
        let client = Client { port: self.port, network: String::new() };
        let text = client.get("/metrics").expect("the figures").body;
        let labels = labels.iter().map(|(name, value)| format!("{name}=\"{value}\""));
        let labels = labels.collect::<Vec<_>>();
        let own = text.lines().filter_map(|line| {
            let (series, value) = line.rsplit_once(' ')?;
            let of_name = series.split('{').next() == Some(name);
            let fits = of_name && labels.iter().all(|label| series.contains(label.as_str()));
            fits.then(|| value.parse::<f64>().expect("a number"))
        });
        own.sum()
    }

    /// The most memory that it ever held and what it holds now, in MiB.
    pub(crate) fn memory_mib(&self) -> (f64, f64) {
        (self.tells("VmHWM:"), self.tells("VmRSS:"))
    }

    /// The same without pages of the program and of files, whose number tells what was ever run and nothing of what is held.
    pub(crate) fn own_memory_mib(&self) -> (f64, f64) {
        let files = self.tells("RssFile:") + self.tells("RssShmem:");
        (self.tells("VmHWM:") - files, self.tells("RssAnon:"))
    }

    fn tells(&self, name: &str) -> f64 {
        let text = std::fs::read_to_string(format!("/proc/{}/status", self.process.id()));
        let text = text.expect("Linux tells of a process");
        let line = text.lines().find_map(|line| line.strip_prefix(name)).expect("memory");
        line.trim().trim_end_matches(" kB").parse::<f64>().expect("a number") / 1_024.0
    }
}

/// A request as it goes over the wire; the connection is kept.
pub(crate) fn request(method: &str, path: &str, network: &str, (head, body): (&str, &str)) -> Vec<u8> {
    format!(
        "{method} {path} HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-For: {network}\r\n{head}\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

/// A call of the API.
pub(crate) fn call(path: &str, network: &str, body: &Value) -> Vec<u8> {
    let head = "Content-Type: application/json\r\n";
    request("POST", &format!("/api/v1/{path}"), network, (head, &body.to_string()))
}

/// One client with a connection of its own.
pub(crate) struct Caller {
    stream: TcpStream,
    received: Vec<u8>,
}

impl Caller {
    pub(crate) async fn connect(port: u16) -> Result<Self> {
        Ok(Self { stream: TcpStream::connect(("127.0.0.1", port)).await?, received: Vec::new() })
    }

    pub(crate) async fn send(&mut self, mut bytes: &[u8]) -> Result<()> {
        while !bytes.is_empty() {
            self.stream.writable().await?;
            match self.stream.try_write(bytes) {
                Ok(written) => bytes = &bytes[written..],
                Err(fault) if fault.kind() == ErrorKind::WouldBlock => {}
                Err(fault) => return Err(fault),
            }
        }
        Ok(())
    }

    /// The next answer.
    pub(crate) async fn answer(&mut self) -> Result<Answer> {
        loop {
            if let Some(length) = whole(&self.received)
                && let Some(answer) = parse(&self.received[..length])
            {
                self.received.drain(..length);
                return Ok(answer);
            }
            if self.read().await? == 0 {
                return Err(ErrorKind::UnexpectedEof.into());
            }
        }
    }

    pub(crate) async fn ask(&mut self, request: &[u8]) -> Result<Answer> {
        self.send(request).await?;
        self.answer().await
    }

    /// Reads what there is; 0 at the end.
    pub(crate) async fn read(&mut self) -> Result<usize> {
        loop {
            self.stream.readable().await?;
            match self.stream.try_read_buf(&mut self.received) {
                Err(fault) if fault.kind() == ErrorKind::WouldBlock => {}
                read => return read,
            }
        }
    }

    /// Reads until the other side closes, and throws away what comes.
    pub(crate) async fn until_closed(&mut self) {
        while self.read().await.is_ok_and(|read| read > 0) {
            self.received.clear();
        }
    }
}

/// The length of the first answer, if it is there as a whole.
fn whole(bytes: &[u8]) -> Option<usize> {
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n")? + 4;
    let head = String::from_utf8_lossy(&bytes[..end]).to_ascii_lowercase();
    if head.contains("transfer-encoding: chunked") {
        let last = bytes[end..].windows(5).position(|five| five == b"0\r\n\r\n")?;
        return Some(end + last + 5);
    }
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
    let length = length.map_or(Ok(0), |text| text.trim().parse::<usize>()).ok()?;
    (bytes.len() >= end + length).then_some(end + length)
}

/// One question over a connection of its own; what cannot be sent any more is answered already.
pub(crate) async fn ask_once(port: u16, request: &[u8]) -> Result<Answer> {
    let mut caller = Caller::connect(port).await?;
    let _broken = caller.send(request).await;
    caller.answer().await
}

/// What clients need to run on.
pub(crate) fn runtime() -> tokio::runtime::Runtime {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    runtime.expect("threads")
}

/// A whole run is `./test full`; else a sample of it.
pub(crate) fn is_whole_run() -> bool {
    std::env::var("GENKAN_TEST_ROUNDS").is_ok()
}

/// Both sides of this many connections are files of some process; says aloud where the system does not give them.
pub(crate) fn can_have(connections: u64) -> Result<()> {
    let (_, hard) = rlimit::Resource::NOFILE.get()?;
    if hard < connections + 200 {
        return Err(Error::other(format!("skipped: {connections} connections need as many files")));
    }
    rlimit::Resource::NOFILE.set(hard, hard)
}
