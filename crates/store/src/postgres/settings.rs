//! How to reach a PostgreSQL server: the URL, the certificates, the limits.
//!
//! TLS, when used, always proves the server's name and certificate; there is no mode that encrypts without knowing to
//! whom. The URL holds a password: it may appear in no message and has no `Debug`.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use tokio_postgres::Config;
use tokio_postgres::config::{Host, SslMode, TargetSessionAttrs};

use super::asking::Statements;
use super::pooler;
use super::tx::Manner;
use crate::chance::draw;
use crate::database::{Lasting, Patience};
use crate::fault::OpenFault;

/// How to reach a server and how long to wait for it.
#[derive(Clone)]
pub struct PostgresOptions {
    /// `postgres://user:password@host:port,host:port/database?sslmode=…&sslrootcert=…`.
    ///
    /// `sslmode` is `disable`, `prefer`, `require` or `verify-full` (`verify-ca` counts as `verify-full`). Without it,
    /// TLS is demanded, except from a server on this machine. `sslrootcert` names a file of certificates (PEM) to trust in
    /// place of the system's. With several hosts the one that takes writes is used.
    pub url: String,
    /// Connections at most.
    pub pool_size: usize,
    /// How long to wait for a new connection, for each host of the URL.
    pub connect_limit: Duration,
    /// How long to wait for a free connection of the pool.
    pub wait_limit: Duration,
    /// How long a statement may take.
    pub statement_limit: Duration,
    /// How statements are told to the server.
    pub statements: Statements,
    /// Added to the database's clock, in milliseconds; 0 in production, moved in tests and in development mode.
    pub clock_offset_ms: Arc<AtomicI64>,
}

impl PostgresOptions {
    /// The usual limits: 10 connections, 2 s to connect, 3 s to wait, 5 s for a statement.
    #[must_use]
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            pool_size: 10,
            connect_limit: Duration::from_secs(2),
            wait_limit: Duration::from_secs(3),
            statement_limit: Duration::from_secs(5),
            statements: Statements::default(),
            clock_offset_ms: Arc::default(),
        }
    }
}

/// What is kept of the options when the URL has been understood.
pub(super) struct Settings {
    pub(super) pool_size: usize,
    pub(super) connect_limit: Duration,
    pub(super) wait_limit: Duration,
    statement_limit: Duration,
    statements: Statements,
    clock_offset_ms: Arc<AtomicI64>,
    begin: String,
    begin_in_order: String,
    begin_read: String,
    begin_migration: String,
    begin_plain: String,
    /// What this process leaves on its connections, where it has statements kept there.
    pub(super) word: Option<String>,
}

impl Settings {
    pub(super) fn parse(options: PostgresOptions) -> Result<(Self, Config, ClientConfig), OpenFault> {
        if options.statements == Statements::Named && options.pool_size < 2 {
            return Err(OpenFault::Settings(
                "database.statements is \"named\", which needs database.pool = 2 or more.".to_owned(),
            ));
        }
        let (url, tls) = TlsWishes::split_off(&options.url)?;
        let mut config: Config = url.parse().map_err(|error: tokio_postgres::Error| {
            let cause = std::error::Error::source(&error).map(ToString::to_string);
            OpenFault::Settings(format!(
                "The database URL cannot be used: {}.",
                cause.unwrap_or_else(|| error.to_string())
            ))
        })?;
        config.ssl_mode(tls.mode(&config));
        if config.get_hosts().len() > 1 {
            config.target_session_attrs(TargetSessionAttrs::ReadWrite);
        }
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(options.connect_limit);
        }
        let roots = if config.get_ssl_mode() == SslMode::Disable {
            RootCertStore::empty()
        } else {
            tls.roots()?
        };
        let hosts = u32::try_from(config.get_hosts().len()).unwrap_or(1);
        let all_hosts = options.connect_limit.saturating_mul(hosts.max(1));
        let limit_ms = options.statement_limit.as_millis().max(1);
        let word = match options.statements {
            Statements::Unnamed => None,
            Statements::Named => Some(format!("{:016x}{:016x}", draw(), draw())),
        };
        let look = word.as_deref().map(|word| format!("; {}", pooler::look(word))).unwrap_or_default();
        let begin_plain = |mode: &str, limit_ms: u128| {
            format!(
                "begin isolation level {mode}; \
                 set local statement_timeout = {limit_ms}; \
                 set local lock_timeout = {limit_ms}; \
                 set local idle_in_transaction_session_timeout = {limit_ms}"
            )
        };
        let begin = |mode: &str, limit_ms: u128| format!("{}{look}", begin_plain(mode, limit_ms));
        let begin_write = begin(WRITE, limit_ms);
        let settings = Self {
            pool_size: options.pool_size.max(1),
            connect_limit: all_hosts + GRACE,
            wait_limit: options.wait_limit,
            statement_limit: options.statement_limit,
            statements: options.statements,
            clock_offset_ms: options.clock_offset_ms,
            // The log is written in order, so a commit that waits for it later waits for this one, too.
            begin_in_order: format!("{begin_write}; set local synchronous_commit = off"),
            begin: begin_write,
            // One state for the whole read; read-only, it can never be refused with 40001.
            begin_read: begin("repeatable read read only", limit_ms),
            begin_migration: begin(WRITE, MIGRATION_LIMIT.as_millis()),
            begin_plain: begin_plain("repeatable read read only", limit_ms),
            word,
        };
        Ok((settings, config, client_config(roots)?))
    }

    /// How long this side waits for one answer: a little longer than the server, whose word is clearer.
    pub(super) fn limit(&self, patience: Patience) -> Duration {
        GRACE
            + match patience {
                Patience::Request => self.statement_limit,
                Patience::Migration => MIGRATION_LIMIT,
            }
    }

    pub(super) fn begin(&self, patience: Patience, lasting: Lasting) -> &str {
        match (patience, lasting) {
            (Patience::Request, Lasting::OnDisk) => &self.begin,
            (Patience::Request, Lasting::InOrder) => &self.begin_in_order,
            (Patience::Migration, _) => &self.begin_migration,
        }
    }

    pub(super) fn begin_read(&self) -> &str {
        &self.begin_read
    }

    /// As `begin_read`, without a look at whose connection it is.
    pub(super) fn begin_plain(&self) -> &str {
        &self.begin_plain
    }

    pub(super) fn manner(&self, patience: Patience) -> Manner {
        Manner {
            statements: self.statements,
            limit: self.limit(patience),
            clock_offset_ms: self.clock_offset_ms.load(Ordering::Relaxed),
        }
    }
}

