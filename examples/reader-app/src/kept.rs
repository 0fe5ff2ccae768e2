//! What stays on this machine: the tokens while somebody is signed in, and the device's secret also afterwards, so that this
//! installation is known the next time (a telephone would use its key store).
//!
//! The file is its owner's alone (0600), and is put in place whole, so that no half of it is ever read.

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::Outcome;

#[derive(Serialize, Deserialize)]
pub(crate) struct Tokens {
    /// Whose they are; they are shown to nobody else.
    pub(crate) server: String,
    pub(crate) access: String,
    /// When the access token lapses, in seconds since 1970.
    pub(crate) expires_at: u64,
    pub(crate) refresh: String,
}

#[derive(Default, Serialize, Deserialize)]
pub(crate) struct Kept {
    pub(crate) tokens: Option<Tokens>,
    pub(crate) device: Option<String>,
    #[serde(skip)]
    file: PathBuf,
}

impl Kept {
    pub(crate) fn open(file: Option<PathBuf>) -> Outcome<Self> {
        let file = file.or_else(usual).ok_or("--file?")?;
        let kept = match fs::read(&file) {
            Ok(bytes) => serde_json::from_slice(&bytes).map_err(|fault| fault.to_string())?,
            Err(fault) if fault.kind() == ErrorKind::NotFound => Self::default(),
            Err(fault) => return Err(format!("{}: {fault}", file.display())),
        };
        Ok(Self { file, ..kept })
    }

    pub(crate) fn write(&self) -> Outcome<()> {
        let said = |fault: std::io::Error| format!("{}: {fault}", self.file.display());
        if let Some(folder) = self.file.parent() {
            fs::create_dir_all(folder).map_err(said)?;
        }
        let fresh = self.file.with_extension("new");
        let text = serde_json::to_vec(self).map_err(|fault| fault.to_string())?;
        drop(fs::remove_file(&fresh));
        let mut file =
            OpenOptions::new().write(true).create_new(true).mode(0o600).open(&fresh).map_err(said)?;
        file.write_all(&text).and_then(|()| file.sync_all()).map_err(said)?;
        fs::rename(&fresh, &self.file).map_err(said)
    }
}

fn usual() -> Option<PathBuf> {
    let folder = std::env::var_os("XDG_STATE_HOME").map(PathBuf::from);
    let folder = folder.or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".local/state")));
    Some(folder?.join("reader-app").join("tokens.json"))
}
