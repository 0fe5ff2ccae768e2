//! What the site knows of its members: bookmarks and a pen name. The key is `sub` and nothing else: an address is the
//! member's for now and may be another's tomorrow, `sub` never is.
//!
//! Kept in memory, and in one small file where the site was told of one. It is written whole and put in the old one's place.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};

/// A member, as the site knows one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Reader {
    pub(crate) pen_name: Option<String>,
    /// Chapters, by work.
    pub(crate) bookmarks: BTreeSet<(String, usize)>,
}

pub(crate) struct Shelves {
    file: Option<PathBuf>,
    readers: Mutex<BTreeMap<String, Reader>>,
}

impl Shelves {
    pub(crate) fn open(file: Option<PathBuf>) -> Result<Self, String> {
        let told = |file: &PathBuf, fault: &dyn std::fmt::Display| {
            format!("The shelves in {} cannot be read: {fault}", file.display())
        };
        let readers = match &file {
            Some(path) if path.exists() => {
                let text = std::fs::read_to_string(path).map_err(|fault| told(path, &fault))?;
                serde_json::from_str(&text).map_err(|fault| told(path, &fault))?
            }
            _ => BTreeMap::new(),
        };
        Ok(Self { file, readers: Mutex::new(readers) })
    }

    pub(crate) fn of(&self, sub: &str) -> Reader {
        self.lock().get(sub).cloned().unwrap_or_default()
    }

    /// Changes what is known of a member, and has it written down before it says so.
    pub(crate) fn change(&self, sub: &str, change: impl FnOnce(&mut Reader)) -> Result<(), String> {
        let mut readers = self.lock();
        let mut changed = readers.clone();
        change(changed.entry(sub.to_owned()).or_default());
        if let Some(file) = &self.file {
            let text = serde_json::to_string_pretty(&changed).map_err(|fault| fault.to_string())?;
            let new = file.with_extension("new");
            std::fs::write(&new, text).map_err(|fault| fault.to_string())?;
            std::fs::rename(&new, file).map_err(|fault| fault.to_string())?;
        }
        *readers = changed;
        Ok(())
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Reader>> {
        self.readers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::{Reader, Shelves};

    #[test]
    fn a_shelf_is_its_members_and_outlives_a_restart() {
        let folder = std::env::temp_dir().join(format!("novel-site-shelves-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let file = Some(folder.join("shelves.json"));
        let shelves = Shelves::open(file.clone()).unwrap();
        let mark = ("lighthouse".to_owned(), 2);
        let marked = [mark.clone()].into();
        shelves.change("hanako", |reader| reader.bookmarks = marked).unwrap();
        let again = Shelves::open(file).unwrap();
        assert_eq!(again.of("hanako").bookmarks.into_iter().collect::<Vec<_>>(), [mark]);
        assert_eq!(again.of("taro"), Reader::default());
        std::fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn what_cannot_be_written_down_is_not_kept() {
        let nowhere = Shelves::open(Some("/nowhere/shelves.json".into())).unwrap();
        let pen_name = Some("潮".to_owned());
        assert!(nowhere.change("hanako", |reader| reader.pen_name = pen_name).is_err());
        assert_eq!(nowhere.of("hanako"), Reader::default());
    }
}
