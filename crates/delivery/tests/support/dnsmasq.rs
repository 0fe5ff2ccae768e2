//! A DNS server that somebody else wrote, on this machine alone, with the records of a test.
//!
//! It is here because what is read from DNS must be what real servers say. Without dnsmasq it prints that the test was
//! skipped. What must never happen: a question that leaves the machine.

use std::{
    io::{BufRead, BufReader, Write},
    net::{SocketAddr, UdpSocket},
    process::{Child, Command, Stdio},
};

pub(crate) struct Dnsmasq {
    process: Child,
    pub(crate) address: SocketAddr,
}

impl Dnsmasq {
    /// Starts it with records, as its options without the dashes. It knows `.test` and `.arpa` and refuses the rest.
    pub(crate) fn start(records: &[String]) -> Option<Self> {
        let found = Command::new("dnsmasq").arg("--version").stdout(Stdio::null()).status();
        if !found.is_ok_and(|status| status.success()) {
            // Past the capture of the test harness, so that it is seen.
            let note = "skipped: dnsmasq is not installed (Debian: dnsmasq-base)\n";
            std::io::stderr().write_all(note.as_bytes()).unwrap();
            return None;
        }
        loop {
            // Between the look for a free port and its use, another may have taken it.
            if let Some(started) = Self::at(free_port(), records) {
                return Some(started);
            }
        }
    }

    fn at(port: u16, records: &[String]) -> Option<Self> {
        let mut command = Command::new("dnsmasq");
        command.args(["--keep-in-foreground", "--conf-file=/dev/null", "--no-resolv", "--no-hosts"]);
        command.args(["--listen-address=127.0.0.1", "--bind-interfaces", "--user=", "--group="]);
        command.args(["--pid-file=", "--log-facility=-", "--local=/test/", "--local=/arpa/"]);
        command.arg(format!("--port={port}"));
        command.args(records.iter().map(|record| format!("--{record}")));
        let mut process = command.stdin(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let mut log = BufReader::new(process.stderr.take().unwrap()).lines().map_while(Result::ok);
        let mut said = Vec::new();
        for line in log.by_ref() {
            said.push(line);
            if said.last().is_some_and(|line| line.contains("started, version")) {
                std::thread::spawn(move || log.for_each(drop));
                return Some(Self { process, address: SocketAddr::from(([127, 0, 0, 1], port)) });
            }
        }
        process.wait().unwrap();
        let taken = said.iter().any(|line| line.contains("in use"));
        assert!(taken, "dnsmasq does not start: {said:?}");
        None
    }
}

impl Drop for Dnsmasq {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn free_port() -> u16 {
    UdpSocket::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// A text at a name, in strings of 255 octets as DNS holds it.
pub(crate) fn text(name: &str, value: &str) -> String {
    assert!(!value.contains([',', '"']), "dnsmasq would read it otherwise");
    let octets = value.as_bytes().chunks(255);
    let strings = octets.map(|part| String::from_utf8(part.to_vec()).unwrap());
    format!("txt-record={name},{}", strings.collect::<Vec<_>>().join(","))
}
