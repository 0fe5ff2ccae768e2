//! Programs that somebody else wrote, in Python, spoken to line by line.
//!
//! It is here because what this crate writes must be understood by others. What must never happen: a skip that goes
//! unseen.

use std::{
    io::{BufRead, BufReader, Lines, Write},
    path::Path,
    process::{Child, ChildStdout, Command, Stdio},
};

use serde_json::Value;

pub struct Python {
    process: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Python {
    /// Starts a script of this folder. `None`, said aloud, where a module that it needs is not installed.
    pub fn start(script: &str, modules: &[&str]) -> Option<Self> {
        for module in modules {
            let import = format!("import {module}");
            let found = Command::new("python3").args(["-c", &import]).stderr(Stdio::null()).status();
            if !found.is_ok_and(|status| status.success()) {
                // Past the capture of the test harness, so that it is seen.
                let note = format!("skipped: Python has no {module} (tests/parts/requirements.txt)\n");
                std::io::stderr().write_all(note.as_bytes()).unwrap();
                return None;
            }
        }
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/support");
        let mut process = Command::new("python3")
            .arg("-B")
            .arg(folder.join(script))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(process.stdout.take().unwrap()).lines();
        Some(Self { process, lines })
    }

    pub fn line(&mut self) -> String {
        self.lines.next().expect("the program ended").unwrap()
    }

    pub fn next(&mut self) -> Value {
        serde_json::from_str(&self.line()).unwrap()
    }

    pub fn ask(&mut self, question: &Value) -> Value {
        self.say(&question.to_string());
        self.next()
    }

    pub fn say(&self, line: &str) {
        let mut input = self.process.stdin.as_ref().unwrap();
        writeln!(input, "{line}").unwrap();
    }
}

impl Drop for Python {
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        self.process.wait().unwrap();
    }
}
