//! The two languages, and which of them a reader gets.
//!
//! What the reader chose (a cookie) comes first, then what the browser asks for, then the service's
//! own language. Parsing is lenient: an odd header must never be a reason not to show a page.

use serde::{Serialize, Serializer};

/// A language that every page and every mail exists in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Locale {
    #[default]
    Ja,
    En,
}

impl Locale {
    /// All languages, in the order in which they are offered.
    pub const ALL: [Locale; 2] = [Locale::Ja, Locale::En];

    /// The BCP 47 tag: what the language cookie, the `lang` attribute and the forms carry.
    pub fn tag(self) -> &'static str {
        match self {
            Locale::Ja => "ja",
            Locale::En => "en",
        }
    }

    /// The language's name in that language.
    pub fn name(self) -> &'static str {
        match self {
            Locale::Ja => "日本語",
            Locale::En => "English",
        }
    }

    /// The language of a tag such as `ja`, `en-GB` or `JA_jp`; none for any other language.
    pub fn parse(tag: &str) -> Option<Locale> {
        let primary = tag.trim().split(['-', '_']).next().unwrap_or_default();
        Locale::ALL.into_iter().find(|locale| primary.eq_ignore_ascii_case(locale.tag()))
    }

    /// Chooses by the cookie's value, else by `Accept-Language` (RFC 9110 section 12.5.4), else `fallback`.
    pub fn choose(cookie: Option<&str>, accept_language: Option<&str>, fallback: Locale) -> Locale {
        cookie
            .and_then(Locale::parse)
            .or_else(|| accept_language.and_then(best_accepted))
            .unwrap_or(fallback)
    }
}

impl Serialize for Locale {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.tag())
    }
}

/// The accepted language of the highest weight; the earlier one where weights are equal.
fn best_accepted(header: &str) -> Option<Locale> {
    let mut best: Option<(Locale, f32)> = None;
    for part in header.split(',') {
        let mut pieces = part.split(';');
        let Some(locale) = pieces.next().and_then(Locale::parse) else {
            continue;
        };
        let weight = pieces
            .find_map(|piece| piece.trim().strip_prefix("q=")?.trim().parse().ok())
            .unwrap_or(1.0_f32);
        if !(weight > 0.0 && weight <= 1.0) {
            continue;
        }
        if best.is_none_or(|(_, heaviest)| weight > heaviest) {
            best = Some((locale, weight));
        }
    }
    best.map(|(locale, _)| locale)
}

#[cfg(test)]
mod tests {
    use super::Locale;

    #[test]
    fn the_cookie_wins_over_the_header_and_nonsense_in_it_is_ignored() {
        assert_eq!(Locale::choose(Some("en"), Some("ja"), Locale::Ja), Locale::En);
        assert_eq!(Locale::choose(Some("<x>"), Some("en-GB,ja;q=0.5"), Locale::Ja), Locale::En);
    }

    #[test]
    fn the_header_is_read_by_weight_and_then_by_order() {
        let choose = |header| Locale::choose(None, Some(header), Locale::Ja);
        assert_eq!(choose("ja;q=0.3, en-US;q=0.8"), Locale::En);
        assert_eq!(choose("fr, en;q=0.5, ja;q=0.5"), Locale::En);
        assert_eq!(choose("en;q=0, ja;q=0.1"), Locale::Ja);
        assert_eq!(choose("de-DE, *;q=0.5"), Locale::Ja);
        assert_eq!(choose("en;q=NaN, ;;;, =,"), Locale::Ja);
    }

    #[test]
    fn without_any_wish_the_service_speaks_its_own_language() {
        assert_eq!(Locale::choose(None, None, Locale::En), Locale::En);
    }
}
