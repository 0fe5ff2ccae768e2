//! Lists of tags, as the records of DKIM and DMARC are written (RFC 6376 §3.2, RFC 7489 §6.4).

/// The tags of a text in their order, `None`: it is no such list, or has a tag twice.
pub(super) fn read(text: &str) -> Option<Vec<(String, String)>> {
    let mut tags: Vec<(String, String)> = Vec::new();
    for part in text.split(';') {
        if part.trim().is_empty() {
            continue;
        }
        let (name, value) = part.split_once('=')?;
        let name = name.trim().to_owned();
        if name.is_empty() || tags.iter().any(|(other, _)| *other == name) {
            return None;
        }
        tags.push((name, value.trim().to_owned()));
    }
    Some(tags)
}

/// What one of them says.
pub(super) fn value<'a>(tags: &'a [(String, String)], name: &str) -> Option<&'a str> {
    tags.iter().find(|(tag, _)| tag == name).map(|(_, value)| value.as_str())
}
