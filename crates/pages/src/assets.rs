//! The stylesheet, the script, the icon, the logo and the providers' signs, each under a path that holds its content's hash.
//!
//! The accent comes from the settings, so the stylesheet is put together at start; that keeps every
//! page free of inline style. Nothing here may refer to anything outside of `/assets/`.

use crate::colour::Scheme;
use crate::options::{Logo, LogoFormat};

const STYLE: &str = include_str!("../assets/style.css");
/// One file for browsers: what every page has, and what passkeys need.
const SCRIPT: &str =
    concat!(include_str!("../assets/script.js"), include_str!("../assets/passkeys.js"));
const ICON: &str = include_str!("../assets/icon.svg");
const GOOGLE: &str = include_str!("../assets/google.svg");
const APPLE: &str = include_str!("../assets/apple.svg");

const SVG: &str = "image/svg+xml";

/// A file that pages load.
#[derive(Clone, Debug)]
pub struct Asset {
    pub content_type: &'static str,
    pub bytes: Vec<u8>,
    /// Whether the path named exactly this content, so that it may be kept for ever.
    pub immutable: bool,
}

/// Every file that pages load.
#[derive(Clone, Debug)]
pub(crate) struct Assets {
    files: Vec<File>,
}

#[derive(Clone, Debug)]
struct File {
    stem: &'static str,
    ending: &'static str,
    content_type: &'static str,
    hash: String,
    bytes: Vec<u8>,
}

impl Assets {
    pub(crate) fn new(scheme: &Scheme, logo: Option<&Logo>) -> Assets {
        let style = format!("{}{}", scheme.tokens(), squeeze(STYLE));
        let icon = ICON.replace("#accent", &scheme.light.accent.hex());
        let mut files = vec![
            File::new("style", "css", "text/css; charset=utf-8", style.into_bytes()),
            File::new(
                "script",
                "js",
                "text/javascript; charset=utf-8",
                uncommented(SCRIPT).into_bytes(),
            ),
            File::new("icon", "svg", SVG, icon.into_bytes()),
            File::new("google", "svg", SVG, GOOGLE.as_bytes().to_vec()),
            File::new("apple-white", "svg", SVG, APPLE.replace("#glyph", "#fff").into_bytes()),
            File::new("apple-black", "svg", SVG, APPLE.replace("#glyph", "#000").into_bytes()),
        ];
        if let Some(logo) = logo {
            let (ending, content_type) = match logo.format {
                LogoFormat::Png => ("png", "image/png"),
                LogoFormat::Svg => ("svg", SVG),
            };
            files.push(File::new("logo", ending, content_type, logo.bytes.clone()));
        }
        Assets { files }
    }

    /// The path of `style`, `script`, `icon`, `google` or `logo`; none when there is no such file.
    pub(crate) fn path(&self, stem: &str) -> Option<String> {
        let file = self.files.iter().find(|file| file.stem == stem)?;
        Some(format!("/assets/{}.{}.{}", file.stem, file.hash, file.ending))
    }

    /// The file of a path such as `/assets/style.0123456789ab.css`. A path of another hash gives the
    /// present content, not to be kept (a page may have been loaded before a restart).
    pub(crate) fn get(&self, path: &str) -> Option<Asset> {
        let name = path.strip_prefix("/assets/").unwrap_or(path);
        let (stem, rest) = name.split_once('.')?;
        let (hash, ending) = rest.rsplit_once('.').unwrap_or(("", rest));
        let file = self.files.iter().find(|file| file.stem == stem && file.ending == ending)?;
        if hash.contains(['.', '/']) {
            return None;
        }
        Some(Asset {
            content_type: file.content_type,
            bytes: file.bytes.clone(),
            immutable: hash == file.hash,
        })
    }

    /// The finished stylesheet.
    pub(crate) fn stylesheet(&self) -> &[u8] {
        self.files.iter().find(|file| file.stem == "style").map_or(&[], |file| &file.bytes)
    }
}

impl File {
    fn new(
        stem: &'static str,
        ending: &'static str,
        content_type: &'static str,
        bytes: Vec<u8>,
    ) -> File {
        File { stem, ending, content_type, hash: hash(&bytes), bytes }
    }
}

/// FNV-1a, 64 bits, as 12 hexadecimal digits: tells contents apart, and is no protection.
fn hash(bytes: &[u8]) -> String {
    let sum = bytes.iter().fold(0xcbf2_9ce4_8422_2325_u64, |sum, byte| {
        (sum ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    });
    format!("{:012x}", sum & 0xffff_ffff_ffff)
}

/// The script without the lines that only speak to whoever reads it, and without indentation.
fn uncommented(script: &str) -> String {
    let lines =
        script.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("//"));
    lines.collect::<Vec<_>>().join("\n")
}

/// The stylesheet without its comments and indentation.
fn squeeze(css: &str) -> String {
    let mut short = String::with_capacity(css.len());
    let mut rest = css;
    while let Some((before, after)) = rest.split_once("/*") {
        short.push_str(before);
        rest = after.split_once("*/").map_or("", |(_, after)| after);
    }
    short.push_str(rest);
    short.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
}
