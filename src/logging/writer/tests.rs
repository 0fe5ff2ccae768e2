use std::io::{self, Write};
use std::sync::{Arc, Mutex, mpsc};

use super::{Lines, MOST, OneLine};

/// A place that tells of each writing.
struct Told(mpsc::Sender<Vec<u8>>);

impl Write for Told {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let _gone = self.0.send(bytes.to_vec());
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn line(lines: &Lines, at_once: bool, text: &[u8]) {
    OneLine { lines: lines.clone(), at_once }.write_all(text).unwrap();
}

#[test]
fn what_is_worse_than_information_comes_at_once_and_after_what_waited() {
    let (tell, told) = mpsc::channel();
    let (lines, _guard) = Lines::start(Box::new(Told(tell)));
    line(&lines, false, b"first\n");
    line(&lines, true, b"second\n");
    let all = std::iter::from_fn(|| told.try_recv().ok()).flatten().collect::<Vec<_>>();
    assert_eq!(all, b"first\nsecond\n");
}

#[test]
fn a_line_comes_by_itself_and_the_next_one_too() {
    let (tell, told) = mpsc::channel();
    let (lines, _guard) = Lines::start(Box::new(Told(tell)));
    for text in [&b"one\n"[..], b"two\n"] {
        line(&lines, false, text);
        let come = std::iter::from_fn(|| told.recv().ok()).find(|bytes| !bytes.is_empty());
        assert_eq!(come.unwrap(), text);
    }
}

#[test]
fn what_waits_is_written_when_the_program_ends() {
    let (tell, told) = mpsc::channel();
    let (lines, guard) = Lines::start(Box::new(Told(tell)));
    line(&lines, false, b"last\n");
    drop(guard);
    let all = std::iter::from_fn(|| told.try_recv().ok()).flatten().collect::<Vec<_>>();
    assert_eq!(all, b"last\n");
}

#[test]
fn whoever_brings_more_than_may_wait_writes_it_out() {
    let (tell, told) = mpsc::channel();
    let (lines, _guard) = Lines::start(Box::new(Told(tell)));
    line(&lines, false, &vec![b'.'; MOST]);
    let all = std::iter::from_fn(|| told.try_recv().ok()).flatten().count();
    assert_eq!(all, MOST);
}

#[test]
fn lines_of_many_threads_are_whole_and_those_of_one_in_order() {
    let out = Arc::new(Mutex::new(Vec::new()));
    struct Kept(Arc<Mutex<Vec<u8>>>);
    impl Write for Kept {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let (lines, guard) = Lines::start(Box::new(Kept(Arc::clone(&out))));
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let lines = &lines;
            scope.spawn(move || {
                for n in 0..2_000 {
                    line(lines, n % 97 == 0, format!("{thread} {n}\n").as_bytes());
                }
            });
        }
    });
    drop(guard);
    let text = String::from_utf8(out.lock().unwrap().clone()).unwrap();
    for thread in 0..4 {
        let own = text.lines().filter_map(|line| line.strip_prefix(&format!("{thread} ")));
        let own = own.map(|n| n.parse::<u32>().unwrap()).collect::<Vec<_>>();
        assert_eq!(own, (0..2_000).collect::<Vec<_>>());
    }
}
