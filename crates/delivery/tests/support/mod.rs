//! A small SMTP relay for the tests, and letters to send to it.
//!
//! It is here because the faults that matter (a refusal at one certain command, a hang-up, silence, a relay
//! that does not encrypt) cannot be ordered from a real relay. It records what it heard, octet by octet.
//! What must never happen: an answer that a real relay could not give.
#![expect(dead_code, reason = "every test binary uses its own part")]
#![expect(unreachable_pub, reason = "a module of several test binaries")]

pub mod dnsmasq;
pub mod python;

use std::{
    future::pending,
    process::Command,
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};

use delivery::{Letter, Sender, Smtp, SmtpOptions};
use tokio::{
    io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        ServerConfig,
        pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
    },
};

/// What the relay does at a command instead of its usual answer.
#[derive(Clone, Copy)]
pub enum Act {
    Reply(&'static str),
    HangUp,
    Silence,
}

/// How the relay takes part in TLS.
#[derive(Clone)]
pub enum Tls {
    None,
    OnRequest(TlsAcceptor),
    /// Somebody in between adds this to the plain reply to STARTTLS.
    Injected(TlsAcceptor, &'static str),
    FromTheStart(TlsAcceptor),
}

/// The relay's part. A rule is the beginning of a command (`CONNECT` is the greeting, `.` the end of the mail) and what
/// happens there.
#[derive(Clone)]
pub struct Script {
    pub rules: Vec<(&'static str, Act)>,
    pub tls: Tls,
    /// The one AUTH PLAIN response that is let in; with it, MAIL FROM before AUTH is refused.
    pub login: Option<String>,
}

impl Script {
    pub fn accept_all() -> Self {
        Self { rules: Vec::new(), tls: Tls::None, login: None }
    }

    pub fn at(mut self, command: &'static str, act: Act) -> Self {
        self.rules.push((command, act));
        self
    }

    pub fn with_tls(mut self, tls: Tls) -> Self {
        self.tls = tls;
        self
    }
}

#[derive(Default)]
pub struct Heard {
    pub connections: usize,
    pub commands: Vec<String>,
    pub mails: Vec<Vec<u8>>,
}

impl Heard {
    pub fn all_of(&self, command: &str) -> Vec<&str> {
        let begins = |line: &&String| line.starts_with(command);
        self.commands.iter().filter(begins).map(String::as_str).collect()
    }
}

pub struct TestRelay {
    pub port: u16,
    heard: Arc<Mutex<Heard>>,
}

impl TestRelay {
    pub async fn start(script: Script) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let heard = Arc::new(Mutex::new(Heard::default()));
        let ear = Arc::clone(&heard);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                ear.lock().unwrap().connections += 1;
                let (script, ear) = (script.clone(), Arc::clone(&ear));
                tokio::spawn(async move { serve(stream, script, ear).await });
            }
        });
        Self { port, heard }
    }

    pub fn heard(&self) -> MutexGuard<'_, Heard> {
        self.heard.lock().unwrap()
    }

    pub fn options(&self, scheme: &str) -> SmtpOptions {
        let mut options =
            SmtpOptions::new(&format!("{scheme}://localhost:{}", self.port), "genkan.example");
        options.timeout = Duration::from_secs(20);
        options
    }

    pub fn smtp(&self) -> Smtp {
        Smtp::new(&self.options("smtp")).unwrap()
    }
}

async fn serve(stream: TcpStream, script: Script, ear: Arc<Mutex<Heard>>) {
    match script.tls.clone() {
        Tls::None => {
            talk(&mut BufReader::new(stream), &script, &ear, Opening::Greet).await;
        }
        Tls::FromTheStart(acceptor) => {
            // A client that does not trust us ends here.
            let Ok(stream) = acceptor.accept(stream).await else {
                return;
            };
            talk(&mut BufReader::new(stream), &script, &ear, Opening::Greet).await;
        }
        Tls::OnRequest(acceptor) | Tls::Injected(acceptor, _) => {
            let mut plain = BufReader::new(stream);
            if talk(&mut plain, &script, &ear, Opening::Greet).await == Ending::StartTls
                && let Ok(stream) = acceptor.accept(plain.into_inner()).await
            {
                let inside = script.with_tls(Tls::None);
                talk(&mut BufReader::new(stream), &inside, &ear, Opening::Quiet).await;
            }
        }
    }
}

#[derive(PartialEq)]
enum Opening {
    Greet,
    Quiet,
}

#[derive(PartialEq)]
enum Ending {
    Gone,
    StartTls,
}

async fn talk<S: AsyncRead + AsyncWrite + Unpin>(
    stream: &mut BufReader<S>,
    script: &Script,
    ear: &Arc<Mutex<Heard>>,
    opening: Opening,
) -> Ending {
    let mut welcome = script.login.is_none();
    let mut line = "CONNECT".to_owned();
    if opening == Opening::Quiet {
        line = next_line(stream).await;
    }
    while !line.is_empty() {
        ear.lock().unwrap().commands.push(line.clone());
        let rule = script.rules.iter().find(|(at, _)| line.starts_with(at));
        let reply = match rule {
            Some((_, Act::HangUp)) => return Ending::Gone,
            Some((_, Act::Silence)) => pending().await,
            Some((_, Act::Reply(text))) => (*text).to_owned(),
            None => usual_reply(&line, script, &mut welcome),
        };
        let taken = reply.starts_with("354");
        stream.write_all(format!("{reply}\r\n").as_bytes()).await.unwrap();
        stream.flush().await.unwrap();
        if line == "STARTTLS" && reply.starts_with("220") {
            return Ending::StartTls;
        }
        line = next_line(stream).await;
        if taken {
            line = read_mail(stream, line, ear).await;
        }
    }
    Ending::Gone
}

