//! Where the lines go: standard error, many at a time when there are many.
//!
//! A line costs a call of the system, which for the shortest answers was a tenth of their price. So lines are gathered and
//! written by a thread of their own a few milliseconds later. What is worse than information is written at once, and what
//! waits before it; so is everything when the program ends. A process that is killed loses the lines of its last
//! milliseconds and nothing else: what was decided is in the database.

use std::io::{self, Write};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tracing::{Level, Metadata};
use tracing_subscriber::fmt::MakeWriter;

/// How long the first line of a batch waits.
const GATHER: Duration = Duration::from_millis(3);
/// What may wait. Whoever brings more writes it out, so that nothing is lost and memory stays bounded.
const MOST: usize = 256 * 1024;

/// The way to the log. Clones share it.
#[derive(Clone)]
pub(super) struct Lines {
    shared: Arc<Shared>,
    gathers: bool,
}

struct Shared {
    waiting: Mutex<Waiting>,
    /// Locked while lines are written, so that they stay in order.
    out: Mutex<Box<dyn Write + Send>>,
    come: Condvar,
}

#[derive(Default)]
struct Waiting {
    lines: Vec<u8>,
    /// Whether the thread sleeps until it is told.
    sleeps: bool,
}

/// Writes out what waits when it ends. Keep it as long as the program runs.
pub(crate) struct Guard {
    lines: Lines,
}

impl Lines {
    /// Starts the thread. Where the system gives none, every line is written at once.
    pub(super) fn start(out: Box<dyn Write + Send>) -> (Self, Guard) {
        let waiting = Mutex::default();
        let shared = Arc::new(Shared { waiting, out: Mutex::new(out), come: Condvar::new() });
        let own = Arc::clone(&shared);
        let gather = move || {
            loop {
                own.sleep();
                own.write_out(&[]);
            }
        };
        let started = std::thread::Builder::new().name("log".to_owned()).spawn(gather);
        let lines = Self { shared, gathers: started.is_ok() };
        (lines.clone(), Guard { lines })
    }

    fn take(&self, line: &[u8]) {
        let mut waiting = self.shared.waiting();
        waiting.lines.extend_from_slice(line);
        let is_full = waiting.lines.len() >= MOST;
        let wake = waiting.sleeps;
        drop(waiting);
        if is_full {
            self.shared.write_out(&[]);
        } else if wake {
            self.shared.come.notify_one();
        }
    }
}

impl Shared {
    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until there is a line, and a moment longer for others.
    fn sleep(&self) {
        let mut waiting = self.waiting();
        while waiting.lines.is_empty() {
            waiting.sleeps = true;
            waiting = self.come.wait(waiting).unwrap_or_else(PoisonError::into_inner);
        }
        waiting.sleeps = false;
        // Nobody tells of more: this ends when the time is over.
        drop(self.come.wait_timeout_while(waiting, GATHER, |_| true));
    }

    /// Writes what waits, then `line`.
    fn write_out(&self, line: &[u8]) {
        let mut out = self.out.lock().unwrap_or_else(PoisonError::into_inner);
        let mut lines = std::mem::take(&mut self.waiting().lines);
        lines.extend_from_slice(line);
        // Whoever has closed standard error wants no log.
        let _unread = out.write_all(&lines).and_then(|()| out.flush());
        lines.clear();
        // The room is used again, unless somebody has begun a new one.
        let mut waiting = self.waiting();
        if waiting.lines.capacity() == 0 {
            waiting.lines = lines;
        }
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        self.lines.shared.write_out(&[]);
    }
}

/// One line on its way.
pub(super) struct OneLine {
    lines: Lines,
    at_once: bool,
}

impl Write for OneLine {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        if self.at_once {
            self.lines.shared.write_out(line);
        } else {
            self.lines.take(line);
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'w> MakeWriter<'w> for Lines {
    type Writer = OneLine;

    fn make_writer(&'w self) -> OneLine {
        OneLine { lines: self.clone(), at_once: true }
    }

    fn make_writer_for(&'w self, meta: &Metadata<'_>) -> OneLine {
        let at_once = !self.gathers || *meta.level() <= Level::WARN;
        OneLine { lines: self.clone(), at_once }
    }
}

#[cfg(test)]
mod tests;
