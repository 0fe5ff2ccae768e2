//! A relay that takes every mail and keeps it, outside the process that is killed.
//!
//! It answers 250 only after it has the mail, so a mail it does not have was never taken.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Result, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// A mail as it came.
#[derive(Clone, Debug)]
pub(crate) struct Mail {
    pub(crate) to: String,
    /// Where it comes back to.
    pub(crate) from: String,
    /// The same for every copy of one letter.
    pub(crate) id: String,
    pub(crate) subject: String,
    pub(crate) text: String,
    pub(crate) came: Instant,
}

/// The relay.
#[derive(Clone)]
pub(crate) struct Relay {
    pub(crate) port: u16,
    mails: Arc<Mutex<Vec<Mail>>>,
    held: Arc<(Mutex<bool>, Condvar)>,
}

impl Relay {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = listener.local_addr().expect("its address").port();
        let mails = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&mails);
        let held = Arc::<(Mutex<bool>, Condvar)>::default();
        let gate = Arc::clone(&held);
        let busy = Arc::<Mutex<Option<Instant>>>::default();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (kept, gate, busy) = (Arc::clone(&kept), Arc::clone(&gate), Arc::clone(&busy));
                // A client that dies in the middle of a mail has sent none.
                std::thread::spawn(move || drop(converse(&stream, &kept, (&gate, &busy))));
            }
        });
        Self { port, mails, held }
    }

    /// All that came so far.
    pub(crate) fn all(&self) -> Vec<Mail> {
        self.mails.lock().expect("the mails").clone()
    }

    /// Has had these already.
    pub(crate) fn has_had(&self, mails: &[Mail]) {
        self.mails.lock().expect("the mails").extend_from_slice(mails);
    }

    /// Every mail to an address, in the order they came.
    pub(crate) fn to(&self, address: &str) -> Vec<Mail> {
        let mails = self.mails.lock().expect("the mails");
        mails.iter().filter(|mail| mail.to == address).cloned().collect()
    }

    /// How many different letters with these words in the subject went to an address.
    pub(crate) fn letters(&self, address: &str, subject: &str) -> usize {
        let of_kind = self.to(address).into_iter().filter(|mail| mail.subject.contains(subject));
        of_kind.map(|mail| mail.id).collect::<BTreeSet<_>>().len()
    }

    /// The number, or code, of the newest mail to an address with these words in the subject.
    pub(crate) fn number(&self, address: &str, subject: &str) -> Option<String> {
        let of_kind = |mail: &&Mail| mail.subject.contains(subject);
        self.to(address).iter().rev().filter(of_kind).find_map(|mail| code_in(&mail.text))
    }

    /// Takes no mail until it is released: whoever brings one waits.
    pub(crate) fn hold(&self) {
        *self.held.0.lock().expect("the gate") = true;
    }

    /// Takes mail again, those first who wait.
    pub(crate) fn release(&self) {
        *self.held.0.lock().expect("the gate") = false;
        self.held.1.notify_all();
    }

    /// How many mails came before the first of this kind.
    pub(crate) fn place(&self, is: impl Fn(&Mail) -> bool) -> Option<usize> {
        self.mails.lock().expect("the mails").iter().position(is)
    }

    /// How many letters have come, each counted once.
    pub(crate) fn count(&self) -> usize {
        let mails = self.mails.lock().expect("the mails");
        mails.iter().map(|mail| &mail.id).collect::<BTreeSet<_>>().len()
    }

    /// The newest code for an address.
    pub(crate) fn code(&self, address: &str) -> Option<String> {
        self.to(address).iter().rev().find_map(|mail| code_in(&mail.text))
    }
}

fn converse(
    stream: &TcpStream,
    mails: &Mutex<Vec<Mail>>,
    (gate, busy): (&(Mutex<bool>, Condvar), &Mutex<Option<Instant>>),
) -> Result<()> {
    let mut say = stream.try_clone()?;
    let mut lines = BufReader::new(stream.try_clone()?).lines();
    say.write_all(b"220 relay.test ESMTP\r\n")?;
    let (mut to, mut from) = (String::new(), String::new());
    while let Some(line) = lines.next() {
        let line = line?;
        let verb = line.get(..4).unwrap_or_default().to_ascii_uppercase();
        let answer: &[u8] = match verb.as_str() {
            "MAIL" => {
                from = line.split(['<', '>']).nth(1).unwrap_or_default().to_owned();
                b"250 ok\r\n"
            }
            // Wants no more than it has just had, and says so until a second has passed.
            "RCPT" if line.contains("@busy.test") && too_soon(busy) => {
                b"451 4.7.1 too many messages from you, slow down\r\n"
            }
            "RCPT" if line.contains("<gone") => b"550 5.1.1 no such user here\r\n",
            "RCPT" => {
                to = line.split(['<', '>']).nth(1).unwrap_or_default().to_owned();
                b"250 ok\r\n"
            }
            "DATA" => {
                say.write_all(b"354 go on\r\n")?;
                let mut whole = Vec::new();
                loop {
                    match lines.next() {
                        None => return Ok(()),
                        Some(line) => match line? {
                            end if end == "." => break,
                            text => whole.push(text),
                        },
                    }
                }
                let held = gate.0.lock().expect("the gate");
                drop(gate.1.wait_while(held, |held| *held).expect("the gate"));
                mails.lock().expect("the mails").push(read((&to, &from), &whole));
                b"250 taken\r\n"
            }
            "QUIT" => b"221 bye\r\n",
            _ => b"250 ok\r\n",
        };
        say.write_all(answer)?;
    }
    Ok(())
}

/// Whether the last mail came less than a second ago; else this is the last.
fn too_soon(busy: &Mutex<Option<Instant>>) -> bool {
    let mut last = busy.lock().expect("the last");
    if last.is_some_and(|at| at.elapsed() < Duration::from_secs(1)) {
        return true;
    }
    *last = Some(Instant::now());
    false
}

fn read((to, from): (&str, &str), lines: &[String]) -> Mail {
    let head = |name: &str| {
        let found =
            lines.iter().take_while(|line| !line.is_empty()).find_map(|line| line.strip_prefix(name));
        found.unwrap_or_default().trim().to_owned()
    };
    let is_plain =
        |part: &&[String]| part.iter().any(|line| line.starts_with("Content-Type: text/plain"));
    let parts = lines.split(String::is_empty).skip_while(|part| !is_plain(part));
    let body = parts.skip(1).take(1).flatten().take_while(|line| !line.starts_with("--"));
    let encoded: String = body.map(String::as_str).collect();
    let text = STANDARD.decode(encoded).unwrap_or_default();
    Mail {
        to: to.to_owned(),
        from: from.to_owned(),
        id: head("Message-ID:"),
        subject: head("Subject:"),
        text: String::from_utf8_lossy(&text).into_owned(),
        came: Instant::now(),
    }
}

/// The first line of three or four groups of four digits.
fn code_in(text: &str) -> Option<String> {
    text.lines().map(str::trim).find_map(|line| {
        let groups: Vec<&str> = line.split(' ').collect();
        let is_group =
            |group: &&str| group.len() == 4 && group.bytes().all(|byte| byte.is_ascii_digit());
        (matches!(groups.len(), 3 | 4) && groups.iter().all(is_group)).then(|| groups.concat())
    })
}
