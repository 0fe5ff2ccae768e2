//! Writes every page and every mail, in both languages, to a folder, to be looked at.
//!
//! `cargo run -p pages --example gallery -- FOLDER`. The pages are the finished ones; only the paths
//! of the assets are made relative so that they can be opened from the disk.

#[path = "../tests/pages/samples/mod.rs"]
mod samples;

use std::fs;
use std::path::PathBuf;

use pages::{Locale, Pages};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = PathBuf::from(std::env::args().nth(1).ok_or("say which folder to write to")?);
    fs::create_dir_all(folder.join("assets"))?;
    let pages = Pages::new(samples::options())?;
    for locale in Locale::ALL {
        for sample in samples::pages() {
            let html = sample.render(&pages, locale)?;
            for path in html.split('"').filter(|part| part.starts_with("/assets/")) {
                let asset = pages.asset(path).ok_or("a page names an asset that does not exist")?;
                fs::write(folder.join(path.trim_start_matches('/')), asset.bytes)?;
            }
            let html = html.replace("\"/assets/", "\"assets/");
            fs::write(folder.join(format!("{}.{}.html", sample.name, locale.tag())), html)?;
        }
        for (name, mail) in samples::mails() {
            let mail = pages.mail(&mail, locale)?;
            fs::write(folder.join(format!("{name}.{}.html", locale.tag())), mail.html)?;
            let text = format!("Subject: {}\n\n{}", mail.subject, mail.text);
            fs::write(folder.join(format!("{name}.{}.txt", locale.tag())), text)?;
        }
    }
    Ok(())
}
