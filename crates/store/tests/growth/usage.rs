//! What work used: time of the clock, and of processors, this process's and that of the server's processes for it.
//!
//! `/proc/PID/schedstat` counts in nanoseconds; where there is none, processor time is not a number and is told as such.

use std::fs;
use std::time::Instant;

/// Seconds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Usage {
    pub(crate) wall: f64,
    pub(crate) cpu: f64,
}

/// A look at the clocks.
pub(crate) struct Began {
    at: Instant,
    cpu: f64,
}

impl Began {
    pub(crate) fn now(servers: &[i32]) -> Self {
        Self { at: Instant::now(), cpu: used(servers) }
    }

    /// What one of so many has used since.
    pub(crate) fn each(&self, servers: &[i32], times: usize) -> Usage {
        let times = times as f64;
        Usage { wall: self.at.elapsed().as_secs_f64() / times, cpu: (used(servers) - self.cpu) / times }
    }
}

fn used(servers: &[i32]) -> f64 {
    let threads = fs::read_dir("/proc/self/task").into_iter().flatten().flatten();
    let own = threads.map(|thread| running(&thread.path().join("schedstat").display().to_string()));
    let theirs = servers.iter().map(|pid| running(&format!("/proc/{pid}/schedstat")));
    own.chain(theirs).sum::<f64>() / 1e9
}

fn running(file: &str) -> f64 {
    let text = fs::read_to_string(file).unwrap_or_default();
    text.split(' ').next().and_then(|time| time.parse().ok()).unwrap_or(f64::NAN)
}
