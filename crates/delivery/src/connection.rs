//! Opening a connection to the relay: plain, STARTTLS, or TLS from the first octet; then signing in.
//!
//! It is here so that a connection exists only after everything that was asked of it holds.
//! What must never happen: a step back from TLS to plain (RFC 3207 §6), a certificate that is not checked
//! against the name, a password before TLS.

use std::{net::IpAddr, path::PathBuf, time::Duration};

use lettre::transport::smtp::{
    authentication::{Credentials, DEFAULT_MECHANISMS},
    client::{AsyncSmtpConnection, Certificate, CertificateStore, TlsParameters},
    extension::ClientId,
};
use secrecy::{ExposeSecret, SecretString};
use tokio::net::TcpStream;

use crate::{
    address::check_domain,
    fault::{SendFault, Stage, classify},
    line_stream::LineStream,
    smtp::Fault,
};

/// Where the relay is and how we speak to it.
pub(crate) struct Relay {
    pub(crate) host: String,
    pub(crate) port: u16,
    pub(crate) security: Security,
    pub(crate) login: Option<(String, SecretString)>,
    pub(crate) ehlo: ClientId,
}

pub(crate) enum Security {
    Plain,
    StartTls(TlsParameters),
    Tls(TlsParameters),
}

/// The three schemes of an address of a relay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scheme {
    Plain,
    StartTls,
    Tls,
}

/// Opens one connection, ready for MAIL FROM. The time of a lookup and of TLS is the caller's to limit.
pub(crate) async fn open(relay: &Relay, limit: Duration) -> Result<AsyncSmtpConnection, SendFault> {
    let server = (relay.host.as_str(), relay.port);
    let connect = |e| classify(Stage::Connect, &e);
    let mut connection = match &relay.security {
        Security::Plain => {
            AsyncSmtpConnection::connect_tokio1(server, Some(limit), &relay.ehlo, None, None)
                .await
                .map_err(connect)?
        }
        Security::Tls(tls) => {
            let tls = Some(tls.clone());
            AsyncSmtpConnection::connect_tokio1(server, Some(limit), &relay.ehlo, tls, None)
                .await
                .map_err(connect)?
        }
        Security::StartTls(tls) => {
            let stream = TcpStream::connect(server).await.map_err(unreachable)?;
            let stream = Box::new(LineStream(stream));
            let mut plain = AsyncSmtpConnection::connect_with_transport(stream, &relay.ehlo)
                .await
                .map_err(connect)?;
            // Fails, and does not go on, if the relay does not offer it.
            plain.starttls(tls.clone(), &relay.ehlo).await.map_err(connect)?;
            plain
        }
    };
    if let Some((user, password)) = &relay.login {
        let login = Credentials::new(user.clone(), password.expose_secret().to_owned());
        connection.auth(DEFAULT_MECHANISMS, &login).await.map_err(|e| classify(Stage::Auth, &e))?;
    }
    Ok(connection)
}

fn unreachable(error: std::io::Error) -> SendFault {
    SendFault::Temporary { text: format!("while connecting: {error}") }
}

/// Reads `smtp://`, `starttls://` or `smtps://`, a host, and perhaps a port (else 25, 587, 465).
pub(crate) fn parse_url(url: &str) -> Option<(Scheme, String, u16)> {
    let (scheme, rest) = url.split_once("://")?;
    let (scheme, default_port) = match scheme {
        "smtp" => (Scheme::Plain, 25),
        "starttls" => (Scheme::StartTls, 587),
        "smtps" => (Scheme::Tls, 465),
        _unknown => return None,
    };
    let (host, port) = if let Some(literal) = rest.strip_prefix('[') {
        literal.split_once(']')?
    } else {
        rest.split_at(rest.find(':').unwrap_or(rest.len()))
    };
    let port = match port.strip_prefix(':') {
        Some(digits) => digits.parse().ok()?,
        None if port.is_empty() => default_port,
        None => return None,
    };
    let known = host.parse::<IpAddr>().is_ok() || check_domain(host).is_ok();
    known.then(|| (scheme, host.to_owned(), port))
}

/// Whether the host can only be this machine.
pub(crate) fn is_loopback(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost") || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

/// TLS 1.2 or later, name and chain checked. A `ca_file` takes the place of the machine's authorities.
pub(crate) fn tls(host: &str, ca_file: Option<&PathBuf>) -> Result<TlsParameters, Fault> {
    let builder = TlsParameters::builder(host.to_owned());
    let Some(path) = ca_file else {
        return builder.build().map_err(|e| Fault::Tls(e.to_string()));
    };
    let fault = |why: String| Fault::CaFile { path: path.clone(), why };
    let pem = std::fs::read(path).map_err(|e| fault(e.to_string()))?;
    // A file without any certificate would trust nobody, and say so only at the first mail.
    if !pem.windows(27).any(|w| w == b"-----BEGIN CERTIFICATE-----") {
        return Err(fault("holds no certificate in PEM form".to_owned()));
    }
    let authority = Certificate::from_pem(&pem).map_err(|e| fault(e.to_string()))?;
    builder
        .certificate_store(CertificateStore::None)
        .add_root_certificate(authority)
        .build()
        .map_err(|e| fault(e.to_string()))
}

/// RFC 5321 §4.1.1.1: a domain, or an address literal such as `[192.0.2.1]`.
pub(crate) fn ehlo(name: &str) -> Option<ClientId> {
    if let Some(literal) = name.strip_prefix('[').and_then(|n| n.strip_suffix(']')) {
        return match literal.strip_prefix("IPv6:").unwrap_or(literal).parse().ok()? {
            IpAddr::V4(ip) => Some(ClientId::Ipv4(ip)),
            IpAddr::V6(ip) => Some(ClientId::Ipv6(ip)),
        };
    }
    check_domain(name).ok()?;
    Some(ClientId::Domain(name.to_owned()))
}
