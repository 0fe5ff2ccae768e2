//! A mail relay that takes every letter and remembers the code in it.
//!
//! Enough of SMTP (RFC 5321) for the house to hand a mail over; members are registered through the same door as in
//! production, so their codes must come out of real mails.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Result, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// The relay; it listens as long as the process lives.
#[derive(Clone)]
pub(crate) struct Relay {
    pub(crate) address: SocketAddr,
    arrived: Arc<Mutex<Arrived>>,
}

#[derive(Default)]
struct Arrived {
    letters: usize,
    codes: HashMap<String, String>,
}

impl Relay {
    pub(crate) fn start() -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let relay = Self { address: listener.local_addr()?, arrived: Arc::default() };
        let own = relay.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let relay = own.clone();
                // A connection that breaks off is the house's to try again.
                std::thread::spawn(move || drop(relay.serve(stream)));
            }
        });
        Ok(relay)
    }

    /// How many letters have come.
    pub(crate) fn letters(&self) -> usize {
        self.arrived.lock().unwrap_or_else(PoisonError::into_inner).letters
    }

    /// The code that was mailed to an address, once it has come.
    pub(crate) fn code(&self, address: &str) -> Option<String> {
        self.arrived.lock().unwrap_or_else(PoisonError::into_inner).codes.get(address).cloned()
    }

    fn serve(&self, mut stream: TcpStream) -> Result<()> {
        stream.set_nodelay(true)?;
        let mut lines = BufReader::new(stream.try_clone()?).lines();
        let mut to = String::new();
        stream.write_all(b"220 relay ESMTP\r\n")?;
        while let Some(line) = lines.next().transpose()? {
            let word = line.get(..4).unwrap_or_default().to_ascii_uppercase();
            match word.as_str() {
                "RCPT" => {
                    to = line.split(['<', '>']).nth(1).unwrap_or_default().to_owned();
                    stream.write_all(b"250 taken\r\n")?;
                }
                "DATA" => {
                    stream.write_all(b"354 go on\r\n")?;
                    let mail = lines.by_ref().map_while(Result::ok).take_while(|line| line != ".");
                    let mail = mail.collect::<Vec<_>>();
                    self.keep(&to, &mail);
                    stream.write_all(b"250 taken\r\n")?;
                }
                "QUIT" => return stream.write_all(b"221 bye\r\n"),
                _ => stream.write_all(b"250 relay\r\n")?,
            }
        }
        Ok(())
    }

    fn keep(&self, to: &str, mail: &[String]) {
        let mut arrived = self.arrived.lock().unwrap_or_else(PoisonError::into_inner);
        arrived.letters += 1;
        if let Some(code) = code_in(mail) {
            arrived.codes.insert(to.to_owned(), code);
        }
    }
}

/// The first line of the text part that is a code: digits in groups.
fn code_in(mail: &[String]) -> Option<String> {
    // Head of the mail, head of the text part, then the text part.
    let encoded = mail.split(String::is_empty).nth(2)?;
    let encoded = encoded.iter().take_while(|line| !line.starts_with("--"));
    let text = STANDARD.decode(encoded.map(String::as_str).collect::<String>()).ok()?;
    let text = String::from_utf8(text).ok()?;
    let is_code = |line: &&str| {
        let digits = line.chars().filter(char::is_ascii_digit).count();
        digits >= 12 && line.chars().all(|c| c.is_ascii_digit() || c == ' ' || c == '-')
    };
    text.lines().map(str::trim).find(is_code).map(str::to_owned)
}
