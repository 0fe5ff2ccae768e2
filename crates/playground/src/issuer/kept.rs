//! What a stand-in remembers over a restart, in one JSON file beside the database.
//!
//! The file is written whole under another name and then put in place, so that a crash leaves the old one. A
//! change that cannot be written down does not happen.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::StandInFault;

/// A value with its file.
pub(crate) struct Kept<T> {
    file: PathBuf,
    value: Mutex<T>,
}

impl<T: Clone + Serialize + DeserializeOwned> Kept<T> {
    /// What the file says. Where there is none, it is made of `first`: what is drawn once must be there tomorrow.
    pub(crate) fn open(file: PathBuf, first: T) -> Result<Self, StandInFault> {
        let read = match std::fs::read(&file) {
            Err(fault) if fault.kind() == std::io::ErrorKind::NotFound => None,
            other => Some(other.map_err(|fault| at(&file, fault))?),
        };
        let Some(bytes) = read else {
            let kept = Self { file, value: Mutex::new(first) };
            kept.change(|_| ())?;
            return Ok(kept);
        };
        let value = serde_json::from_slice(&bytes).map_err(|fault| at(&file, fault.into()))?;
        Ok(Self { file, value: Mutex::new(value) })
    }

    pub(crate) fn read<R>(&self, look: impl FnOnce(&T) -> R) -> R {
        look(&self.value.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub(crate) fn change<R>(&self, step: impl FnOnce(&mut T) -> R) -> Result<R, StandInFault> {
        let mut value = self.value.lock().unwrap_or_else(PoisonError::into_inner);
        let mut next = value.clone();
        let result = step(&mut next);
        self.write(&next).map_err(|fault| at(&self.file, fault))?;
        *value = next;
        Ok(result)
    }

    fn write(&self, value: &T) -> std::io::Result<()> {
        let beside = self.file.with_extension("json.new");
        std::fs::write(&beside, serde_json::to_vec_pretty(value)?)?;
        std::fs::rename(beside, &self.file)
    }
}

fn at(file: &Path, fault: std::io::Error) -> StandInFault {
    StandInFault::File(file.display().to_string(), fault)
}
