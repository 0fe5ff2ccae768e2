//! The `relaxed` forms of a header field and of a body (RFC 6376 §3.4.2 and §3.4.4).
//!
//! They are here because a relay may fold a line anew or drop blanks at its end, and a signature must outlive that.
//! What must never happen: two mails that a reader sees differently and that have one form, beyond what the
//! standard itself takes for equal.

/// The form of one field, without the line end that follows it: name in small letters, blanks run together.
pub(super) fn field(raw: &[u8]) -> Vec<u8> {
    let colon = raw.iter().position(|octet| *octet == b':').unwrap_or(raw.len());
    let (name, value) = raw.split_at(colon);
    let mut form = name.trim_ascii_end().to_ascii_lowercase();
    form.push(b':');
    // Unfolding takes the line ends alone away; the blank behind them stays and is run together with the others.
    let unfolded = value.iter().skip(1).filter(|octet| !matches!(octet, b'\r' | b'\n'));
    let start = form.len();
    push_run_together(&mut form, unfolded.copied());
    if form.get(start) == Some(&b' ') {
        form.remove(start);
    }
    form
}

/// The form of a body: blanks run together, none at the end of a line, no empty lines at the end of all.
pub(super) fn body(raw: &[u8]) -> Vec<u8> {
    let mut form = Vec::with_capacity(raw.len());
    let mut empty_lines = 0_usize;
    let mut rest = raw;
    while !rest.is_empty() {
        let end = rest.windows(2).position(|pair| pair == b"\r\n");
        let (line, after) = rest.split_at(end.unwrap_or(rest.len()));
        rest = after.get(2..).unwrap_or_default();
        let mut content = Vec::with_capacity(line.len());
        push_run_together(&mut content, line.iter().copied());
        if content.is_empty() {
            empty_lines += 1;
            continue;
        }
        form.extend(b"\r\n".repeat(std::mem::take(&mut empty_lines)));
        form.extend(content);
        form.extend(b"\r\n");
    }
    form
}

/// The fields of a head, each without the line end that follows it, in their order.
pub(super) fn fields(head: &[u8]) -> Vec<&[u8]> {
    let mut found = Vec::new();
    let mut start = 0;
    for (at, pair) in head.windows(2).enumerate() {
        let folded = matches!(head.get(at + 2), Some(b' ' | b'\t'));
        if pair == b"\r\n" && !folded {
            found.extend(head.get(start..at));
            start = at + 2;
        }
    }
    found.extend(head.get(start..).filter(|rest| !rest.is_empty()));
    found
}

/// Head and body of a mail; the head with its last line end and without the empty line.
pub(super) fn parts(mail: &[u8]) -> (&[u8], &[u8]) {
    if let Some(body) = mail.strip_prefix(b"\r\n") {
        return (&[], body);
    }
    match mail.windows(4).position(|end| end == b"\r\n\r\n") {
        Some(at) => (mail.get(..at + 2).unwrap_or_default(), mail.get(at + 4..).unwrap_or_default()),
        None => (mail, &[]),
    }
}

/// Adds octets with every run of blanks as one, and none at the end.
fn push_run_together(form: &mut Vec<u8>, octets: impl Iterator<Item = u8>) {
    let mut blank = false;
    for octet in octets {
        if matches!(octet, b' ' | b'\t') {
            blank = true;
            continue;
        }
        if blank {
            form.push(b' ');
            blank = false;
        }
        form.push(octet);
    }
}
