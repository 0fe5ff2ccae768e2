//! The memory of hashing, measured in a process of its own (so this file holds a single test).
//!
//! Linux alone tells a process its peak (`VmHWM`), and says how many threads it has.

#![cfg(target_os = "linux")]

use std::time::{Duration, Instant};

use verifiers::{HashOptions, HashParams, HashQueue, Lane, Password};

const BUFFER_KIB: u32 = 64 * 1024;

/// A number of `/proc/self/status`.
fn status(name: &str) -> u64 {
    let text = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = text.lines().find(|line| line.starts_with(name)).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

/// security.md I4: memory is that of the threads, however many ask; and the threads go with the last handle.
#[tokio::test]
async fn i4_one_thread_hashes_forty_passwords_in_one_buffer() {
    let params = HashParams { memory_kib: BUFFER_KIB, passes: 1, lanes: 1 };
    let deadline = Duration::from_secs(120);
    let (before_kib, before_threads) = (status("VmHWM:"), status("Threads:"));
    let before_rss_kib = status("VmRSS:");
    let rest = Duration::from_millis(20);
    let options = HashOptions { threads: 1, params, deadline, queue_places: 100, rest };
    let queue = HashQueue::start(options).unwrap();
    let mut asked = tokio::task::JoinSet::new();
    for number in 0..40 {
        let place = queue.place(Lane::Stranger).unwrap();
        let password = Password::typed(&format!("guess {number}")).unwrap();
        asked.spawn(place.verify(password, None));
    }
    while let Some(answer) = asked.join_next().await {
        assert!(!answer.unwrap().unwrap().matched);
    }
    let grown_kib = status("VmHWM:") - before_kib;
    assert!(grown_kib >= u64::from(BUFFER_KIB), "the buffer itself must show: {grown_kib} KiB");
    assert!(grown_kib < u64::from(BUFFER_KIB) * 3 / 2, "more than one buffer: {grown_kib} KiB");

    let limit = Instant::now() + Duration::from_secs(60);
    while queue.gauge().buffers > 0 {
        assert!(Instant::now() < limit, "nobody asks, and the buffer is kept");
        std::thread::yield_now();
    }
    let kept_kib = status("VmRSS:").saturating_sub(before_rss_kib);
    assert!(kept_kib < u64::from(BUFFER_KIB) / 2, "memory at rest has grown by {kept_kib} KiB");

    assert_eq!(status("Threads:"), before_threads + 1);
    drop(queue);
    while status("Threads:") > before_threads {
        assert!(Instant::now() < limit, "the thread did not stop");
        std::thread::yield_now();
    }
}
