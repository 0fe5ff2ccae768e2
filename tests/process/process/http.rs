//! As much of an HTTP client as the tests need: one request, one connection, one whole answer.
//!
//! An answer that was cut off is an error and never an answer: the tests of `kill -9` stand on that difference.

use std::io::{Error, ErrorKind, Read, Result, Write};
use std::net::TcpStream;
use std::time::Duration;

use serde_json::Value;

/// Longer than any request may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// One network, talking to one process.
#[derive(Clone)]
pub(crate) struct Client {
    pub(crate) port: u16,
    /// Sent as `X-Forwarded-For`; the tests are the trusted proxy.
    pub(crate) network: String,
}

/// A whole answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// Names in lower case, in the order they came.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Client {
    /// A call to the API.
    pub(crate) fn call(&self, method: &str, path: &str, token: &str, body: &Value) -> Result<Answer> {
        let text = if body.is_null() { String::new() } else { body.to_string() };
        let mut head = String::new();
        if !token.is_empty() {
            head.push_str(&format!("Authorization: Bearer {token}\r\n"));
        }
        if !body.is_null() {
            head.push_str("Content-Type: application/json\r\n");
        }
        self.send(method, &format!("/api/v1/{path}"), &head, &text)
    }

    /// A call by somebody who reads this language.
    pub(crate) fn call_in(&self, language: &str, path: &str, body: &Value) -> Result<Answer> {
        let head = format!("Content-Type: application/json\r\nAccept-Language: {language}\r\n");
        self.send("POST", &format!("/api/v1/{path}"), &head, &body.to_string())
    }

    /// A form, as a script without cookies sends it.
    pub(crate) fn form(&self, path: &str, body: &str) -> Result<Answer> {
        self.send("POST", path, "Content-Type: application/x-www-form-urlencoded\r\n", body)
    }

    /// A form by somebody who reads this language.
    pub(crate) fn form_in(&self, language: &str, path: &str, body: &str) -> Result<Answer> {
        let kind = "Content-Type: application/x-www-form-urlencoded";
        self.send("POST", path, &format!("{kind}\r\nAccept-Language: {language}\r\n"), body)
    }

    pub(crate) fn get(&self, path: &str) -> Result<Answer> {
        self.send("GET", path, "", "")
    }

    /// A look with lines of its own in the head.
    pub(crate) fn get_as(&self, path: &str, head: &str) -> Result<Answer> {
        self.send("GET", path, head, "")
    }

    /// A request without a body.
    pub(crate) fn ask(&self, method: &str, path: &str) -> Result<Answer> {
        self.send(method, path, "", "")
    }

    /// Posts a body with a line of its own in the head.
    pub(crate) fn post_with(&self, path: &str, head: &str, body: &str) -> Result<Answer> {
        self.send("POST", path, head, body)
    }

    fn send(&self, method: &str, path: &str, head: &str, body: &str) -> Result<Answer> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port))?;
        stream.set_read_timeout(Some(PATIENCE))?;
        let language = if head.contains("Accept-Language") { "" } else { "Accept-Language: en\r\n" };
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: localhost:{}\r\nConnection: close\r\n{language}\
             X-Forwarded-For: {}\r\nUser-Agent: tests\r\n{head}Content-Length: {}\r\n\r\n{body}",
            self.port,
            self.network,
            body.len()
        );
        stream.write_all(request.as_bytes())?;
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes)?;
        parse(&bytes).ok_or_else(|| Error::new(ErrorKind::UnexpectedEof, "the answer was cut off"))
    }
}

impl Answer {
    /// The problem's code, or nothing.
    pub(crate) fn code(&self) -> String {
        self.json().get("code").and_then(Value::as_str).unwrap_or_default().to_owned()
    }

    /// A field of the body that is a text.
    pub(crate) fn text(&self, field: &str) -> String {
        let found = self.json().get(field).and_then(Value::as_str).map(str::to_owned);
        found.unwrap_or_else(|| panic!("no {field} in {self:?}"))
    }

    fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or(Value::Null)
    }

    /// Whether the same request may simply be sent again.
    pub(crate) fn is_not_settled(&self) -> bool {
        matches!(self.code().as_str(), "try-again" | "overloaded")
    }

    /// The answer without what differs between any two: its time and its number.
    pub(crate) fn masked(&self, address: &str) -> Self {
        let mut masked = self.clone();
        for (name, value) in &mut masked.headers {
            if name == "date" || name.contains("request-id") {
                "masked".clone_into(value);
            }
        }
        masked.body = masked.body.replace(address, "ADDRESS");
        masked
    }
}

pub(crate) fn parse(bytes: &[u8]) -> Option<Answer> {
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n")?;
    let head = std::str::from_utf8(bytes.get(..end)?).ok()?;
    let rest = bytes.get(end + 4..)?;
    let mut lines = head.split("\r\n");
    let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    let of =
        |wanted: &str| headers.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.as_str());
    let body = match (of("content-length"), of("transfer-encoding")) {
        (Some(length), _) => rest.get(..length.parse().ok()?)?.to_vec(),
        (None, Some("chunked")) => chunks(rest)?,
        _ => Vec::new(),
    };
    Some(Answer { status, headers, body: String::from_utf8(body).ok()? })
}

fn chunks(mut rest: &[u8]) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let end = rest.windows(2).position(|two| two == b"\r\n")?;
        let size = usize::from_str_radix(std::str::from_utf8(rest.get(..end)?).ok()?, 16).ok()?;
        if size == 0 {
            return Some(body);
        }
        body.extend_from_slice(rest.get(end + 2..end + 2 + size)?);
        rest = rest.get(end + 4 + size..)?;
    }
}
