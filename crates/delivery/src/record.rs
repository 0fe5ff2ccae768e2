//! A DNS record to be set, as operators can copy it.
//!
//! It is here so that every place that asks for a record prints it in the same form, and so that long texts are cut
//! where DNS cuts them (RFC 1035 §3.3.14). What must never happen: a record that is printed and cannot be pasted.

use std::fmt;

/// RFC 1035 §3.3: octets of one character string.
const STRING: usize = 255;

/// The kinds of records that mail asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecordKind {
    /// Text.
    Txt,
    /// The servers that take a domain's mail.
    Mx,
    /// The name of an address.
    Ptr,
}

impl RecordKind {
    /// As in zone files.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Txt => "TXT",
            Self::Mx => "MX",
            Self::Ptr => "PTR",
        }
    }
}

/// A record that should be there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Its whole name, without the dot at the end.
    pub name: String,
    /// Its kind.
    pub kind: RecordKind,
    /// What it says; a text in one piece.
    pub value: String,
}

impl Record {
    /// A text.
    #[must_use]
    pub fn txt(name: &str, value: &str) -> Self {
        Self { name: name.to_owned(), kind: RecordKind::Txt, value: value.to_owned() }
    }

    /// The strings that a text is stored as: receivers put them together without anything in between.
    #[must_use]
    pub fn strings(&self) -> Vec<&str> {
        let mut strings = Vec::new();
        let mut rest = self.value.as_str();
        while !rest.is_empty() {
            let end = (1..=rest.len().min(STRING)).rev().find(|end| rest.is_char_boundary(*end));
            let (string, after) = rest.split_at(end.unwrap_or(rest.len()));
            strings.push(string);
            rest = after;
        }
        strings
    }
}

/// The line of a zone file.
impl fmt::Display for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}. IN {} ", self.name, self.kind.word())?;
        if self.kind != RecordKind::Txt {
            return f.write_str(&self.value);
        }
        let quoted =
            |string: &&str| format!("\"{}\"", string.replace('\\', "\\\\").replace('"', "\\\""));
        let strings = self.strings().iter().map(quoted).collect::<Vec<_>>();
        match strings.as_slice() {
            [one] => f.write_str(one),
            several => write!(f, "( {} )", several.join(" ")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_is_cut_where_dns_cuts_it() {
        let record = Record::txt("a._domainkey.example.com", &"x".repeat(600));
        assert_eq!(record.strings().iter().map(|s| s.len()).collect::<Vec<_>>(), [255, 255, 90]);
        let line = record.to_string();
        assert!(line.starts_with("a._domainkey.example.com. IN TXT ( \"xxx"), "{line}");
        assert!(line.ends_with("x\" )") && line.matches("\" \"").count() == 2, "{line}");
        let short = Record::txt("example.com", "v=spf1 \"-all");
        assert_eq!(short.to_string(), "example.com. IN TXT \"v=spf1 \\\"-all\"");
    }
}
