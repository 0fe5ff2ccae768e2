//! Questions to DNS, for the doctor: what receivers see of the sender's domain.
//!
//! It is here because the system's own look-up knows addresses only. The servers are those of the machine, or one
//! that an operator names. Nothing is kept: what was just set must be seen at once.
//! What must never happen: a wait without end, "nothing there" said where nobody answered.

mod message;

use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    path::Path,
    time::Duration,
};

use aws_lc_rs::rand;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpStream, UdpSocket},
    time::timeout,
};

use message::{Data, Kind, Reply, answer, question};

/// The port of DNS.
const PORT: u16 = 53;
/// How long one server is waited for, once; each is asked twice over UDP.
const PATIENCE: Duration = Duration::from_secs(3);
const TRIES: usize = 2;
const SYSTEM: &str = "/etc/resolv.conf";
/// RFC 1035 §4.2.2: the length is told in two octets.
const MOST_OCTETS: usize = 65_535;

/// Why a question has no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DnsFault {
    /// The machine names no DNS server.
    NoServer,
    /// The name cannot be asked for.
    Name(String),
    /// No server answered in time, or none in a way that can be read.
    Silent,
    /// A server answered that it cannot say.
    Failed(u8),
}

impl fmt::Display for DnsFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoServer => write!(f, "{SYSTEM} names no DNS server"),
            Self::Name(name) => write!(f, "{name:?} is no name in DNS"),
            Self::Silent => f.write_str("no DNS server answers"),
            Self::Failed(2) => f.write_str("the DNS server cannot find it out (SERVFAIL)"),
            Self::Failed(5) => f.write_str("the DNS server refuses to answer (REFUSED)"),
            Self::Failed(code) => write!(f, "the DNS server answers with fault {code}"),
        }
    }
}

impl std::error::Error for DnsFault {}

/// Whom to ask.
#[derive(Clone, Debug)]
pub struct Resolver {
    servers: Vec<SocketAddr>,
    patience: Duration,
}

impl Resolver {
    /// The servers of this machine.
    ///
    /// # Errors
    /// [`DnsFault::NoServer`].
    pub fn system() -> Result<Self, DnsFault> {
        Self::of_file(Path::new(SYSTEM))
    }

    fn of_file(file: &Path) -> Result<Self, DnsFault> {
        let text = std::fs::read_to_string(file).map_err(|_unread| DnsFault::NoServer)?;
        let servers = named_servers(&text);
        if servers.is_empty() {
            Err(DnsFault::NoServer)
        } else {
            Ok(Self { servers, patience: PATIENCE })
        }
    }

    /// One server.
    #[must_use]
    pub fn at(server: SocketAddr) -> Self {
        Self { servers: vec![server], patience: PATIENCE }
    }

    /// The texts at a name.
    pub(crate) async fn texts(&self, name: &str) -> Result<Vec<String>, DnsFault> {
        let found = self.ask(name, Kind::Txt).await?;
        Ok(found
            .into_iter()
            .filter_map(|d| if let Data::Text(text) = d { Some(text) } else { None })
            .collect())
    }

    /// The servers that take a domain's mail, the preferred ones first.
    pub(crate) async fn exchanges(&self, name: &str) -> Result<Vec<String>, DnsFault> {
        let found = self.ask(name, Kind::Mx).await?;
        let exchange = |d| if let Data::Exchange(rank, host) = d { Some((rank, host)) } else { None };
        let mut exchanges: Vec<(u16, String)> = found.into_iter().filter_map(exchange).collect();
        exchanges.sort();
        Ok(exchanges.into_iter().map(|(_, host)| host).collect())
    }

    /// The addresses of a host, of both kinds.
    pub(crate) async fn addresses(&self, name: &str) -> Result<Vec<IpAddr>, DnsFault> {
        let mut found = self.ask(name, Kind::A).await?;
        found.extend(self.ask(name, Kind::Aaaa).await?);
        let address = |d| if let Data::Address(ip) = d { Some(ip) } else { None };
        Ok(found.into_iter().filter_map(address).collect())
    }

    /// The names of an address.
    pub(crate) async fn names(&self, ip: IpAddr) -> Result<Vec<String>, DnsFault> {
        let found = self.ask(&reverse_name(ip), Kind::Ptr).await?;
        Ok(found
            .into_iter()
            .filter_map(|d| if let Data::Name(name) = d { Some(name) } else { None })
            .collect())
    }

