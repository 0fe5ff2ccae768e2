//! A Maildir into which a mail server puts reports, read every minute.
//!
//! Several nodes may look at one folder: a report that is heard twice changes nothing, and moving a file away works for one
//! of them. What was read goes to `cur` (flag `S`), and what was no report of ours is flagged for the operator (`F`); what could
//! not be written down stays in `new` and is read again. What must never happen here: a file read that is longer than a
//! report, or a link followed out of the folder.

use std::io::{self, Read};
use std::path::{Path, PathBuf};

use delivery::REPORT_MAX;

use crate::returns::{Heard, Returns};

/// So many are read in one round.
const AT_ONCE: usize = 500;

/// Reads what has come. Whether all of it could be.
pub(crate) async fn read(returns: &Returns) -> bool {
    let Some(folder) = returns.options.maildir.as_deref() else { return true };
    let waiting = match aside({
        let folder = folder.to_owned();
        move || waiting(&folder)
    })
    .await
    {
        Ok(waiting) => waiting,
        Err(fault) => {
            tracing::warn!(%fault, "mail.reports.maildir cannot be read");
            return false;
        }
    };
    let mut well = true;
    for file in waiting {
        if let Err(why) = take(returns, folder, &file).await {
            tracing::warn!(why, "a report in mail.reports.maildir waits for the next round");
            well = false;
        }
    }
    well
}

fn waiting(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder.join("new"))? {
        let entry = entry?;
        // Of a link the kind of the link is told, not of what it leads to.
        if entry.file_type()?.is_file() && files.len() < AT_ONCE {
            files.push(entry.path());
        }
    }
    files.sort();
    Ok(files)
}

async fn take(returns: &Returns, folder: &Path, file: &Path) -> Result<(), String> {
    let path = file.to_owned();
    let octets = match aside(move || contents(&path)).await {
        Ok(octets) => octets,
        // Another node was quicker.
        Err(fault) if fault.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(fault) => return Err(fault.to_string()),
    };
    let heard = returns.hear(&octets, None).await.map_err(|fault| fault.to_string())?;
    let flags = match heard {
        Heard::Noted(..) | Heard::Known(_) | Heard::Arrived(_) => "S",
        Heard::NotOurs | Heard::Unreadable(_) => "FS",
    };
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let name = name.split(':').next().unwrap_or_default();
    let (from, to) = (file.to_owned(), folder.join("cur").join(format!("{name}:2,{flags}")));
    match aside(move || std::fs::rename(from, to)).await {
        Err(fault) if fault.kind() != io::ErrorKind::NotFound => Err(fault.to_string()),
        _ => Ok(()),
    }
}

/// The octets, and one more than a report has where there are more.
fn contents(file: &Path) -> io::Result<Vec<u8>> {
    let most = u64::try_from(REPORT_MAX).unwrap_or(u64::MAX).saturating_add(1);
    let mut octets = Vec::new();
    std::fs::File::open(file)?.take(most).read_to_end(&mut octets)?;
    Ok(octets)
}

/// A disk may be slow: no thread that others wait for waits for it.
async fn aside<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> io::Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(io::Error::other)?
}
