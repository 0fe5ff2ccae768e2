//! The relay as the rest of genkan sees it: settings, a few open connections, one mail at a time on each.
//!
//! The pool is our own because lettre's forgets at which command a relay said no, and waits for a reply
//! without end: both decide what becomes of a mail. A parked connection is tried with RSET before it is used again.
//! What must never happen: two recipients in one transaction, a wait longer than four times the time limit,
//! a connection in an unknown state put back.

use std::{fmt, path::PathBuf, sync::Arc, time::Duration};

use lettre::transport::smtp::{client::AsyncSmtpConnection, response::Response};
use secrecy::SecretString;
use tokio::{
    sync::{Mutex, Semaphore, SemaphorePermit},
    time::timeout,
};

use crate::{
    Composed, Receipt,
    connection::{Relay, Scheme, Security, ehlo, is_loopback, open, parse_url, tls},
    fault::{SendFault, Stage, classify, one_line, too_slow},
};

/// Settings of the way to the relay.
#[derive(Clone)]
pub struct SmtpOptions {
    /// `smtp://host:port` (not encrypted), `starttls://host:port` (encrypted after STARTTLS, or nothing is
    /// sent) or `smtps://host:port` (encrypted from the start). Without a port: 25, 587, 465. No user or password in it.
    pub url: String,
    /// Where `smtp://` may lead.
    pub plain: PlainRule,
    /// User for AUTH; with `password` or not at all.
    pub user: Option<String>,
    /// Password for AUTH. Never sent unencrypted to another machine.
    pub password: Option<SecretString>,
    /// Authorities (PEM) that are trusted instead of the machine's.
    pub ca_file: Option<PathBuf>,
    /// How many connections at most.
    pub pool_size: usize,
    /// Limit for opening a connection, and again for handing over one mail. A send ends within four times this.
    pub timeout: Duration,
    /// Our name in EHLO: a domain, or an address literal such as `[192.0.2.1]`.
    pub ehlo_name: String,
}

impl SmtpOptions {
    /// Four connections, 30 seconds, plain only to this machine, no AUTH, the machine's authorities.
    #[must_use]
    pub fn new(url: &str, ehlo_name: &str) -> Self {
        Self {
            url: url.to_owned(),
            plain: PlainRule::LoopbackOnly,
            user: None,
            password: None,
            ca_file: None,
            pool_size: 4,
            timeout: Duration::from_secs(30),
            ehlo_name: ehlo_name.to_owned(),
        }
    }
}

/// Where an unencrypted connection may lead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlainRule {
    /// To this machine.
    LoopbackOnly,
    /// Anywhere: the operator vouches for the network. Still never with a password.
    Anywhere,
}

/// What is wrong with the settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The url is none of the three forms.
    Url,
    /// Unencrypted to another machine.
    PlainRefused {
        /// That machine.
        host: String,
    },
    /// A password would go unencrypted to another machine.
    PasswordInTheClear,
    /// A user without a password, or a password without a user.
    Login,
    /// The file of authorities cannot be used.
    CaFile {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// TLS cannot be set up on this machine.
    Tls(String),
    /// The name for EHLO is not a domain or address literal.
    EhloName,
    /// No connection allowed, or no time.
    Limits,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Url => f.write_str(
                "the url must be smtp://host:port, starttls://host:port or smtps://host:port, without user or password",
            ),
            Self::PlainRefused { host } => write!(
                f,
                "mail to {host} would not be encrypted: use starttls:// or smtps://, or allow it expressly"
            ),
            Self::PasswordInTheClear => f.write_str(
                "the password would be sent unencrypted: use starttls:// or smtps://",
            ),
            Self::Login => f.write_str("user and password are needed both, or neither"),
            Self::CaFile { path, why } => write!(f, "{}: {why}", path.display()),
            Self::Tls(why) => write!(f, "TLS cannot be set up: {why}"),
            Self::EhloName => {
                f.write_str("the name for EHLO must be a domain or an address in brackets")
            }
            Self::Limits => f.write_str("at least one connection and some time are needed"),
        }
    }
}

impl std::error::Error for Fault {}

/// A relay and the open connections to it. Clones share them.
#[derive(Clone)]
pub struct Smtp(Arc<Pool>);

struct Pool {
    relay: Relay,
    limit: Duration,
    places: Semaphore,
    parked: Mutex<Vec<AsyncSmtpConnection>>,
}

/// A connection in use, and the place it takes. Dropped, it is closed and the place is free.
struct Line<'pool> {
    connection: AsyncSmtpConnection,
    _place: SemaphorePermit<'pool>,
}

