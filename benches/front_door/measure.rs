//! What a process used, and the middle of many rounds.
//!
//! Processor time and memory come from `/proc` (Linux), for the process that is asked about and no other, so that
//! the load generator's own work is never booked on the house. Nothing here may average: one disturbed round on a
//! busy machine must not move a figure, so rounds are joined by their median.

use std::time::{Duration, Instant};

/// Ticks of `/proc/PID/stat` in a second; fixed by Linux for programs.
const TICKS: f64 = 100.0;

/// User and system time of a process so far, in seconds; not a number where there is no `/proc`.
pub(crate) fn cpu_seconds(pid: u32) -> f64 {
    let text = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    // The name in brackets may hold anything, also blanks; state is the first field after it.
    let after = text.rsplit_once(") ").map_or("", |(_, after)| after);
    let mut fields = after.split(' ').skip(11).map(|field| field.parse::<f64>().unwrap_or(f64::NAN));
    (fields.next().unwrap_or(f64::NAN) + fields.next().unwrap_or(f64::NAN)) / TICKS
}

/// Memory of a process, in MiB.
#[derive(Clone, Copy, Default)]
pub(crate) struct Memory {
    /// What is in RAM.
    pub(crate) resident: f64,
    /// Of that, what no file holds as well: heap, stacks, what was written to.
    pub(crate) own: f64,
}

impl Memory {
    /// What it has now; not a number where there is no `/proc`.
    pub(crate) fn of(pid: u32) -> Self {
        let text = std::fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).unwrap_or_default();
        Self { resident: mib(&text, "Rss:"), own: mib(&text, "Anonymous:") }
    }

    pub(crate) fn higher(self, other: Self) -> Self {
        if other.resident > self.resident { other } else { self }
    }
}

impl std::fmt::Display for Memory {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:.1} MiB ({:.1} its own)", self.resident, self.own)
    }
}

/// Has the system forget the most memory that a process ever had (proc_pid_clear_refs(5)).
pub(crate) fn forget_peak(pid: u32) -> std::io::Result<()> {
    std::fs::write(format!("/proc/{pid}/clear_refs"), "5")
}

/// The most memory that it had in RAM since that was last forgotten, in MiB.
pub(crate) fn peak_mib(pid: u32) -> f64 {
    mib(&std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default(), "VmHWM:")
}

/// Run time so far of the threads of a process that do not hash, in seconds. What remains of a sign-in without its hash is
/// a tenth of it, and two hashes on a busy machine differ by more than that; so it is measured, and not the difference.
pub(crate) fn seconds_beside_hashes(pid: u32) -> f64 {
    let folder = std::fs::read_dir(format!("/proc/{pid}/task"));
    let threads = folder.into_iter().flatten().flatten().map(|entry| entry.path());
    let read = |path: std::path::PathBuf| std::fs::read_to_string(path).unwrap_or_default();
    let others = threads.filter(|thread| !read(thread.join("comm")).starts_with("hash-"));
    let run = others.map(|thread| {
        let times = read(thread.join("schedstat"));
        times.split(' ').next().and_then(|nanoseconds| nanoseconds.parse::<f64>().ok()).unwrap_or(0.0)
    });
    run.sum::<f64>() / 1e9
}

fn mib(text: &str, name: &str) -> f64 {
    let line = text.lines().find_map(|line| line.strip_prefix(name));
    let kib = line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<f64>().ok());
    kib.unwrap_or(f64::NAN) / 1_024.0
}

/// A turn of work: how much was done, in how much time of the clock and of the worker's processor.
#[derive(Clone, Copy)]
pub(crate) struct Turn {
    pub(crate) done: f64,
    pub(crate) wall: f64,
    pub(crate) cpu: f64,
    /// Of that, what threads that do not hash have used.
    pub(crate) beside: f64,
}

impl Turn {
    /// Measures what process `pid` uses while `work` runs; `work` says how much was done.
    pub(crate) fn of(pid: u32, work: impl FnOnce() -> usize) -> Turn {
        let (began, cpu, beside) = (Instant::now(), cpu_seconds(pid), seconds_beside_hashes(pid));
        let done = work() as f64;
        let wall = began.elapsed().as_secs_f64();
        let beside = seconds_beside_hashes(pid) - beside;
        Turn { done, wall, cpu: cpu_seconds(pid) - cpu, beside }
    }

    /// How many a second of the clock.
    pub(crate) fn rate(self) -> f64 {
        self.done / self.wall
    }

    /// Processor time of one, in seconds.
    pub(crate) fn cost(self) -> f64 {
        self.cpu / self.done
    }

    /// Processor time of one, in seconds, without what hash threads have used.
    pub(crate) fn cost_beside(self) -> f64 {
        self.beside / self.done
    }
}

/// The median of a figure over rounds.
pub(crate) fn median<T>(rounds: &[T], figure: impl Fn(&T) -> f64) -> f64 {
    let mut figures = rounds.iter().map(figure).collect::<Vec<_>>();
    figures.sort_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied().unwrap_or(f64::NAN)
}

/// The time within which so many in a hundred were answered.
pub(crate) fn within(hundredths: usize, sorted: &[Duration]) -> Duration {
    let at = (sorted.len() * hundredths / 100).min(sorted.len().saturating_sub(1));
    sorted.get(at).copied().unwrap_or_default()
}