    async fn ask(&self, name: &str, kind: Kind) -> Result<Vec<Data>, DnsFault> {
        let mut worst = DnsFault::Silent;
        for server in &self.servers {
            for _ in 0..TRIES {
                match self.ask_one(*server, name, kind).await? {
                    Some(Reply::Found(found)) => return Ok(found),
                    Some(Reply::Nothing) => return Ok(Vec::new()),
                    Some(Reply::Failed(code)) => {
                        worst = DnsFault::Failed(code);
                        break;
                    }
                    Some(Reply::Truncated) | None => {}
                }
            }
        }
        Err(worst)
    }

    /// Asks one server once. `None`: it said nothing that can be read.
    async fn ask_one(
        &self,
        server: SocketAddr,
        name: &str,
        kind: Kind,
    ) -> Result<Option<Reply>, DnsFault> {
        let mut id = [0; 2];
        // Nobody who does not see the question can guess its number.
        rand::fill(&mut id).map_err(|_| DnsFault::Silent)?;
        let id = u16::from_be_bytes(id);
        let asked = question(id, name, kind).ok_or_else(|| DnsFault::Name(name.to_owned()))?;
        let heard = |octets: Vec<u8>| answer(&octets, id, name, kind);
        let by_udp = timeout(self.patience, by_udp(server, &asked, heard)).await.ok().flatten();
        if by_udp != Some(Reply::Truncated) {
            return Ok(by_udp);
        }
        let by_tcp = timeout(self.patience, by_tcp(server, &asked)).await.ok().flatten();
        Ok(by_tcp.and_then(heard))
    }
}

/// Waits for the first datagram that answers the question; others are passed over.
async fn by_udp(
    server: SocketAddr,
    asked: &[u8],
    heard: impl Fn(Vec<u8>) -> Option<Reply>,
) -> Option<Reply> {
    let here: SocketAddr = match server {
        SocketAddr::V4(_) => (Ipv4Addr::UNSPECIFIED, 0).into(),
        SocketAddr::V6(_) => (Ipv6Addr::UNSPECIFIED, 0).into(),
    };
    let socket = UdpSocket::bind(here).await.ok()?;
    // Only datagrams of this server come in from here on.
    socket.connect(server).await.ok()?;
    socket.send(asked).await.ok()?;
    let mut octets = vec![0; MOST_OCTETS];
    loop {
        let length = socket.recv(&mut octets).await.ok()?;
        if let Some(reply) = heard(octets.get(..length)?.to_vec()) {
            return Some(reply);
        }
    }
}

async fn by_tcp(server: SocketAddr, asked: &[u8]) -> Option<Vec<u8>> {
    let mut stream = TcpStream::connect(server).await.ok()?;
    let length = u16::try_from(asked.len()).ok()?;
    stream.write_all(&[&length.to_be_bytes(), asked].concat()).await.ok()?;
    let mut octets = vec![0; usize::from(stream.read_u16().await.ok()?)];
    stream.read_exact(&mut octets).await.ok()?;
    Some(octets)
}

/// The servers of a `resolv.conf`.
fn named_servers(text: &str) -> Vec<SocketAddr> {
    let named = text.lines().filter_map(|line| {
        let mut words = line.split_ascii_whitespace();
        let is_server = words.next() == Some("nameserver");
        words.next().filter(|_| is_server)
    });
    // A scope behind the address (`fe80::1%eth0`) names a link; such a server is passed over.
    named.filter_map(|word| word.parse::<IpAddr>().ok()).map(|ip| SocketAddr::new(ip, PORT)).collect()
}

/// Where the names of an address stand (RFC 1035 §3.5, RFC 3596 §2.5).
pub(crate) fn reverse_name(ip: IpAddr) -> String {
    match ip {
        IpAddr::V4(ip) => {
            let [a, b, c, d] = ip.octets();
            format!("{d}.{c}.{b}.{a}.in-addr.arpa")
        }
        IpAddr::V6(ip) => {
            let halves = ip.octets().into_iter().rev().flat_map(|octet| [octet & 0xf, octet >> 4]);
            let digits: Vec<String> = halves.map(|half| format!("{half:x}")).collect();
            format!("{}.ip6.arpa", digits.join("."))
        }
    }
}

#[cfg(test)]
mod tests;