impl Smtp {
    /// Checks the settings. Nothing is connected yet.
    ///
    /// # Errors
    /// [`Fault`], for the operator.
    pub fn new(options: &SmtpOptions) -> Result<Self, Fault> {
        let (scheme, host, port) = parse_url(&options.url).ok_or(Fault::Url)?;
        let login = match (&options.user, &options.password) {
            (Some(user), Some(password)) => Some((user.clone(), password.clone())),
            (None, None) => None,
            _one_of_two => return Err(Fault::Login),
        };
        let security = match scheme {
            Scheme::Plain => {
                check_plain(&host, options.plain, login.is_some())?;
                Security::Plain
            }
            Scheme::StartTls => Security::StartTls(tls(&host, options.ca_file.as_ref())?),
            Scheme::Tls => Security::Tls(tls(&host, options.ca_file.as_ref())?),
        };
        if options.pool_size == 0 || options.timeout.is_zero() {
            return Err(Fault::Limits);
        }
        let relay = Relay {
            host,
            port,
            security,
            login,
            ehlo: ehlo(&options.ehlo_name).ok_or(Fault::EhloName)?,
        };
        Ok(Self(Arc::new(Pool {
            relay,
            limit: options.timeout,
            places: Semaphore::new(options.pool_size.min(Semaphore::MAX_PERMITS)),
            parked: Mutex::new(Vec::new()),
        })))
    }

    /// Hands one mail to the relay. After an error at DATA the relay may have taken it all the same: the same octets
    /// sent again carry the same Message-ID.
    ///
    /// # Errors
    /// [`SendFault`], which says whether to try again.
    pub async fn send(&self, mail: &Composed) -> Result<Receipt, SendFault> {
        let mut line = self.0.line().await?;
        let mut stage = Stage::From;
        let talk = transaction(&mut line.connection, mail, &mut stage);
        let Ok(outcome) = timeout(self.0.limit, talk).await else {
            return Err(too_slow(stage));
        };
        match outcome {
            Ok(response) => {
                self.0.park(line).await;
                let reply = response.message().collect::<Vec<_>>().join(" ");
                Ok(Receipt { reply: one_line(&format!("{} {reply}", response.code())) })
            }
            Err(error) => {
                // A refusal leaves the connection usable (421 announces its end); anything else does not.
                if error.status().is_some_and(|code| u16::from(code) != 421) {
                    self.0.park(line).await;
                }
                Err(classify(stage, &error))
            }
        }
    }

    /// Connects (or tries a parked connection), signs in, sends nothing.
    ///
    /// # Errors
    /// [`SendFault::Temporary`] or [`SendFault::Relay`].
    pub async fn probe(&self) -> Result<(), SendFault> {
        let line = self.0.line().await?;
        self.0.park(line).await;
        Ok(())
    }

    /// Takes leave of the relay on every parked connection.
    pub async fn close(&self) {
        let parked = std::mem::take(&mut *self.0.parked.lock().await);
        for mut connection in parked {
            // Courtesy only: it is closed either way.
            let _answer = timeout(self.0.limit / 4, connection.quit()).await;
        }
    }
}

impl Pool {
    async fn line(&self) -> Result<Line<'_>, SendFault> {
        let late = |_elapsed| too_slow(Stage::Connect);
        let place = timeout(self.limit, self.places.acquire())
            .await
            .map_err(late)?
            .map_err(|_closed| too_slow(Stage::Connect))?;
        let connection = match self.unpark().await {
            Some(connection) => connection,
            None => timeout(self.limit, open(&self.relay, self.limit)).await.map_err(late)??,
        };
        Ok(Line { connection, _place: place })
    }

    async fn unpark(&self) -> Option<AsyncSmtpConnection> {
        let mut connection = self.parked.lock().await.pop()?;
        let alive = timeout(self.limit / 4, connection.command("RSET\r\n")).await;
        if matches!(alive, Ok(Ok(_))) {
            return Some(connection);
        }
        // The others are older still: better all new than one wait after another.
        self.parked.lock().await.clear();
        None
    }

    async fn park(&self, line: Line<'_>) {
        self.parked.lock().await.push(line.connection);
    }
}

/// One mail, one recipient (RFC 5321 §3.3). `stage` tells how far it came, also when the time runs out.
async fn transaction(
    connection: &mut AsyncSmtpConnection,
    mail: &Composed,
    stage: &mut Stage,
) -> Result<Response, lettre::transport::smtp::Error> {
    *stage = Stage::From;
    let from = format!("MAIL FROM:<{}>\r\n", mail.envelope_from);
    connection.command(from).await?;
    *stage = Stage::Recipient;
    let to = format!("RCPT TO:<{}>\r\n", mail.envelope_to);
    connection.command(to).await?;
    *stage = Stage::Content;
    connection.command("DATA\r\n").await?;
    // lettre ends the mail with CRLF, dot, CRLF: the last line's own CRLF would make an empty line.
    let bytes = mail.bytes.strip_suffix(b"\r\n").unwrap_or(&mail.bytes);
    connection.message(bytes).await
}

fn check_plain(host: &str, rule: PlainRule, with_password: bool) -> Result<(), Fault> {
    if is_loopback(host) {
        return Ok(());
    }
    if with_password {
        return Err(Fault::PasswordInTheClear);
    }
    match rule {
        PlainRule::Anywhere => Ok(()),
        PlainRule::LoopbackOnly => Err(Fault::PlainRefused { host: host.to_owned() }),
    }
}
