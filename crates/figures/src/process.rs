//! The process as the system sees it, under the names that every Prometheus client uses.
//!
//! Read from `/proc/self` alone, so it needs no right that the service's unit takes away; where a file cannot be
//! read (no Linux), the figure is left out and never invented.

use std::fs;

use crate::{Figures, float};

/// The parts of a second in which Linux tells processor time to programs, on every machine.
const TICKS: f64 = 100.0;

/// Registers the figures of this process. `started` is the time of its start, in seconds since 1970.
pub fn process(figures: &mut Figures, started: f64) {
    figures.gauge(
        "process_start_time_seconds",
        "Start of the process, in seconds since 1970",
        move || Some(started),
    );
    figures.gauge("process_resident_memory_bytes", "Memory that the process holds", || {
        status("VmRSS:").map(|kib| float(kib) * 1_024.0)
    });
    figures.gauge("process_virtual_memory_bytes", "Memory that the process has asked for", || {
        status("VmSize:").map(|kib| float(kib) * 1_024.0)
    });
    figures.gauge("process_threads", "Threads of the process", || status("Threads:").map(float));
    figures.gauge("process_open_fds", "Open files and connections", || open_files().map(float));
    figures.gauge("process_max_fds", "The most open files and connections there may be", || {
        most_files().map(float)
    });
    figures.totals("process_cpu_seconds", "Processor time used", [], || {
        processor_seconds().map(|seconds| ([], seconds)).into_iter().collect()
    });
}

/// A number of `/proc/self/status`.
fn status(name: &str) -> Option<u64> {
    let text = fs::read_to_string("/proc/self/status").ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix(name))?;
    line.split_whitespace().next()?.parse().ok()
}

fn open_files() -> Option<u64> {
    // One of them is the folder that is being read.
    let seen = fs::read_dir("/proc/self/fd").ok()?.count();
    u64::try_from(seen.saturating_sub(1)).ok()
}

/// The soft limit; `None` where there is none.
fn most_files() -> Option<u64> {
    let text = fs::read_to_string("/proc/self/limits").ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("Max open files"))?;
    line.split_whitespace().next()?.parse().ok()
}

/// In user and system mode (proc(5): fields 14 and 15, counted behind the name, which may hold anything).
fn processor_seconds() -> Option<f64> {
    let text = fs::read_to_string("/proc/self/stat").ok()?;
    let (_, after) = text.rsplit_once(") ")?;
    let mut fields = after.split(' ').skip(11);
    let user = fields.next()?.parse::<u64>().ok()?;
    let system = fields.next()?.parse::<u64>().ok()?;
    Some(float(user.saturating_add(system)) / TICKS)
}
