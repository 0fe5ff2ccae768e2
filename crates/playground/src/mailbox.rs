//! The mailbox: every letter the house sends in development mode, kept in one file beside the database.
//!
//! One JSON object a line, appended and flushed before the letter counts as delivered, so that a letter the
//! house believes sent is there after a crash. The newest letters are kept in memory.

pub(crate) mod pages;

use std::collections::VecDeque;
use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use serde::{Deserialize, Serialize};

/// A letter as it arrived.
#[derive(Clone, Serialize, Deserialize)]
pub struct Letter {
    /// Its Message-ID, left part. A letter that comes twice is kept once.
    pub id: String,
    /// Its Date, milliseconds since 1970.
    pub at_ms: i64,
    /// The envelope's recipient.
    pub to: String,
    /// Its subject.
    pub subject: String,
    /// Its text part.
    pub text: String,
    /// Its HTML part.
    pub html: String,
    /// `ja` or `en`.
    pub language: String,
}

/// The mailbox of one development house.
#[derive(Clone)]
pub struct Mailbox {
    inner: Arc<Mutex<Inner>>,
}

struct Inner {
    letters: VecDeque<Letter>,
    file: File,
}

/// The mailbox's file could not be used.
#[derive(Debug)]
pub struct MailboxFault(std::io::Error);

impl std::fmt::Display for MailboxFault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "the mailbox file: {}", self.0)
    }
}

impl std::error::Error for MailboxFault {}

const KEPT_IN_MEMORY: usize = 2_000;

impl Mailbox {
    /// Opens the mailbox in `file`, which is made where it is missing.
    ///
    /// # Errors
    /// The file cannot be read or written.
    pub fn open(file: &Path) -> Result<Self, MailboxFault> {
        let mut letters = VecDeque::new();
        if let Ok(old) = File::open(file) {
            for line in BufReader::new(old).lines() {
                // A half-written last line is what a crash leaves: that letter is sent again.
                let Ok(letter) = serde_json::from_str(&line.map_err(MailboxFault)?) else { continue };
                keep(&mut letters, letter);
            }
        }
        let file = OpenOptions::new().create(true).append(true).open(file).map_err(MailboxFault)?;
        Ok(Self { inner: Arc::new(Mutex::new(Inner { letters, file })) })
    }

    /// Puts a letter in.
    ///
    /// # Errors
    /// It could not be written down.
    pub fn put(&self, letter: Letter) -> Result<(), MailboxFault> {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        let line = serde_json::to_string(&letter).map_err(|fault| MailboxFault(fault.into()))?;
        writeln!(inner.file, "{line}").map_err(MailboxFault)?;
        inner.file.sync_data().map_err(MailboxFault)?;
        keep(&mut inner.letters, letter);
        Ok(())
    }

    /// The letters, newest first.
    #[must_use]
    pub fn letters(&self) -> Vec<Letter> {
        let inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        inner.letters.iter().rev().cloned().collect()
    }

    fn clear(&self) -> Result<(), MailboxFault> {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        inner.letters.clear();
        inner.file.set_len(0).map_err(MailboxFault)
    }
}

fn keep(letters: &mut VecDeque<Letter>, letter: Letter) {
    letters.retain(|kept| kept.id != letter.id);
    letters.push_back(letter);
    while letters.len() > KEPT_IN_MEMORY {
        letters.pop_front();
    }
}

/// The first run of three or four groups of four digits: a one-time code.
fn code_in(text: &str) -> Option<String> {
    text.lines().map(str::trim).find_map(|line| {
        let groups = line.split(' ').collect::<Vec<_>>();
        let is_group = |group: &&str| group.len() == 4 && group.bytes().all(|b| b.is_ascii_digit());
        let is_code = matches!(groups.len(), 3 | 4) && groups.iter().all(is_group);
        is_code.then(|| groups.concat())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_found_in_groups_of_four() {
        assert_eq!(code_in("はじめに\n  1234 5678 9012\n"), Some("123456789012".to_owned()));
        assert_eq!(code_in("1234 5678 9012 3456"), Some("1234567890123456".to_owned()));
        assert_eq!(code_in("1234 5678\n2026 1122 12a4"), None);
    }

    #[test]
    fn letters_survive_a_restart_and_come_once() {
        let folder = std::env::temp_dir().join(format!("genkan-mailbox-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let file = folder.join("mailbox.jsonl");
        let letter = Letter {
            id: "1".into(),
            at_ms: 1,
            to: "taro@example.jp".into(),
            subject: "件名".into(),
            text: "本文".into(),
            html: "<p>本文</p>".into(),
            language: "ja".into(),
        };
        let mailbox = Mailbox::open(&file).unwrap();
        mailbox.put(letter.clone()).unwrap();
        mailbox.put(letter).unwrap();
        let again = Mailbox::open(&file).unwrap().letters();
        std::fs::remove_dir_all(&folder).unwrap();
        assert_eq!(again.len(), 1);
        assert_eq!(again.first().map(|l| l.subject.as_str()), Some("件名"));
    }
}
