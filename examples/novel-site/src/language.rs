//! Japanese first, and English for whoever prefers it.

use axum::http::{HeaderMap, header};

/// A reader's language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Language {
    Ja,
    En,
}

impl Language {
    /// What the browser likes best of the two.
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        let wished = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
        let mut best = (0.0, Self::Ja);
        for part in wished.unwrap_or_default().split(',') {
            let (tag, weight) = part.split_once(";q=").unwrap_or((part, "1"));
            let weight = weight.trim().parse::<f32>().unwrap_or(0.0);
            if let Some(language) = Self::parse(tag.trim()).filter(|_| weight > best.0) {
                best = (weight, language);
            }
        }
        best.1
    }

    /// The language of a tag, if it is one of ours.
    pub(crate) fn parse(tag: &str) -> Option<Self> {
        match tag.split('-').next()? {
            "ja" => Some(Self::Ja),
            "en" => Some(Self::En),
            _ => None,
        }
    }

    pub(crate) const fn tag(self) -> &'static str {
        self.say("ja", "en")
    }

    /// The words for this language.
    pub(crate) const fn say<'t>(self, ja: &'t str, en: &'t str) -> &'t str {
        match self {
            Self::Ja => ja,
            Self::En => en,
        }
    }
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderMap, header};

    use super::Language;

    #[test]
    fn a_browser_is_heard_and_japanese_comes_first() {
        for (wished, language) in [
            ("en-GB,en;q=0.9,ja;q=0.8", Language::En),
            ("fr,ja;q=0.5,en;q=0.4", Language::Ja),
            ("fr", Language::Ja),
            ("en;q=0", Language::Ja),
        ] {
            let headers = HeaderMap::from_iter([(header::ACCEPT_LANGUAGE, wished.parse().unwrap())]);
            assert_eq!(Language::of(&headers), language, "{wished}");
        }
        assert_eq!(Language::of(&HeaderMap::new()), Language::Ja);
    }
}