fn usual_reply(line: &str, script: &Script, welcome: &mut bool) -> String {
    let starttls = !matches!(script.tls, Tls::None | Tls::FromTheStart(_));
    match line.split([' ', ':']).next().unwrap() {
        "CONNECT" => "220 relay.example ESMTP".to_owned(),
        "EHLO" => {
            let auth = if script.login.is_some() { "250-AUTH PLAIN LOGIN\r\n" } else { "" };
            let tls = if starttls { "250-STARTTLS\r\n" } else { "" };
            format!("250-relay.example\r\n{tls}{auth}250 SIZE 1000000")
        }
        "STARTTLS" => match &script.tls {
            Tls::Injected(_, more) => format!("220 ready\r\n{more}"),
            _offered if starttls => "220 ready".to_owned(),
            _not_offered => "502 no".to_owned(),
        },
        "AUTH" => {
            *welcome = script.login.as_deref() == line.strip_prefix("AUTH PLAIN ");
            if *welcome { "235 2.7.0 in" } else { "535 5.7.8 wrong" }.to_owned()
        }
        "MAIL" if !*welcome => "530 5.7.0 Authentication required".to_owned(),
        "DATA" => "354 go on".to_owned(),
        "." => "250 2.0.0 taken as 4711".to_owned(),
        _other => "250 2.0.0 ok".to_owned(),
    }
}

async fn next_line<S: AsyncRead + Unpin>(stream: &mut BufReader<S>) -> String {
    let mut line = String::new();
    // A broken connection ends the talk like a closed one.
    let _read = stream.read_line(&mut line).await;
    line.trim_end_matches(['\r', '\n']).to_owned()
}

/// Reads octets until the line with the dot, as they come: nothing is unstuffed or repaired.
async fn read_mail<S: AsyncRead + Unpin>(
    stream: &mut BufReader<S>,
    first: String,
    ear: &Arc<Mutex<Heard>>,
) -> String {
    let mut mail = format!("{first}\r\n").into_bytes();
    while !mail.ends_with(b"\r\n.\r\n") {
        match stream.read_u8().await {
            Ok(octet) => mail.push(octet),
            Err(_) => return String::new(),
        }
    }
    mail.truncate(mail.len() - 3);
    ear.lock().unwrap().mails.push(mail);
    ".".to_owned()
}

/// An authority of our own in a new directory: `ca.pem`, and a certificate of it for `localhost` only.
pub fn authority(test: &str) -> (std::path::PathBuf, TlsAcceptor) {
    let place = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(test);
    std::fs::create_dir_all(&place).unwrap();
    let openssl = |arguments: &str| {
        let done = Command::new("openssl")
            .args(arguments.split(' '))
            .current_dir(&place)
            .output()
            .expect("the tests of TLS need the openssl command");
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    };
    let key = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2";
    openssl(&format!("{key} -keyout ca.key -out ca.pem -subj /CN=authority"));
    openssl(&format!(
        "{key} -keyout relay.key -out relay.pem -subj /CN=relay -CA ca.pem -CAkey ca.key \
         -addext subjectAltName=DNS:localhost -addext basicConstraints=critical,CA:FALSE"
    ));
    let chain = vec![CertificateDer::from_pem_file(place.join("relay.pem")).unwrap()];
    let key = PrivateKeyDer::from_pem_file(place.join("relay.key")).unwrap();
    let config = ServerConfig::builder().with_no_client_auth().with_single_cert(chain, key).unwrap();
    (place.join("ca.pem"), TlsAcceptor::from(Arc::new(config)))
}

pub fn letter() -> Letter {
    Letter {
        return_path: None,
        id: "01945f3e-8a00-7000-8000-000000000001.1".to_owned(),
        date_ms: 1_763_772_126_000,
        to: "hanako@example.jp".to_owned(),
        subject:
            "【玄関】髙﨑①～−様 ログインの確認番号をお送りします。番号はどなたにも教えないでください"
                .to_owned(),
        text: "髙﨑①～− さま\n\n確認番号は 123456 です。\n.\n\nQUIT\n".to_owned(),
        html: "<!doctype html><p lang=\"ja\">髙﨑①～− さま</p><p>確認番号は <b>123456</b> です。</p>"
            .to_owned(),
        language: "ja".to_owned(),
    }
}

pub fn sender() -> Sender {
    Sender {
        name: "玄関（げんかん）".to_owned(),
        address: "no-reply@genkan.example".to_owned(),
        message_id_domain: "genkan.example".to_owned(),
        signer: None,
        style: delivery::Style::default(),
        reply_to: Some("support@genkan.example".to_owned()),
        time_zone: "Asia/Tokyo".to_owned(),
    }
}
