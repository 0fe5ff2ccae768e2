//! What the house is measured against: the bare library, in the same run on the same machine.
//!
//! For sign-ins that is Argon2id itself, with a buffer a thread and nothing around it; for session checks an axum
//! handler that answers as many bytes and does nothing for them, in a process of its own. Neither may do less than
//! a server that did the same work must do, nor share anything with the house.

use std::io::{BufRead, BufReader, Result};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use argon2::{Algorithm, Argon2, Block, Params, Version};
use axum::Router;
use axum::response::IntoResponse;
use axum::routing::get;
use axum::serve::ListenerExt as _;

/// The parameters of the settings' defaults.
const MEMORY_KIB: u32 = 19_456;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// Hashes on so many threads for so long; how many it was.
pub(crate) fn bare_hashes(threads: usize, time: Duration) -> usize {
    let hashed = AtomicUsize::new(0);
    let began = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                let params =
                    Params::new(MEMORY_KIB, PASSES, LANES, Some(32)).expect("sound parameters");
                let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
                let mut blocks = vec![Block::new(); MEMORY_KIB as usize];
                let mut output = [0_u8; 32];
                while began.elapsed() < time {
                    let memory = blocks.as_mut_slice();
                    argon2
                        .hash_password_into_with_memory(b"a password", &[7; 16], &mut output, memory)
                        .expect("a hash");
                    hashed.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
    });
    hashed.into_inner()
}

/// The argument by which this program becomes the bare server: then the bytes of body and of the whole answer.
pub(crate) const SERVE: &str = "--bare-server";

/// The path that the bare server answers.
pub(crate) const PATH: &str = "/api/v1/session";

/// A bare server in a process of its own; it ends with this value.
pub(crate) struct BareServer {
    child: Child,
    pub(crate) address: SocketAddr,
}

impl BareServer {
    pub(crate) fn start(body: usize, answer: usize) -> Result<Self> {
        let mut child = Command::new(std::env::current_exe()?)
            .args([SERVE, &body.to_string(), &answer.to_string()])
            .stdout(Stdio::piped())
            .spawn()?;
        let mut line = String::new();
        if let Some(out) = child.stdout.take() {
            BufReader::new(out).read_line(&mut line)?;
        }
        let address = line.trim().parse().map_err(std::io::Error::other)?;
        Ok(Self { child, address })
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for BareServer {
    fn drop(&mut self) {
        // It has nothing to lose.
        self.child.kill().and_then(|()| self.child.wait()).ok();
    }
}

/// Is the bare server, for ever.
pub(crate) fn serve(body: usize, answer: usize) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
        println!("{}", listener.local_addr()?);
        let own = format!(
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nx-fill: \r\n\
             content-length: {body}\r\ndate: Sun, 22 Nov 2026 00:00:00 GMT\r\n\r\n"
        );
        let fill = "x".repeat(answer.saturating_sub(own.len() + body));
        let routes = Router::new().route(PATH, get(move || bare(body, fill.clone())));
        let at_once = listener.tap_io(|stream| {
            stream.set_nodelay(true).ok();
        });
        axum::serve(at_once, routes).await
    })
}

async fn bare(body: usize, fill: String) -> impl IntoResponse {
    let headers = [("content-type", "application/json".to_owned()), ("x-fill", fill)];
    (headers, "x".repeat(body))
}