/// The parameters of the URL which the driver does not understand as we do.
#[derive(Default)]
struct TlsWishes {
    mode: Option<SslMode>,
    root_file: Option<String>,
}

impl TlsWishes {
    /// Takes `sslmode` and `sslrootcert` out of a URL.
    fn split_off(url: &str) -> Result<(String, Self), OpenFault> {
        if !url.starts_with("postgres://") && !url.starts_with("postgresql://") {
            return Err(OpenFault::Settings(
                "The database URL must begin with postgres://.".to_owned(),
            ));
        }
        let mut wishes = Self::default();
        let Some((base, query)) = url.split_once('?') else {
            return Ok((url.to_owned(), wishes));
        };
        let mut others = Vec::new();
        for pair in query.split('&') {
            match pair.split_once('=') {
                Some(("sslmode", mode)) => wishes.mode = Some(ssl_mode(mode)?),
                Some(("sslrootcert", file)) => wishes.root_file = Some(percent_decoded(file)?),
                _ => others.push(pair),
            }
        }
        if others.is_empty() {
            return Ok((base.to_owned(), wishes));
        }
        Ok((format!("{base}?{}", others.join("&")), wishes))
    }

    fn mode(&self, config: &Config) -> SslMode {
        self.mode.unwrap_or_else(|| {
            if config.get_hosts().iter().all(is_here) { SslMode::Disable } else { SslMode::Require }
        })
    }

    fn roots(&self) -> Result<RootCertStore, OpenFault> {
        let mut roots = RootCertStore::empty();
        let Some(file) = &self.root_file else {
            roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
            if roots.is_empty() {
                return Err(OpenFault::Settings(
                    "This machine has no certificates to trust. Name a file of them by sslrootcert in the database URL."
                        .to_owned(),
                ));
            }
            return Ok(roots);
        };
        let trouble = |error: &dyn std::fmt::Display| {
            OpenFault::Settings(format!(
                "The certificate file {} of the database cannot be used: {error}.",
                Path::new(file).display()
            ))
        };
        for certificate in CertificateDer::pem_file_iter(file).map_err(|error| trouble(&error))? {
            let certificate = certificate.map_err(|error| trouble(&error))?;
            roots.add(certificate).map_err(|error| trouble(&error))?;
        }
        if roots.is_empty() {
            return Err(trouble(&"there is no certificate in it"));
        }
        Ok(roots)
    }
}

fn ssl_mode(word: &str) -> Result<SslMode, OpenFault> {
    match word {
        "disable" => Ok(SslMode::Disable),
        "prefer" => Ok(SslMode::Prefer),
        "require" | "verify-ca" | "verify-full" => Ok(SslMode::Require),
        _ => Err(OpenFault::Settings(
            "sslmode in the database URL must be disable, prefer, require or verify-full.".to_owned(),
        )),
    }
}

fn is_here(host: &Host) -> bool {
    match host {
        Host::Unix(_) => true,
        Host::Tcp(name) => {
            name == "localhost"
                || name.parse().is_ok_and(|address: std::net::IpAddr| address.is_loopback())
        }
    }
}

fn percent_decoded(text: &str) -> Result<String, OpenFault> {
    let trouble =
        || OpenFault::Settings("sslrootcert in the database URL is not well written.".to_owned());
    let mut parts = text.split('%');
    let mut bytes = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts {
        let (code, rest) = part.split_at_checked(2).ok_or_else(trouble)?;
        bytes.push(u8::from_str_radix(code, 16).map_err(|_| trouble())?);
        bytes.extend_from_slice(rest.as_bytes());
    }
    String::from_utf8(bytes).map_err(|_| trouble())
}

fn client_config(roots: RootCertStore) -> Result<ClientConfig, OpenFault> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map(|builder| builder.with_root_certificates(roots).with_no_client_auth())
        .map_err(|error| OpenFault::Settings(format!("TLS cannot be set up: {error}.")))
}

const WRITE: &str = "read committed read write";
const GRACE: Duration = Duration::from_millis(500);
const MIGRATION_LIMIT: Duration = Duration::from_secs(30 * 60);
