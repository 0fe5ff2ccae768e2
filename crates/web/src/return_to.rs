//! Where to go afterwards: a path of this very origin, or nothing (R-SIGNIN-7, security.md F12).
//!
//! The check does not resolve, decode or repair: it accepts the few spellings that every browser and proxy reads
//! alike, and whatever else there is counts as not given. A path is one slash, then segments that are neither
//! empty nor dots, in visible ASCII without backslashes; escapes that hide such a sign are refused too.

/// A path (and query) of this origin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReturnTo(String);

/// A request of a site goes through the sign-in in its own address.
const LONGEST: usize = 2_048;

impl ReturnTo {
    /// Reads what came in a form or a query; `None` for everything but a plain path of this origin.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() > LONGEST || !text.bytes().all(is_plain) {
            return None;
        }
        let (path, query) = match text.split_once('?') {
            Some((path, query)) => (path, query),
            None => (text, ""),
        };
        if !escapes_are_harmless(path, Part::Path) || !escapes_are_harmless(query, Part::Query) {
            return None;
        }
        let segments = path.strip_prefix('/')?;
        let fine = segments.is_empty()
            || segments.split('/').enumerate().all(|(index, segment)| {
                let last = index == segments.matches('/').count();
                (last || !segment.is_empty()) && segment != "." && segment != ".."
            });
        fine.then(|| Self(text.to_owned()))
    }

    /// The path, safe in a `Location` header.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Path,
    Query,
}

/// Visible ASCII without what browsers read as something else: a backslash, a fragment, quotes, brackets.
fn is_plain(byte: u8) -> bool {
    byte.is_ascii_graphic()
        && !matches!(byte, b'\\' | b'#' | b'"' | b'<' | b'>' | b'`' | b'{' | b'}' | b'|' | b'^')
}

/// Whether every `%` begins a proper escape, of no control character, and in a path of no sign that steers
/// paths: dot, slash, backslash, percent.
fn escapes_are_harmless(text: &str, part: Part) -> bool {
    let mut pieces = text.split('%');
    pieces.next();
    pieces.all(|piece| {
        let Some(byte) = piece.get(..2).and_then(|digits| u8::from_str_radix(digits, 16).ok()) else {
            return false;
        };
        let steering = matches!(byte, b'.' | b'/' | b'\\' | b'%');
        let hidden = byte.is_ascii_control() || (part == Part::Path && steering);
        !hidden && !piece.starts_with('+')
    })
}

#[cfg(test)]
mod tests {
    use super::{LONGEST, ReturnTo};

    /// What must never be followed.
    const REFUSED: [&str; 90] = [
        "",
        " ",
        "account",
        "//",
        "//evil.example",
        "///evil.example",
        "////evil.example",
        "/\\evil.example",
        "\\/evil.example",
        "\\\\evil.example",
        "/\\/evil.example",
        "//\\evil.example",
        "\\evil.example",
        "/\t/evil.example",
        "\t//evil.example",
        "/%09/evil.example",
        "/%2f/evil.example",
        "/%2F%2Fevil.example",
        "%2f%2fevil.example",
        "%2F/evil.example",
        "/%5cevil.example",
        "/%5C%5Cevil.example",
        "/%252f/evil.example",
        "/\r\nLocation: https://evil.example",
        "/%0d%0aSet-Cookie:a=b",
        "/%0aevil",
        "/%00",
        "/\0",
        "/a\nb",
        "https://evil.example",
        "HTTPS://evil.example",
        "http://evil.example",
        "https:evil.example",
        "https:/evil.example",
        "https:\\\\evil.example",
        "https:///evil.example",
        "http:evil.example",
        "ftp://evil.example",
        "javascript:alert(1)",
        "JavaScript:alert(1)",
        "java\tscript:alert(1)",
        "\u{1}javascript:alert(1)",
        "javascript://%0aalert(1)",
        "data:text/html,<script>",
        "vbscript:x",
        "file:///etc/passwd",
        "blob:https://evil.example/x",
        "mailto:a@evil.example",
        "about:blank",
        "//user@evil.example",
        "https://id.example.jp@evil.example",
        "https://id.example.jp:pw@evil.example",
        "@evil.example",
        ":@evil.example",
        ";@evil.example",
        "//;@evil.example",
        "//id.example.jp@evil.example/",
        "//evil.example\\@id.example.jp",
        "//evil。example",
        "/\u{3002}/evil",
        "/\u{ff0f}evil.example",
        "\u{ff0f}\u{ff0f}evil.example",
        "/\u{2215}evil.example",
        "/\u{202e}elpmaxe.live",
        "/\u{feff}/evil.example",
        "/\u{a0}/evil.example",
        "/ /evil.example",
        "/a b",
        "/./",
        "/.//evil.example",
        "/..//evil.example",
        "/../",
        "/a/../b",
        "/a/..",
        "/a/./b",
        "/%2e%2e/a",
        "/%2e/a",
        "/.%2e/a",
        "/a//b",
        "/a//",
        "?next=//evil.example",
        "?",
        "#",
        "#//evil.example",
        "/#//evil.example",
        "/a#b",
        "/a%",
        "/a%2",
        "/a%zz",
        "/a<script>",
    ];

    const FOLLOWED: [&str; 18] = [
        "/",
        "/account",
        "/account/",
        "/account/activity?before=abc.def",
        "/novel/1?page=2&sort=new",
        "/a?x=https://other.example/",
        "/a?x=//other.example",
        "/a?x=%2F%2Fother.example",
        "/a?x=100%25",
        "/%E5%B0%8F%E8%AA%AC/1",
        "/a;b=1",
        "/a@b",
        "/a:b",
        "/@evil.example",
        "/.well-known/change-password",
        "/a.b/c..d",
        "/~user",
        "/a+b?q=c+d",
    ];

    #[test]
    fn f12_nothing_but_a_plain_path_of_this_origin_is_followed() {
        for text in REFUSED {
            assert_eq!(ReturnTo::parse(text), None, "{text:?}");
        }
        assert_eq!(ReturnTo::parse(&format!("/{}", "a".repeat(LONGEST))), None);
    }

    #[test]
    fn plain_paths_come_out_as_they_went_in() {
        for text in FOLLOWED {
            assert_eq!(ReturnTo::parse(text).as_ref().map(ReturnTo::as_str), Some(text));
        }
    }
}
