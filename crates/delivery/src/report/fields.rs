//! Blocks of `Name: value` fields, as they stand in the parts of a report (RFC 3464 §2.1).
//!
//! They look like headers of a message and are none: there are several blocks, and mail-parser reads the first alone. Lines are
//! unfolded, names are taken in any case, octets that are no UTF-8 are replaced. What must never happen here: work that grows
//! faster than the text.

/// So many fields of a block are read.
const FIELDS_MAX: usize = 256;

/// The fields of one block.
#[derive(Default)]
pub(super) struct Fields {
    fields: Vec<(String, String)>,
    /// Whether the line before was of a field that is kept, so that a folded one goes on with it.
    goes_on: bool,
}

impl Fields {
    /// The first block.
    pub(super) fn first(text: &[u8]) -> Self {
        blocks(text).next().unwrap_or_default()
    }

    /// The value of the first field of that name, which is written in small letters.
    pub(super) fn find(&self, name: &str) -> Option<&str> {
        self.fields
            .iter()
            .find(|field| field.0.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    /// The values of all fields of that name.
    pub(super) fn all<'n>(&'n self, name: &'n str) -> impl Iterator<Item = &'n str> {
        let same = move |field: &&(String, String)| field.0.eq_ignore_ascii_case(name);
        self.fields.iter().filter(same).map(|(_, value)| value.as_str())
    }

    fn line(&mut self, line: &[u8]) {
        let text = String::from_utf8_lossy(line);
        if text.starts_with([' ', '\t']) {
            if let Some((_, value)) = self.fields.last_mut().filter(|_| self.goes_on) {
                value.push(' ');
                value.push_str(text.trim());
            }
        } else if let Some((name, value)) = text.split_once(':')
            && self.fields.len() < FIELDS_MAX
        {
            self.fields.push((name.trim().to_owned(), value.trim().to_owned()));
            self.goes_on = true;
        } else {
            self.goes_on = false;
        }
    }
}

/// The blocks of a text, told apart by empty lines.
pub(super) fn blocks(text: &[u8]) -> impl Iterator<Item = Fields> {
    let mut lines =
        text.split(|byte| *byte == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line));
    std::iter::from_fn(move || {
        let mut block = Fields::default();
        for line in lines.by_ref() {
            if !line.iter().all(u8::is_ascii_whitespace) {
                block.line(line);
            } else if !block.fields.is_empty() {
                return Some(block);
            }
        }
        Some(block).filter(|block| !block.fields.is_empty())
    })
}
