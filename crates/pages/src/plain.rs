//! Text from outside, made harmless before it is shown: names, devices, addresses.
//!
//! Escaping keeps markup out; this keeps out what escaping lets through: characters that turn the
//! reading direction, break a line or hide, texts without end, and, in mails, anything that a mail
//! program would make clickable. A stranger's words must never become a link in our letter.

/// The longest text from outside that is shown, in characters.
const LONGEST: usize = 120;

/// One line, without control, invisible or direction-turning characters, at most 120 characters.
pub fn line(text: &str) -> String {
    shorten(&whole_line(text), LONGEST)
}

/// [`line()`], however long: for what is to be typed exactly as it is shown.
pub fn whole_line(text: &str) -> String {
    let kept: String =
        text.chars().map(|c| if c.is_whitespace() { ' ' } else { c }).filter(|c| !hidden(*c)).collect();
    kept.trim().to_owned()
}

/// [`line()`], at most 80 characters, and nothing that a mail program would make clickable.
pub fn unlinked(text: &str) -> String {
    let clean = line(text);
    let mut safe = String::with_capacity(clean.len());
    let mut before = ' ';
    let mut rest = clean.chars().peekable();
    while let Some(c) = rest.next() {
        let after = rest.peek().copied().unwrap_or(' ');
        let number = before.is_ascii_digit() && after.is_ascii_digit();
        let kept = match c {
            '.' if number => c,
            '.' if after == ' ' => c,
            '.' | ':' | '@' | '\\' | '。' | '．' | '：' | '＠' => ' ',
            '/' if before == ' ' && after == ' ' => c,
            '/' if number || (before.is_alphabetic() && after.is_ascii_digit()) => c,
            '/' => ' ',
            _ => c,
        };
        safe.push(kept);
        before = c;
    }
    shorten(safe.split_whitespace().collect::<Vec<_>>().join(" ").as_str(), 80)
}

/// A mail address that a mail program does not make clickable: its dots stand apart, and it holds nothing but what
/// an address (masked or not) is made of.
pub fn address(text: &str) -> String {
    let made_of = |c: char| c.is_alphanumeric() || matches!(c, '@' | '.' | '-' | '_' | '+' | '•' | '…');
    let kept: String = text.chars().filter(|c| made_of(*c)).collect();
    shorten(&kept.replace('.', " ."), LONGEST)
}

/// A network address or prefix: hexadecimal digits, dots, colons and a slash; else nothing.
pub fn network(text: &str) -> String {
    let text = text.trim();
    let fits =
        text.len() <= 49 && text.chars().all(|c| c.is_ascii_hexdigit() || matches!(c, '.' | ':' | '/'));
    let address = text.split('/').next().unwrap_or_default();
    if fits && address.parse::<std::net::IpAddr>().is_ok() { text.to_owned() } else { String::new() }
}

fn shorten(text: &str, longest: usize) -> String {
    if text.chars().count() <= longest {
        return text.to_owned();
    }
    let mut short: String = text.chars().take(longest.saturating_sub(1)).collect();
    short.push('…');
    short
}

/// Control characters, direction marks, joiners and other characters that show nothing.
fn hidden(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::{address, line, network, unlinked};

    #[test]
    fn characters_that_turn_or_hide_text_are_dropped() {
        assert_eq!(line("a\u{202e}b\u{200b}c\u{0}d\r\ne"), "abcd  e");
        assert_eq!(line("\u{2066}山田\u{2069} 太郎"), "山田 太郎");
    }

    #[test]
    fn long_text_is_shortened_by_characters_not_bytes() {
        let long = line(&"あ".repeat(500));
        assert_eq!(long.chars().count(), 120);
        assert!(long.ends_with('…'));
    }

    #[test]
    fn text_from_outside_holds_nothing_clickable() {
        for hostile in [
            "https://evil.example/x",
            "www.evil.example",
            "mailto:a@evil.example",
            "evil.example/path",
            "ftp://a.b",
        ] {
            let safe = unlinked(hostile);
            assert!(!safe.contains("://") && !safe.contains('@') && !safe.contains(".e"), "{safe}");
            assert!(!safe.contains('/') && !safe.contains("a.b"), "{safe}");
        }
    }

    #[test]
    fn ordinary_device_texts_stay_as_they_are() {
        for plain in [
            "Chrome 120.0 (Windows 10.0)",
            "iPhone / Safari",
            "Mozilla/5.0",
            "スマートフォン（Android）",
        ] {
            assert_eq!(unlinked(plain), plain);
        }
    }

    #[test]
    fn an_address_reads_well_and_cannot_be_clicked() {
        assert_eq!(address("ha•••@example.jp"), "ha•••@example .jp");
        let hostile = address("https://evil.example/?a=1 <b>x@evil.example</b>");
        assert!(!hostile.contains(".e") || hostile.contains(" .e"), "{hostile}");
        assert!(!hostile.contains("://") && !hostile.contains('<'), "{hostile}");
        assert!(!hostile.contains("evil.example"), "{hostile}");
    }

    #[test]
    fn only_an_address_passes_as_a_network() {
        assert_eq!(network("203.0.113.7"), "203.0.113.7");
        assert_eq!(network("2001:db8::/48"), "2001:db8::/48");
        assert_eq!(network("evil.example"), "");
        assert_eq!(network("bad.cafe"), "");
    }
}
