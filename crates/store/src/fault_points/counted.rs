//! The instants as a test sees them: counted, listed, and the last thing that the process does.
//!
//! Compiled for tests alone. What is written must be written by the transaction below and nothing else, so that a build
//! with instants does what a build without them does.

use std::ffi::OsString;
use std::fs::File;
use std::io::Write;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock, Mutex};

use crate::driver::{Engine, Question, Row, Statement, Tx, Value, Work};

static PASSED: AtomicU64 = AtomicU64::new(0);
static AT: LazyLock<Option<u64>> = LazyLock::new(|| variable("FAULT_POINT_AT")?.to_str()?.parse().ok());
static LIST: LazyLock<Option<Mutex<File>>> = LazyLock::new(|| {
    let file = File::options().create(true).append(true).open(variable("FAULT_POINT_LIST")?);
    file.ok().map(Mutex::new)
});

fn variable(name: &str) -> Option<OsString> {
    std::env::var_os(name)
}

pub(crate) fn pass(place: &str) {
    let number = PASSED.fetch_add(1, Ordering::SeqCst) + 1;
    if let Some(list) = &*LIST
        && let Ok(mut list) = list.lock()
    {
        // Whoever reads the list finds a line missing.
        let _unwritten = writeln!(list, "{number} {place}");
    }
    if *AT == Some(number) {
        eprintln!("fault point {number}: {place}");
        std::process::abort();
    }
}

/// The same work, with an instant after each of its statements that writes.
pub(crate) fn around<T, W>(
    work: W,
) -> impl for<'a> Fn(&'a mut dyn Tx) -> Work<'a, T> + Send + Sync + 'static
where
    T: Send + 'static,
    W: for<'a> Fn(&'a mut dyn Tx) -> Work<'a, T> + Send + Sync + 'static,
{
    let work = Arc::new(work);
    move |tx: &mut dyn Tx| -> Work<'_, T> {
        let work = Arc::clone(&work);
        Box::pin(async move { work(&mut Pointed { tx }).await })
    }
}

/// A transaction with an instant after each statement that writes.
struct Pointed<'t> {
    tx: &'t mut dyn Tx,
}

impl Tx for Pointed<'_> {
    fn engine(&self) -> Engine {
        self.tx.engine()
    }

    fn query<'a>(&'a mut self, statement: &'a Statement, values: &'a [Value]) -> Work<'a, Vec<Row>> {
        Box::pin(async move {
            let answer = self.tx.query(statement, values).await;
            if statement.writes() {
                pass(statement.name);
            }
            answer
        })
    }

    fn query_all<'a>(&'a mut self, questions: &'a [Question]) -> Work<'a, Vec<Vec<Row>>> {
        Box::pin(async move {
            let answer = self.tx.query_all(questions).await;
            let writing = questions.iter().filter(|asked| asked.statement.writes());
            writing.for_each(|asked| pass(asked.statement.name));
            answer
        })
    }

    fn execute<'a>(&'a mut self, statement: &'a Statement, values: &'a [Value]) -> Work<'a, u64> {
        Box::pin(async move {
            let answer = self.tx.execute(statement, values).await;
            pass(statement.name);
            answer
        })
    }

    /// On a server it may still be on this side: then nobody has it, as after the end of a process.
    fn tell<'a>(&'a mut self, statement: &'a Statement, values: &'a [Value]) -> Work<'a, ()> {
        Box::pin(async move {
            let answer = self.tx.tell(statement, values).await;
            pass(statement.name);
            answer
        })
    }

    fn now(&mut self) -> Work<'_, i64> {
        self.tx.now()
    }

    fn clock_moved_by(&self) -> i64 {
        self.tx.clock_moved_by()
    }

    fn script<'a>(&'a mut self, sql: &'a str) -> Work<'a, ()> {
        Box::pin(async move {
            let answer = self.tx.script(sql).await;
            pass("script");
            answer
        })
    }
}
