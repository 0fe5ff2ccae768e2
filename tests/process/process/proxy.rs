//! What lies between the service and its PostgreSQL server, and can be disturbed: it cuts, swallows, is away, or cuts
//! exactly when a commit is on its way.
//!
//! Bytes are carried as they are; the only thing that is looked for in them is a commit that writes.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

/// What the way does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// It carries.
    Open,
    /// It takes what comes, carries nothing, closes nothing.
    Swallows,
    /// What is connected is cut, and whoever comes anew is.
    Away,
    /// The next commit reaches the server, and its answer nobody; then it is as in `Open`.
    CutsTheAnswer,
    /// The next commit reaches the server, its answer nobody, and nobody comes through afterwards.
    CutsTheAnswerAndStaysAway,
    /// The next commit does not reach the server; then it is as in `Open`.
    CutsTheCommit,
}

#[derive(Clone)]
pub(crate) struct Proxy {
    pub(crate) port: u16,
    state: Arc<State>,
}

struct State {
    now: Mutex<Now>,
    changed: Condvar,
    server: u16,
}

struct Now {
    way: Way,
    connected: Vec<TcpStream>,
    /// How many commits were disturbed.
    disturbed: usize,
}

impl Proxy {
    pub(crate) fn start(server: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = listener.local_addr().expect("its address").port();
        let now = Now { way: Way::Open, connected: Vec::new(), disturbed: 0 };
        let state = Arc::new(State { now: Mutex::new(now), changed: Condvar::new(), server });
        let carrying = Arc::clone(&state);
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let state = Arc::clone(&carrying);
                // Whoever is cut is gone, which is what was asked for.
                thread::spawn(move || drop(state.carry(client)));
            }
        });
        Self { port, state }
    }

    pub(crate) fn becomes(&self, way: Way) {
        let mut now = self.state.now();
        now.way = way;
        if way == Way::Away {
            now.cut();
        }
        self.state.changed.notify_all();
    }

    pub(crate) fn disturbed(&self) -> usize {
        self.state.now().disturbed
    }
}

impl Now {
    fn cut(&mut self) {
        for stream in self.connected.drain(..) {
            drop(stream.shutdown(Shutdown::Both));
        }
    }
}

impl State {
    fn now(&self) -> MutexGuard<'_, Now> {
        self.now.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn carry(self: Arc<Self>, client: TcpStream) -> std::io::Result<()> {
        self.wait_while_swallowing();
        let server = {
            let mut now = self.now();
            if now.way == Way::Away {
                return Ok(());
            }
            let server = TcpStream::connect(("127.0.0.1", self.server))?;
            now.connected.extend([client.try_clone()?, server.try_clone()?]);
            server
        };
        client.set_nodelay(true)?;
        server.set_nodelay(true)?;
        // The answer to a commit on this connection is to be lost.
        let deaf = Arc::new(Mutex::new(false));
        let (back, from, to) = (Arc::clone(&self), server.try_clone()?, client.try_clone()?);
        let answer_lost = Arc::clone(&deaf);
        thread::spawn(move || drop(back.bring_back(from, to, &answer_lost)));
        self.bring(client, server, &deaf)
    }

    /// From the service to the server.
    fn bring(
        &self,
        mut client: TcpStream,
        mut server: TcpStream,
        deaf: &Mutex<bool>,
    ) -> std::io::Result<()> {
        let mut bytes = vec![0; 64 * 1024];
        let mut writes = false;
        loop {
            let length = client.read(&mut bytes)?;
            if length == 0 {
                return server.shutdown(Shutdown::Both);
            }
            self.wait_while_swallowing();
            let chunk = &bytes[..length];
            // A commit that writes carries the question for its number before it.
            writes |= place(chunk, b"pg_current_xact_id_if_assigned").is_some();
            if writes && place(chunk, b"commit\0").is_some() {
                writes = false;
                let mut now = self.now();
                match now.way {
                    Way::CutsTheCommit => {
                        now.way = Way::Open;
                        now.disturbed += 1;
                        client.shutdown(Shutdown::Both)?;
                        return server.shutdown(Shutdown::Both);
                    }
                    Way::CutsTheAnswer | Way::CutsTheAnswerAndStaysAway => {
                        *deaf.lock().unwrap_or_else(PoisonError::into_inner) = true;
                    }
                    Way::Open | Way::Swallows | Way::Away => {}
                }
            }
            server.write_all(chunk)?;
        }
    }

    /// From the server to the service.
    fn bring_back(
        &self,
        mut server: TcpStream,
        mut client: TcpStream,
        deaf: &Mutex<bool>,
    ) -> std::io::Result<()> {
        let mut bytes = vec![0; 64 * 1024];
        loop {
            let length = server.read(&mut bytes)?;
            if length == 0 {
                return client.shutdown(Shutdown::Both);
            }
            self.wait_while_swallowing();
            let is_deaf = *deaf.lock().unwrap_or_else(PoisonError::into_inner);
            if is_deaf && let Some(at) = place(&bytes[..length], b"COMMIT\0") {
                // What was answered before came through: a type and a length stand in front of the word.
                client.write_all(&bytes[..at.saturating_sub(5)])?;
                let mut now = self.now();
                now.disturbed += 1;
                let stays = now.way == Way::CutsTheAnswerAndStaysAway;
                now.way = if stays { Way::Away } else { Way::Open };
                if stays {
                    now.cut();
                }
                client.shutdown(Shutdown::Both)?;
                return server.shutdown(Shutdown::Both);
            }
            client.write_all(&bytes[..length])?;
        }
    }

    fn wait_while_swallowing(&self) {
        let now = self.now();
        drop(self.changed.wait_while(now, |now| now.way == Way::Swallows));
    }
}

fn place(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|window| window == wanted)
}
